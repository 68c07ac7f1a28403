"""nginx: the shop's front door."""

import os
import signal

from tutor.machine.command import Command
from tutor.machine.ports import is_answering
from tutor.machine.programs import find_program
from tutor.stack.services.base import ShopService

CONFIG = """\
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr warn;
{user}
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    upstream shop {{ server 127.0.0.1:{gunicorn}; }}
    server {{
        listen {listen}:{port};
        location / {{
            proxy_pass http://shop;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_read_timeout 60s;
        }}
    }}
}}
"""


class Nginx(ShopService):
    """One nginx in front of gunicorn."""

    def command(self) -> Command:
        """Return the command that runs it."""
        folder = self.context.folder
        config = self.write(
            "nginx.conf",
            CONFIG.format(
                folder=folder,
                listen=self.context.listen,
                port=self.port,
                gunicorn=self.context.ports["gunicorn"],
                # Its workers must reach our folders, which may lie below root's own.
                user="user root;" if os.geteuid() == 0 else "",
            ),
        )
        return self.run(
            *(find_program("nginx"), "-p", str(folder), "-c", str(config), "-e", "stderr"),
            # Killed outright, the master would leave its workers behind.
            death_signal=signal.SIGTERM,
        )

    def is_ready(self) -> bool:
        """Return whether it hands out anything at all."""
        return is_answering(self.port, "/health/")
