"""The Pythons of this machine: on the path, or among those of pyenv."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

VERSIONS = ("3.11", "3.12", "3.13")


def find_python(version: str) -> Path | None:
    """Return a Python of *version* that can make virtual environments."""
    return next((found for found in _candidates(version) if _fits(found, version)), None)


def _candidates(version: str) -> Iterator[Path]:
    yield Path(sys.executable)
    for folder in os.get_exec_path():
        if found := shutil.which(f"python{version}", path=folder):
            yield Path(found)
    if root := _pyenv_root():
        yield from sorted(root.glob(f"versions/{version}.*/bin/python{version}"), reverse=True)


def _pyenv_root() -> Path | None:
    if root := os.environ.get("PYENV_ROOT"):
        return Path(root)
    if not shutil.which("pyenv"):
        return None
    said = subprocess.run(["pyenv", "root"], capture_output=True, text=True, check=False).stdout
    return Path(said.strip()) if said.strip() else None


def _fits(python: Path, version: str) -> bool:
    """Return whether it runs: what pyenv puts on the path may lead nowhere, Debian's lack a part."""
    ask = "import ensurepip, sys, venv; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run(
            [python, "-c", ask], capture_output=True, text=True, timeout=20, check=False
        )
    except OSError:
        return False
    return done.stdout.strip() == version
