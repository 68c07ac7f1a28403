"""gunicorn: the shop itself."""

import shutil
import sys
from dataclasses import replace
from pathlib import Path

from tutor.machine.command import Command
from tutor.machine.ports import LOOPBACK, is_answering
from tutor.stack.services.base import ShopService, memory_of_shop

CONFIG = Path(__file__).with_name("gunicorn_conf.py")
WORKERS = 2


class Gunicorn(ShopService):
    """The shop of one variant."""

    @property
    def ready(self) -> Path:
        """Return the folder with a file for each worker that has loaded the shop."""
        return self.context.folder / "ready"

    def command(self) -> Command:
        """Return the command that serves the shop."""
        context = self.context
        shutil.rmtree(self.ready, ignore_errors=True)
        self.ready.mkdir(parents=True)
        settings = {
            "LEVELUP_BIND": f"{context.listen}:{self.port}",
            "LEVELUP_WORKERS": str(context.settings.get("workers", WORKERS)),
            "LEVELUP_THREADS": str(context.settings.get("threads", 1)),
            "LEVELUP_TIMEOUT": str(context.settings.get("timeout", 30)),
            "LEVELUP_RELOAD": "1" if context.explore else "",
            "LEVELUP_READY": str(self.ready),
            "LEVELUP_BEHIND": "" if context.listen == LOOPBACK else "1",
        }
        return self.run(
            *(sys.executable, "-m", "gunicorn", "-c", str(CONFIG), "shop.wsgi:application"),
            cwd=context.shop,
            env={**context.env, **settings},
            info=replace(context.info, threads=int(settings["LEVELUP_THREADS"])),
            memory=memory_of_shop(),
        )

    def is_ready(self) -> bool:
        """Return whether the shop answers anything at all, an error page included."""
        return is_answering(self.port, "/health/")
