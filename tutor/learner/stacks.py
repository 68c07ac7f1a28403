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
    return stack_in(folder_at(where, workspace), where, workspace.absolute())


def stack_in(folder: Path, where: str, workspace: Path | None = None) -> "Stack":
    """Return the stack that lives in *folder*; without a *workspace* its shops are of the run's."""
    from tutor.stack.stack import Stack

    if where == "local":
        return Stack(folder)
    from tutor.machine.docker.placement import Containers

    return Stack(folder, Containers(folder, workspace))
