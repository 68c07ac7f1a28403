"""Celery: the workers that do what a visitor need not wait for, and Flower, which shows them."""

import shlex
import signal
import sys
from dataclasses import replace
from pathlib import Path

from tutor.machine.command import Command
from tutor.machine.ports import is_answering
from tutor.stack.services.base import ShopService, memory_of_shop

MAIN = Path(__file__).with_name("celery_main.py")
REPLIES = "pidbox"
"""Part of the names of lists in Redis that hold no jobs: workers answer Flower in them."""
TAKEN = "unacked"
"""The end of the name of the hash in which kombu keeps what was taken and not acknowledged."""
READY = " ready."
"""The last words of the line that a worker logs when it takes jobs."""


class CeleryWorker(ShopService):
    """One Celery worker."""

    start_timeout = 30.0

    def command(self) -> Command:
        """Return the command that runs it."""
        context = self.context
        queues = list(context.settings.get("queues", ["celery"]))
        info = replace(context.info, queues=queues)
        argv = (
            *(sys.executable, str(MAIN), "-A", "shop", "worker", "--task-events"),
            *(
                "-n",
                f"{context.title}@{context.server}",
                "-Q",
                ",".join(queues),
                "--loglevel",
                "INFO",
            ),
            *("-c", str(context.settings.get("concurrency", 2))),
            *("--without-gossip", "--without-mingle"),
        )
        if context.explore:
            # As gunicorn does: an edit shows at once.
            watch = (sys.executable, "-m", "watchfiles", "--filter", "python")
            return self.run(
                *(*watch, "--sigint-timeout", "1", shlex.join(argv), str(context.shop)),
                cwd=context.shop,
                info=info,
            )
        return self.run(
            *argv,
            cwd=context.shop,
            info=info,
            # At the end of a run nobody waits for a job that sleeps.
            stop_signal=signal.SIGKILL,
            memory=memory_of_shop(),
        )

    def is_ready(self) -> bool:
        """Return whether it has said that it takes jobs."""
        try:
            return READY in self.context.log.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return False


class Flower(ShopService):
    """Flower: a page about workers and their jobs."""

    start_timeout = 30.0

    def command(self) -> Command:
        """Return the command that runs it."""
        return self.run(
            *(sys.executable, "-m", "celery", "-A", "shop", "flower"),
            *(f"--address={self.context.listen}", f"--port={self.port}"),
            cwd=self.context.shop,
            env={**self.context.env, "FLOWER_UNAUTHENTICATED_API": "true"},
            memory=memory_of_shop(),
        )

    def is_ready(self) -> bool:
        """Return whether its page is there."""
        return is_answering(self.port, "/")
