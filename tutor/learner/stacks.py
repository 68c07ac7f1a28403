"""The stack of a workspace; what it needs is imported when it is made."""

from pathlib import Path
from typing import TYPE_CHECKING

from tutor.base.paths import stack_root

if TYPE_CHECKING:
    from tutor.stack.stack import Stack


def folder_at(where: str, workspace: Path) -> Path:
    """Return the folder of that stack, whether it was made or not."""
    return stack_root(workspace, "" if where == "local" else where)


def stack_at(where: str, workspace: Path) -> "Stack":
    """Return the stack of *workspace* that runs *where*: ``local`` or ``docker``."""
    from tutor.stack.stack import Stack

    folder = folder_at(where, workspace)
    if where == "local":
        return Stack(folder)
    from tutor.machine.docker.placement import Containers

    return Stack(folder, Containers(folder, workspace.absolute()))
