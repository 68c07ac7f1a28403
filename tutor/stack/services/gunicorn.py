"""gunicorn: the shop itself."""

import shutil
import sys
from pathlib import Path

from tutor.machine.command import Command
from tutor.machine.ports import LOOPBACK, is_answering
from tutor.stack.services.base import SpotService, memory_of_shop

CONFIG = Path(__file__).with_name("gunicorn_conf.py")
WORKERS = 2


class Gunicorn(SpotService):
    """The shop of one variant."""

    @property
    def ready(self) -> Path:
        """Return the folder with a file for each worker that has loaded the shop."""
        return self.spot.folder / "ready"

    def command(self) -> Command:
        """Return the command that serves the shop."""
        spot = self.spot
        shutil.rmtree(self.ready, ignore_errors=True)
        self.ready.mkdir(parents=True)
        settings = {
            "LEVELUP_BIND": f"{spot.listen}:{self.port}",
            "LEVELUP_WORKERS": str(spot.settings.get("workers", WORKERS)),
            "LEVELUP_THREADS": str(spot.settings.get("threads", 1)),
            "LEVELUP_TIMEOUT": str(spot.settings.get("timeout", 30)),
            "LEVELUP_RELOAD": "1" if spot.explore else "",
            "LEVELUP_READY": str(self.ready),
            "LEVELUP_BEHIND": "" if spot.listen == LOOPBACK else "1",
        }
        return self.run(
            *(sys.executable, "-m", "gunicorn", "-c", str(CONFIG), "shop.wsgi:application"),
            cwd=spot.shop,
            env={**spot.env, **settings},
            info={**spot.info, "shop": str(spot.shop), "threads": int(settings["LEVELUP_THREADS"])},
            memory=memory_of_shop(),
        )

    def is_ready(self) -> bool:
        """Return whether the shop answers anything at all, an error page included."""
        return is_answering(self.port, "/health/")
