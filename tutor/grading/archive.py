"""Bundles as zip files: written the same for the same shop, and read as if by an enemy's hand.

A zip rather than a tar: it has no links, devices or owners unless somebody puts them there, each
file can be looked at before it is read, and whoever hands one in can open it. Nothing is extracted:
what the manifest names is read into memory, up to its limits, and has to have the digest it says.
"""

import hashlib
import io
import json
import stat
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tutor.base import log
from tutor.base.errors import UsageError
from tutor.grading.manifest import (
    LARGEST_ARCHIVE,
    LARGEST_WHOLE,
    MOST_FILES,
    NAME,
    Damaged,
    LevelPart,
    Manifest,
    check_size,
    file_in,
    manifest_of,
    printable,
)

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of every file: a zip has no earlier one."""
KNOWN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED = 0x1
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, ValueError, LookupError),
    *(NotImplementedError, RuntimeError, OverflowError, MemoryError),
)
"""What reading a zip that somebody has broken ends with."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What was handed in, as far as it is what it says."""

    manifest: Manifest
    contents: Mapping[str, bytes]
    """By name in the archive."""

    def files(self, part: LevelPart) -> dict[str, bytes]:
        """Return the shop of one level."""
        return {name: self.contents[file_in(part.slug, name)] for name in part.files}


def packed(manifest: Manifest, contents: Mapping[str, bytes]) -> bytes:
    """Return the archive of *contents* with its *manifest*.

    Raises:
        Damaged: one like that would not be read.
    """
    told = manifest.to_json()
    # Whatever is written can be read.
    manifest_of(told)
    text = json.dumps(told, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    whole = {NAME: text.encode(), **dict(sorted(contents.items()))}
    _check_limits({name: len(data) for name, data in whole.items()})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in whole.items():
            info = zipfile.ZipInfo(name, EPOCH)
            info.create_system = 3  # Unix, wherever it is written
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data, compresslevel=9)
    if out.tell() > LARGEST_ARCHIVE:
        raise Damaged.named("bundle_archive_too_large", most=LARGEST_ARCHIVE // 1024)
    return out.getvalue()


def _check_limits(sizes: Mapping[str, int]) -> None:
    if len(sizes) > MOST_FILES:
        raise Damaged.named("bundle_too_many", most=MOST_FILES)
    for name, size in sizes.items():
        check_size(name, size)
    if sum(sizes.values()) > LARGEST_WHOLE:
        raise Damaged.named("bundle_archive_too_large", most=LARGEST_WHOLE // 1024)


def read_bundle(path: Path) -> Bundle:
    """Return what is in the bundle *path*.

    Raises:
        Damaged: it is not what a bundle must be.
        UsageError: there is no such file, or nobody may read it.
    """
    data = _bytes_of(path)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _read(archive)
    except RecursionError as error:
        raise Damaged.named("bundle_no_manifest", hint="hand_in_again") from error
    except BROKEN as error:
        log.note(f"{path} was handed in and is no zip.", error)
        raise Damaged.named("bundle_no_zip", hint="hand_in_again") from error


def _bytes_of(path: Path) -> bytes:
    """Return the bytes of *path*, which is a file and no larger than a bundle may be."""
    if not path.is_file():
        raise UsageError.named("no_bundle", path=path)
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_ARCHIVE + 1)
    except OSError as error:
        raise UsageError.named(
            "cannot_read", hint="check_permissions", where=path, reason=error.strerror
        ) from error
    if len(data) > LARGEST_ARCHIVE:
        raise Damaged.named("bundle_archive_too_large", most=LARGEST_ARCHIVE // 1024)
    return data


def _read(archive: zipfile.ZipFile) -> Bundle:
    infos = {info.filename: info for info in archive.infolist()}
    if len(infos) < len(archive.infolist()):
        raise Damaged.named("bundle_same_name")
    if NAME not in infos:
        raise Damaged.named("bundle_no_manifest", hint="hand_in_again")
    for info in infos.values():
        _check_kind(info)
    _check_limits({name: info.file_size for name, info in infos.items()})
    manifest = manifest_of(_json(archive.read(infos.pop(NAME))))
    wanted = manifest.names()
    for name in wanted.keys() ^ infos.keys():
        if name in wanted:
            raise Damaged.named("bundle_missing", hint="hand_in_again", name=printable(name))
        raise Damaged.named("bundle_unnamed", hint="hand_in_again", name=printable(name))
    contents = {name: archive.read(infos[name]) for name in wanted}
    for name, content in contents.items():
        if hashlib.sha256(content).hexdigest() != wanted[name]:
            raise Damaged.named("bundle_changed", hint="hand_in_again", name=printable(name))
    return Bundle(manifest, contents)


def _check_kind(info: zipfile.ZipInfo) -> None:
    """Refuse everything but plain files in a form that we read."""
    kind, name = stat.S_IFMT(info.external_attr >> 16), printable(info.filename)
    if info.is_dir() or kind not in (0, stat.S_IFREG):
        raise Damaged.named("bundle_no_file", hint="hand_in_again", name=name)
    if info.flag_bits & ENCRYPTED or info.compress_type not in KNOWN:
        raise Damaged.named("bundle_packed_otherwise", hint="hand_in_again", name=name)


def _json(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError as error:
        raise Damaged.named("bundle_no_manifest", hint="hand_in_again") from error


def is_bundle(path: Path) -> bool:
    """Return whether *path* is a bundle, which another one may replace."""
    try:
        read_bundle(path)
    except UsageError:
        return False
    return True
