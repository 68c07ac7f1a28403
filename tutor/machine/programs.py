"""Find installed programs, and say how to get the others."""

import os
import shutil
import sys
from pathlib import Path

SYSTEM_FOLDERS = "/usr/sbin:/sbin:/usr/local/sbin:/opt/homebrew/sbin"
"""Where servers are installed although users have no path to it."""

APT = "apt-get install --no-install-recommends {}"
BREW = "brew install {}"


class Programs:
    """Where programs are looked for; one tutor drives one kind of stack."""

    in_image = False
    """Whether services run in containers: what this machine has does not matter then."""


IMAGE_POSTGRES = Path("/opt/levelup/postgres/bin")
IMAGE_HAS = ("memcached", "nginx", "pgbouncer", "redis-server")


def is_hidden(name: str) -> bool:
    """Return whether *name* counts as missing, to see what stands in for it.

    ``LEVELUP_WITHOUT`` says what does: names, separated by commas.
    """
    return name in os.environ.get("LEVELUP_WITHOUT", "").split(",")


def find_program(name: str) -> str:
    """Return the path of the program *name*; empty where it is not installed, or hidden."""
    if is_hidden(name):
        return ""
    if Programs.in_image:
        return name if name in IMAGE_HAS else ""
    return shutil.which(name) or shutil.which(name, path=SYSTEM_FOLDERS) or ""


def how_to_install(name: str, debian: str = "") -> str:
    """Return the command that installs the program *name*; Debian may call it otherwise."""
    return BREW.format(name) if sys.platform == "darwin" else APT.format(debian or name)
