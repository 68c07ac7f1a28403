"""Ask Django itself which line issues which statement: to explain, never to judge."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tutor.base.cancel import Cancel
from tutor.machine.command import Command
from tutor.stack.services.base import memory_of_shop
from tutor.stack.stack import ServiceFailed, Stack

INSIDE = Path(__file__).with_name("inside") / "trace_page.py"
DUMP_BEFORE = 1.0
"""Seconds before the end of its time at which a page is asked where it is."""


@dataclass(frozen=True, slots=True)
class Group:
    """Statements of the same shape, issued from the same place."""

    statement: str
    times: int
    milliseconds: float
    file: str
    """Relative to the shop."""
    line: int
    code: str
    """That line as it is written."""
    via: str
    """The innermost place in the shop's Python, as ``file:line``; may be the same."""
    example: str = ""
    """The first of them as it was sent, with its values."""
    different: int = 0
    """How many of them differ in their values."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What Django saw while it rendered one page."""

    status: int
    seen: int
    """Statements Django's own counter saw."""
    groups: tuple[Group, ...]
    """The largest first."""
    location: str = ""
    """Where the page leads to, if it only leads elsewhere."""


def trace_page(
    stack: Stack,
    shop: Path,
    env: Mapping[str, str],
    path: str,
    cancel: Cancel,
    *,
    name: str = "trace",
    timeout: float = 60,
) -> Trace:
    """Render *path* once in a process of its own and return what Django saw.

    Of two that trace at the same time each needs a *name* of its own; it is the name of the log.
    What takes longer than *timeout* seconds leaves a dump of where it was in that log.
    """
    output = stack.folder / f"{name}.json"
    output.unlink(missing_ok=True)
    command = Command(
        name=name,
        argv=(sys.executable, str(INSIDE), path, str(output), str(timeout - DUMP_BEFORE)),
        cwd=shop,
        env={**env, "DJANGO_SETTINGS_MODULE": "shop.settings", "SHOP_MODE": "load"},
        log=stack.log(name),
        memory=memory_of_shop(),
    )
    stack.run(command, cancel, timeout=timeout)
    try:
        data = json.loads(output.read_text())
    except (OSError, ValueError) as error:
        # The page ended the process that renders it, as if all were well.
        raise ServiceFailed("trace_silent", command, stack.tail(name), 0, path=path) from error
    groups = tuple(Group(**group) for group in data["groups"])
    return Trace(data["status"], data["seen"], groups, data["location"])
