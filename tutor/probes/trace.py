"""Ask Django itself which line issues which statement: to explain, never to judge."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tutor.stack.cancel import Cancel
from tutor.stack.services.base import Command
from tutor.stack.stack import Stack

INSIDE = Path(__file__).with_name("inside") / "trace_page.py"


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


@dataclass(frozen=True, slots=True)
class Trace:
    """What Django saw while it rendered one page."""

    status: int
    seen: int
    """Statements Django's own counter saw."""
    groups: tuple[Group, ...]
    """The largest first."""


def trace_page(
    stack: Stack, shop: Path, env: Mapping[str, str], path: str, cancel: Cancel
) -> Trace:
    """Render *path* once in a process of its own and return what Django saw."""
    output = stack.folder / "trace.json"
    output.unlink(missing_ok=True)
    command = Command(
        name="trace",
        argv=(sys.executable, str(INSIDE), path, str(output)),
        cwd=shop,
        env={**env, "DJANGO_SETTINGS_MODULE": "shop.settings", "SHOP_MODE": "load"},
        log=stack.log("trace"),
    )
    stack.run(command, cancel, timeout=60)
    data = json.loads(output.read_text())
    groups = tuple(Group(**group) for group in data["groups"])
    return Trace(data["status"], data["seen"], groups)
