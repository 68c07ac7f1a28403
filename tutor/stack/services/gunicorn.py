"""gunicorn: the shop itself."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tutor.stack.ports import is_answering
from tutor.stack.services.base import Command

CONFIG = Path(__file__).with_name("gunicorn_conf.py")


class Gunicorn:
    """The shop of one variant."""

    kind = "gunicorn"
    start_timeout = 15.0

    def __init__(
        self,
        variant: str,
        shop: Path,
        env: Mapping[str, str],
        *,
        server: str,
        port: int,
        log: Path,
        settings: Mapping[str, Any],
        explore: bool = False,
    ) -> None:
        self.name = f"gunicorn-{variant}"
        self.shop = shop
        self.env = env
        self.server = server
        self.port = port
        self.log = log
        self.settings = settings
        self.explore = explore

    @property
    def url(self) -> str:
        """Return the address of the shop, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    def command(self) -> Command:
        """Return the command that serves the shop."""
        settings = {
            "LEVELUP_BIND": f"127.0.0.1:{self.port}",
            "LEVELUP_WORKERS": str(self.settings.get("workers", 2)),
            "LEVELUP_THREADS": str(self.settings.get("threads", 1)),
            "LEVELUP_TIMEOUT": str(self.settings.get("timeout", 30)),
            "LEVELUP_RELOAD": "1" if self.explore else "",
        }
        return Command(
            name=self.name,
            argv=(sys.executable, "-m", "gunicorn", "-c", str(CONFIG), "shop.wsgi:application"),
            cwd=self.shop,
            env={**self.env, **settings, "SHOP_MODE": "explore" if self.explore else "load"},
            log=self.log,
            info={"server": self.server, "port": self.port, "shop": str(self.shop)},
        )

    def is_ready(self) -> bool:
        """Return whether the shop answers anything at all, an error page included."""
        return is_answering(self.port, "/health/")
