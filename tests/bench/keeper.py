"""Remove a git worktree once nobody holds it: ``python -I keeper.py CHECKOUT FOLDER``.

Whoever holds it has the other end of the standard input, which the kernel closes however they end.
Whatever still runs out of the folder, as an installation does, ends first.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import psutil


def inhabitants(folder: Path) -> list[psutil.Process]:
    """Return the processes that run out of *folder*."""
    inside = f"{folder}/"
    found = []
    for process in psutil.process_iter(["cwd", "cmdline"]):
        cwd, words = process.info["cwd"] or "", process.info["cmdline"] or []
        if f"{cwd}/".startswith(inside) or any(word.startswith(inside) for word in words[:2]):
            found.append(process)
    return found


def main() -> None:
    """Wait until the standard input ends, then end what runs there, and remove the folder."""
    checkout, folder = Path(sys.argv[1]), Path(sys.argv[2])
    sys.stdin.read()
    while running := inhabitants(folder):
        for process in running:
            process.kill()
        psutil.wait_procs(running, timeout=5)
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run(["git", "-C", str(checkout), "worktree", "prune"], check=False)


if __name__ == "__main__":
    main()
