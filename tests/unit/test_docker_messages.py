"""What is wrong with an engine or an image is said in plain words, with the way out."""

import platform
import socket
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from docker.errors import ImageNotFound

from tutor.base.errors import TutorError
from tutor.machine.docker import engine as engines
from tutor.machine.docker.client import _inside
from tutor.machine.docker.image import ARCHITECTURES, OURS, PYTHON, fingerprint, sources
from tutor.stack.services import gunicorn

HERE = ARCHITECTURES.get(platform.machine(), platform.machine())


class FakeEngine:
    """An engine with these facts, and one image or none."""

    def __init__(self, image: Any = None, info: Mapping[str, Any] | None = None) -> None:
        self.api = SimpleNamespace(base_url="http+docker://localhost")
        self.images = self
        self._image = image
        self._info = {"OperatingSystem": "Debian", "DockerRootDir": "/", **(info or {})}

    def get(self, name: str) -> Any:
        """Return the image."""
        if self._image is None:
            raise ImageNotFound(name)
        return self._image

    def info(self) -> Mapping[str, Any]:
        """Return the facts."""
        return self._info


def image(architecture: str = HERE, label: str = "") -> Any:
    """Return an image."""
    labels = {"levelup.image": label or fingerprint()}
    return SimpleNamespace(attrs={"Architecture": architecture}, labels=labels)


def test_no_engine_is_said_and_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A socket that is not there: there is no engine."""
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")

    with pytest.raises(TutorError, match="No Docker engine was found") as caught:
        engines.connect()

    assert "--stack local" in caught.value.hint


def test_an_engine_that_is_down_is_no_missing_engine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A socket that nobody listens on: it has to be started."""
    path = tmp_path / "dead.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
    monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")

    with pytest.raises(TutorError, match="does not answer"):
        engines.connect()


def test_no_permission_names_the_group() -> None:
    """Whoever is not in the group is told to join it."""
    error = engines._explained(PermissionError(13, "Permission denied"))

    assert "may not use" in error.message
    assert "usermod -aG docker" in error.hint


@pytest.mark.parametrize(
    ("found", "words", "cure"),
    [
        (None, "no image", "tutor image load FILE"),
        (image("riscv64"), "another processor", "tutor image build"),
        (image(label="older"), "another version", "tutor image build"),
    ],
)
def test_an_image_that_cannot_be_used_is_refused(found: Any, words: str, cure: str) -> None:
    """None, another processor's, another version's: each in its own words."""
    with pytest.raises(TutorError, match=words) as caught:
        engines.check_image(FakeEngine(found))

    assert cure in caught.value.hint


def test_our_own_image_is_taken() -> None:
    """An image of this version for this processor."""
    ours = image()

    assert engines.check_image(FakeEngine(ours)) is ours


def test_an_engine_on_another_machine_is_refused() -> None:
    """What runs in a virtual machine cannot be measured from here."""
    with pytest.raises(TutorError, match="another machine"):
        engines.check_engine(FakeEngine(info={"OperatingSystem": "Docker Desktop"}))


def test_a_full_disk_of_the_engine_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine's disk counts, not ours."""
    monkeypatch.setattr(engines, "ROOM", 10**9)

    with pytest.raises(TutorError, match="disk is full"):
        engines.check_engine(FakeEngine())


def test_our_own_files_have_the_paths_of_the_image() -> None:
    """What runs in a container is sent with the names it has there."""
    import sys

    assert _inside(sys.executable) == PYTHON
    assert _inside(str(gunicorn.CONFIG)) == f"{OURS}/stack/services/gunicorn_conf.py"


def test_the_image_is_built_from_files_that_are_there() -> None:
    """Each is in the checkout, and the Dockerfile copies all of ours."""
    files = sources()
    dockerfile = files["docker/Dockerfile"].read_text()

    assert all(path.is_file() for path in files.values())
    assert all(
        name in dockerfile or str(Path(name).parent) in dockerfile
        for name in files
        if name.startswith("tutor/")
    )
