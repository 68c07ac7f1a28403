"""Ask the machine about processes."""

import psutil


def children_of(pid: int, *, recursive: bool = True) -> list[int]:
    """Return the children of *pid*; none where it has gone."""
    try:
        return [child.pid for child in psutil.Process(pid).children(recursive=recursive)]
    except (psutil.Error, ValueError):
        return []
