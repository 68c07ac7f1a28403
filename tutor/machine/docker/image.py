"""The one image: what goes into it, how it is built, saved and loaded."""

import hashlib
import io
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from tutor import __version__
from tutor.base.errors import TutorError
from tutor.base.files import cannot_write
from tutor.base.paths import PACKAGE, content_root

ARCHITECTURES = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
"""From what Python calls a processor to what Docker calls it."""
INSIDE = (
    "machine/supervisor.py",
    "machine/kernel.py",
    "stack/services/black_hole_door.py",
    "stack/services/celery_main.py",
    "stack/services/gunicorn_conf.py",
    "stack/services/mail_sink.py",
    "probes/inside/trace_page.py",
)
"""What of the tutor runs in the image."""
LEFT_OUT = {"__pycache__", "answers", "content"}
"""Folders that are no part of a shop or of the tutor."""
BUILT_WITH = (
    *("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_CERT", "DEBIAN_MIRROR"),
    *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"),
)
"""Variables that reach the build: where packages come from here is no part of the image."""
ENV = {
    "PATH": "/opt/levelup/venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/tmp",  # noqa: S108 - the container's own
    "LANG": "C.UTF-8",
}
"""What processes in a container start from."""
PYTHON = "/opt/levelup/venv/bin/python"
OURS = "/opt/levelup/tutor"
"""Where :data:`INSIDE` lies in the image."""

ROOM = 2500
"""Megabytes that building takes."""
PACKING = 600
"""Seconds in which the engine may pack or unpack an image without a word."""
Tell = Callable[[str], None]


def tag() -> str:
    """Return the name of the image of this version."""
    return f"levelup:{__version__}"


def sources() -> dict[str, Path]:
    """Return the files that make a server what it is, by their path in the build."""
    root = content_root()
    files = {f"tutor/{name}": PACKAGE / name for name in INSIDE}
    return files | {name: root / name for name in ("docker/Dockerfile", "requirements.txt")}


def context() -> dict[str, Path]:
    """Return everything the image is built from, the finished shop included."""
    root = content_root()
    found: dict[str, Path] = {}
    for name in ("docker", "levels", "sample_shop"):
        found |= _below(root / name, name)
    return found | _below(PACKAGE, "tutor") | sources()


def _below(folder: Path, name: str) -> dict[str, Path]:
    return {
        f"{name}/{path.relative_to(folder).as_posix()}": path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(map(_is_left_out, path.relative_to(folder).parts))
    }


def _is_left_out(part: str) -> bool:
    # What begins with a dot is a tool's, never ours.
    return part in LEFT_OUT or part.startswith(".")


def fingerprint() -> str:
    """Return what tells our image from that of another version."""
    digest = hashlib.sha256()
    for name, path in sorted(sources().items()):
        digest.update(name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def build(engine: Any, tell: Tell, *, base: str = "", ca_bundle: Path | None = None) -> None:
    """Build the image, telling each step.

    Raises:
        TutorError: a step failed; its last words are in the message.
    """
    files = {name: (path.read_bytes(), path.stat().st_mode) for name, path in context().items()}
    if ca_bundle:
        files["docker/ca/bundle.crt"] = (ca_bundle.read_bytes(), 0o644)
    arguments = {name: os.environ[name] for name in BUILT_WITH if os.environ.get(name)}
    arguments |= {"INSIDE": fingerprint(), **({"BASE": base} if base else {})}
    steps = engine.api.build(
        fileobj=_packed(files),
        custom_context=True,
        dockerfile="docker/Dockerfile",
        tag=tag(),
        buildargs=arguments,
        rm=True,
        decode=True,
    )
    last = ""
    for step in steps:
        if "error" in step:
            raise TutorError.named("image_not_built", reason=step["error"].strip()[:200], last=last)
        line = step.get("stream", "").strip()
        if line:
            last = line[-200:]
            tell(line)


def _packed(files: dict[str, tuple[bytes, int]]) -> io.BytesIO:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name, (data, mode) in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(data), mode & 0o755
            tar.addfile(entry, io.BytesIO(data))
    packed.seek(0)
    return packed


def save(image: Any, path: Path) -> int:
    """Write the image to *path*, whole or not at all; return its megabytes."""
    image.client.api.timeout = PACKING
    unfinished = path.with_name(f".{path.name}.part")
    size = 0
    try:
        with unfinished.open("wb") as file:
            for part in image.save(named=True):
                size += file.write(part)
        unfinished.replace(path)
    except OSError as error:
        raise cannot_write(path, error) from error
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
    return size // 2**20


def load(engine: Any, path: Path) -> list[str]:
    """Take images from the file *path*; return their names.

    Raises:
        TutorError: it cannot be read, or holds no image.
    """
    from docker.errors import DockerException

    engine.api.timeout = PACKING
    try:
        with path.open("rb") as file:
            images = engine.images.load(_parts(file))
    except OSError as error:
        raise TutorError.named(
            "cannot_read", hint="check_name", where=path, reason=error.strerror
        ) from error
    except DockerException as error:
        raise TutorError.named("no_image_in", path=path, reason=error) from error
    return [name for image in images for name in image.tags]


def _parts(file: io.BufferedReader) -> Iterator[bytes]:
    while part := file.read(2**20):
        yield part
