"""The stack of a workspace; what it needs is imported when it is made."""

from pathlib import Path
from typing import TYPE_CHECKING

from tutor.base.paths import stack_root

if TYPE_CHECKING:
    from tutor.stack.stack import Stack


def stack_at(where: str, workspace: Path) -> "Stack":
    """Return the stack of *workspace* that runs *where*: ``local`` or ``docker``."""
    from tutor.stack.stack import Stack

    if where == "local":
        return Stack(stack_root(workspace))
    from tutor.machine.docker.placement import Containers

    folder = stack_root(workspace, where)
    return Stack(folder, Containers(folder, workspace.absolute()))
