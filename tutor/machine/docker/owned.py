"""What belongs to one stack in the engine: found by its label, and removed by it."""

import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

STACK_LABEL = "levelup.stack"
"""Its value is the stack's folder."""
SERVER_LABEL = "levelup.server"
POLL = 0.05


def labels(folder: Path, server: str) -> dict[str, str]:
    """Return the labels of what belongs to *server* of the stack in *folder*."""
    return {STACK_LABEL: str(folder), SERVER_LABEL: server}


def containers(engine: Any, folder: Path) -> list[Any]:
    """Return the containers of the stack in *folder*, running or not."""
    found = engine.containers.list(
        all=True, filters={"label": f"{STACK_LABEL}={folder}"}, ignore_removed=True
    )
    return [one for one in found if one.labels.get(STACK_LABEL) == str(folder)]


def networks(engine: Any, folder: Path) -> list[Any]:
    """Return the networks of the stack in *folder*."""
    found = engine.networks.list(filters={"label": f"{STACK_LABEL}={folder}"})
    return [one for one in found if one.attrs["Labels"].get(STACK_LABEL) == str(folder)]


def remove(engine: Any, folder: Path, *, grace: float = 0.0, patience: float = 10.0) -> int:
    """Remove what belongs to the stack in *folder*; return how many things there were.

    Containers are given *grace* seconds to end by themselves, as they do when nobody holds them.
    """
    from docker.errors import APIError

    began = time.monotonic()
    seen: set[str] = set()
    while time.monotonic() - began < patience:
        boxes, nets = containers(engine, folder), networks(engine, folder)
        seen |= {one.id for one in [*boxes, *nets]}
        if not boxes and not nets:
            break
        is_late = time.monotonic() - began > grace
        removals = [partial(box.remove, force=True) for box in boxes if is_late]
        for removal in removals or ([net.remove for net in nets] if not boxes else []):
            # It is being removed already, or still in use: the next look tells.
            with suppress(APIError):
                removal()
        time.sleep(POLL)
    return len(seen)
