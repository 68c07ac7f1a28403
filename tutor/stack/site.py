"""The shop of one variant, up and answering."""

import os
import re
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psutil

from tutor.errors import ShopError
from tutor.stack.cancel import Cancel
from tutor.stack.databases import migrations_key
from tutor.stack.ground import Emit, Ground, start_service
from tutor.stack.plan import STACK_FILE, StackPlan, read_plan
from tutor.stack.ports import check_port, free_port
from tutor.stack.services.gunicorn import Gunicorn
from tutor.stack.stack import ServiceFailed
from tutor.stack.traceback import Crash, in_shop, last_crash
from tutor.workspace.compose import materialise

STACK_DUMP = re.compile(r'File "([^"]+)", line (\d+) in')


class Site:
    """A shop that is served: its files, its database, its address."""

    def __init__(self, ground: Ground, variant: str, folder: Path, shown_as: Path) -> None:
        self.ground = ground
        self.variant = variant
        self.folder = folder
        self.shown_as = shown_as
        """The folder the learner knows these files under."""
        self.database = ""
        self.gunicorn: Gunicorn | None = None
        self.workers = 1
        """How many workers ``stack.toml`` asks for."""

    @property
    def url(self) -> str:
        """Return the address of the shop."""
        assert self.gunicorn is not None, "the shop is not up"
        return self.gunicorn.url

    @property
    def env(self) -> dict[str, str]:
        """Return the environment of the shop's processes."""
        return self.ground.stack.base_env() | self.ground.databases.env(self.database)

    @property
    def plan(self) -> StackPlan:
        """Return what this variant's ``stack.toml`` says."""
        return read_plan(self.folder / STACK_FILE)

    def serve(
        self,
        database: str,
        emit: Emit,
        cancel: Cancel,
        *,
        explore: bool = False,
        port: int = 0,
        one_worker: bool = False,
    ) -> None:
        """Serve the shop on *database*.

        With *one_worker* nothing depends on which worker happens to answer;
        :meth:`full_strength` adds the others.

        Raises:
            ShopError: it does not start, because of what is in its files.
        """
        self.database = database
        plan = self.plan
        settings = dict(plan.of("gunicorn"))
        self.workers = int(settings.get("workers", 2))
        if one_worker:
            settings["workers"] = 1
        if explore:
            # One process: the debug toolbar keeps its figures in memory.
            settings |= {"workers": 1, "threads": 4}
        if port := port or (settings.get("port", 0) if explore else 0):
            check_port(port, "gunicorn")
        self.gunicorn = Gunicorn(
            self.variant,
            self.folder,
            self.env,
            server=plan.server_of("gunicorn"),
            port=port or free_port(),
            log=self.ground.stack.log(f"gunicorn-{self.variant}"),
            settings=settings,
            explore=explore,
        )
        try:
            start_service(self.ground.stack, self.gunicorn, emit, cancel)
        except ServiceFailed as error:
            raise self._does_not_start(error) from error

    def migrate(
        self,
        database: str,
        files: Mapping[str, Path],
        seed_files: Mapping[str, Path],
        cancel: Cancel,
    ) -> None:
        """Apply this shop's migrations where they differ from those of the seed."""
        if migrations_key(files) == migrations_key(seed_files):
            return
        try:
            self.ground.databases.migrate(self.folder, database, cancel)
        except ServiceFailed as error:
            raise self._crashed("migration_fails", "The migrations fail", error.log_tail) from error

    def full_strength(self, timeout: float = 10.0) -> None:
        """Bring the shop to as many workers as its ``stack.toml`` asks for."""
        assert self.gunicorn is not None
        stack, name = self.ground.stack, self.gunicorn.name
        master = stack.status()[name]["pid"]
        running = len(_children(master))
        for _ in range(self.workers - running):
            stack.signal(name, signal.SIGTTIN)
        deadline = time.monotonic() + timeout
        while len(_children(master)) < self.workers and time.monotonic() < deadline:
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop serving, at once: nobody waits for an answer any more."""
        if self.gunicorn is not None:
            self.ground.stack.stop(self.gunicorn.name, grace=0)
            self.gunicorn = None

    def log_tail(self) -> str:
        """Return the end of the shop's log."""
        return self.ground.stack.tail(f"gunicorn-{self.variant}")

    def last_crash(self) -> Crash | None:
        """Return the last exception in the shop's log, with paths as the learner knows them."""
        return last_crash(self.log_tail(), self.folder, self.shown_as)

    def where_it_hangs(self) -> tuple[str, int]:
        """Return the file and line of the shop at which a worker is, as it is asked now."""
        assert self.gunicorn is not None
        state = self.ground.stack.status().get(self.gunicorn.name, {})
        log = self.ground.stack.log(self.gunicorn.name)
        with log.open(encoding="utf-8", errors="replace") as dumps:
            dumps.seek(0, os.SEEK_END)
            for worker in _children(state.get("pid", 0)):
                with suppress(ProcessLookupError):
                    os.kill(worker, signal.SIGUSR2)
            text = ""
            deadline = time.monotonic() + 2.0
            while time.monotonic() < deadline:
                text += dumps.read()
                for file, line in STACK_DUMP.findall(text):
                    if place := in_shop(file, self.folder):
                        return place, int(line)
                time.sleep(0.02)
        return "", 0

    def _does_not_start(self, error: ServiceFailed) -> ShopError:
        if error.code is None:
            return ShopError(
                error.message,
                id="shop_never_answers",
                params={"seconds": Gunicorn.start_timeout},
            )
        return self._crashed("shop_does_not_start", "The shop does not start", error.log_tail)

    def _crashed(self, id: str, what: str, log: str) -> ShopError:
        crash = last_crash(log, self.folder, self.shown_as) or Crash("", 0, "no traceback", "")
        return ShopError(
            f"{what}: {crash.error}",
            id=id,
            params={
                "error": crash.error,
                "file": crash.file,
                "line": crash.line,
                "tail": crash.tail,
            },
        )


def make_site(
    ground: Ground, variant: str, files: Mapping[str, Path], shown_as: Path | None = None
) -> Site:
    """Lay the files of a variant out in a folder of their own and return the site."""
    folder = ground.stack.folder / "shops" / variant
    materialise(files, folder)
    return Site(ground, variant, folder, shown_as or folder)


def _children(pid: int) -> list[int]:
    try:
        return [child.pid for child in psutil.Process(pid).children()]
    except (psutil.Error, ValueError):
        return []
