"""Who holds the containers of a stack does so once, however many of its threads join them."""

from pathlib import Path

import pytest

from tutor.machine.docker import placement
from tutor.machine.docker.client import ContainerClient
from tutor.machine.docker.placement import Containers
from tutor.machine.programs import Programs


class Supervisor(ContainerClient):
    """A supervisor that knows who holds it."""

    def __init__(self) -> None:
        super().__init__("127.0.0.1", 0, "")
        self.is_held = False

    def hold(self) -> None:
        """Be held."""
        self.is_held = True

    def release(self) -> None:
        """Be let go."""
        self.is_held = False


def test_of_two_who_join_at_once_the_last_one_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Services start side by side, and each may find the container before the other has said so."""
    monkeypatch.setattr(Programs, "in_image", False)
    first, second = Supervisor(), Supervisor()
    reached = iter([first, second])
    monkeypatch.setattr(placement, "reach", lambda kind, folder, server: next(reached))
    containers = Containers(tmp_path)

    assert containers._join("db2", hold=True)
    assert containers._join("db2", hold=True)

    assert not first.is_held
    assert second.is_held
    containers.release()
    assert not second.is_held
