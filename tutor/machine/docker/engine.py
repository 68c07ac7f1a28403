"""The Docker engine: reached, or told in plain words why not."""

import os
import platform
import socket
import sys
from pathlib import Path
from typing import Any

from tutor.base.errors import TutorError
from tutor.machine.disk import check_room
from tutor.machine.docker.image import ARCHITECTURES, fingerprint, tag

ANSWER_TIMEOUT = 30
"""Seconds for one answer of the engine."""
ROOM = 300
"""Megabytes for what containers write."""


class EngineUnavailable(TutorError):
    """There is no engine that we could use."""


def connect() -> Any:
    """Return a client of the engine. Untyped: so is the SDK.

    Raises:
        EngineUnavailable: says what is missing, and the way out.
    """
    from docker.client import from_env
    from docker.errors import DockerException

    try:
        _ping()
        return from_env(timeout=ANSWER_TIMEOUT)
    except (DockerException, OSError, ValueError) as error:
        raise _explained(error) from error


def _ping() -> None:
    """Ask for an answer at the engine's socket: the SDK would leave one open that has none."""
    scheme, _, path = _address().partition("://")
    if scheme == "unix":
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(path)


def _address() -> str:
    return os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock"


def _explained(error: BaseException) -> EngineUnavailable:
    """Return in our words why there is no engine."""
    where = _address().removeprefix("unix://")
    text = " ".join(map(str, _chain(error)))
    if "Permission" in text or "Errno 13" in text:
        return EngineUnavailable.named("docker_forbidden", where=where)
    if "FileNotFound" in text or "Errno 2" in text:
        return EngineUnavailable.named("docker_missing", where=where)
    return EngineUnavailable.named("docker_silent", where=where, reason=error)


def _chain(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


def check_engine(engine: Any) -> None:
    """Refuse an engine that is on another machine, or has no room.

    Raises:
        EngineUnavailable: it cannot be used.
    """
    from docker.errors import DockerException

    try:
        info = engine.info()
    except (DockerException, OSError) as error:
        raise _explained(error) from error
    system = info.get("OperatingSystem", "")
    is_rootless = any("rootless" in option for option in info.get("SecurityOptions") or [])
    is_elsewhere = is_rootless or not engine.api.base_url.startswith("http+docker")
    if sys.platform != "linux" or "Desktop" in system or is_elsewhere:
        raise EngineUnavailable.named("docker_elsewhere", system=system)
    check_room_of(engine, ROOM)


def check_room_of(engine: Any, megabytes: int) -> None:
    """Refuse to go on where the engine's disk has fewer than *megabytes* left."""
    root = Path(engine.info().get("DockerRootDir", "/"))
    if root.exists():
        check_room(root, megabytes)


def check_image(engine: Any) -> Any:
    """Return our image.

    Raises:
        EngineUnavailable: there is none, it is another version's, or for another processor.
    """
    from docker.errors import ImageNotFound

    try:
        image = engine.images.get(tag())
    except ImageNotFound as error:
        raise EngineUnavailable.named("no_image", hint="get_image", image=tag()) from error
    ours = ARCHITECTURES.get(platform.machine(), platform.machine())
    its = image.attrs.get("Architecture", ours)
    if its != ours:
        raise EngineUnavailable.named("image_foreign", image=tag(), its=its, ours=ours)
    if (image.labels or {}).get("levelup.image") != fingerprint():
        raise EngineUnavailable.named("image_old", hint="get_image", image=tag())
    return image
