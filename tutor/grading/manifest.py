"""What a bundle says it holds, as plain data that is checked on the way in."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from tutor.base.damage import is_name
from tutor.base.errors import UsageError
from tutor.curriculum.compose import LARGEST_FILE, SKIPPED_SUFFIXES, is_skipped
from tutor.curriculum.loader import SLUG
from tutor.grading.result import Claims
from tutor.learner.journal import DIGEST
from tutor.learner.workspace import MARKER

FORMAT = 1
NAME = "manifest.json"
LARGEST_ARCHIVE = 16 * 1024 * 1024
"""Bytes of the file as it is handed in."""
LARGEST_WHOLE = 64 * 1024 * 1024
"""Bytes of everything in it."""
LARGEST_TEXT = 8 * 1024 * 1024
"""Bytes of the manifest, and of a journal."""
MOST_FILES = 5000
MOST_LEVELS = 100
LONGEST_NAME = 240
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Characters that steer a terminal, or turn the direction of its words."""
OTHER_ROOTS = re.compile(r"[\\:]")
"""Characters that lead elsewhere on another system."""


class Damaged(UsageError):
    """A bundle is not what it must be."""


@dataclass(frozen=True, slots=True)
class LevelPart:
    """One level in a bundle."""

    slug: str
    number: int
    """What drew the broken shop."""
    files: Mapping[str, str]
    """Path to the digest of the content."""
    journal: str
    """The digest of its part of the journal."""
    runs: int
    claims: Claims

    def to_json(self) -> dict[str, Any]:
        """Return the part as plain data."""
        return {
            "level": self.slug,
            "number": self.number,
            "files": dict(sorted(self.files.items())),
            "journal": self.journal,
            "runs": self.runs,
            "attempts": self.claims.attempts,
            "hints": self.claims.hints,
            "answer_seen": self.claims.answer_seen,
        }


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle says it holds."""

    tutor: str
    """The version that wrote it."""
    levels: Sequence[LevelPart]

    def to_json(self) -> dict[str, Any]:
        """Return the manifest as plain data."""
        parts = [part.to_json() for part in self.levels]
        return {"format": FORMAT, "tutor": self.tutor, "levels": parts}

    def names(self) -> dict[str, str]:
        """Return everything else in the archive, by its name there, with its digest."""
        found = {}
        for part in self.levels:
            found[journal_in(part.slug)] = part.journal
            found |= {file_in(part.slug, name): one for name, one in part.files.items()}
        return found


def journal_in(slug: str) -> str:
    """Return where the journal of a level lies in the archive."""
    return f"levels/{slug}/journal.json"


def file_in(slug: str, name: str) -> str:
    """Return where a file of a level's shop lies in the archive."""
    return f"levels/{slug}/shop/{name}"


# -- from plain data -------------------------------------------------------------------------------


def manifest_of(data: Any) -> Manifest:
    """Return the manifest that *data* is.

    Raises:
        Damaged: it is none, or of a newer format.
    """
    if not isinstance(data, dict):
        raise Damaged.named("bundle_no_manifest", hint="hand_in_again")
    if _count(data.get("format")) != FORMAT:
        raise Damaged.named("bundle_format", format=data["format"], newest=FORMAT)
    levels, version = data.get("levels"), data.get("tutor")
    if not isinstance(levels, list) or not levels or len(levels) > MOST_LEVELS:
        raise Damaged.named("bundle_no_manifest", hint="hand_in_again")
    if not isinstance(version, str) or not re.fullmatch(r"[\w.+-]{1,40}", version, re.ASCII):
        raise Damaged.named("bundle_no_manifest", hint="hand_in_again")
    parts = [_part(level) for level in levels]
    if len({part.slug for part in parts}) < len(parts):
        raise Damaged.named("bundle_no_manifest", hint="hand_in_again")
    if sum(len(part.files) for part in parts) > MOST_FILES:
        raise Damaged.named("bundle_too_many", most=MOST_FILES)
    return Manifest(version, parts)


def _part(data: Any) -> LevelPart:
    if not isinstance(data, dict):
        raise Damaged.named("bundle_no_manifest", hint="hand_in_again")
    slug, files, journal = data.get("level"), data.get("files"), data.get("journal")
    number, runs, attempts, hints = (
        _count(data.get(name)) for name in ("number", "runs", "attempts", "hints")
    )
    if (
        not isinstance(slug, str)
        or not SLUG.fullmatch(slug)
        or len(slug) > LONGEST_NAME
        or not isinstance(files, dict)
        or not isinstance(journal, str)
        or not all(map(_is_digest, (journal, *files.values())))
        or not isinstance(data.get("answer_seen"), bool)
    ):
        raise Damaged.named("bundle_no_manifest", hint="hand_in_again")
    for name in files:
        check_name(name)
    _check_apart(files)
    claims = Claims(attempts, hints, data["answer_seen"])
    return LevelPart(slug, number, files, journal, runs, claims)


def check_name(name: str) -> None:
    """Refuse a name that no file of a shop can have, or that leads out of its folder.

    Raises:
        Damaged: says which.
    """
    parts = PurePosixPath(name).parts
    if (
        not is_name(name)
        or CONTROLS.search(name)
        or OTHER_ROOTS.search(name)
        or len(name) > LONGEST_NAME
        or PurePosixPath(name).as_posix() != name
        or name == MARKER
        or any(map(is_skipped, parts[:-1]))
        or name.endswith(SKIPPED_SUFFIXES)
    ):
        raise Damaged.named("bundle_name", name=printable(name))


def _check_apart(names: Mapping[str, str]) -> None:
    """Refuse two names that a disk may take for one, and a file that is a folder too."""
    small = {name.casefold() for name in names}
    if len(small) < len(names):
        raise Damaged.named("bundle_same_name")
    folders = {str(parent) for name in small for parent in PurePosixPath(name).parents}
    for both in small & folders:
        raise Damaged.named("bundle_name", name=printable(both))


def printable(name: str) -> str:
    """Return somebody else's *name* so that a terminal can say it."""
    return CONTROLS.sub("\N{REPLACEMENT CHARACTER}", name)[:LONGEST_NAME]


def _is_digest(word: object) -> bool:
    return isinstance(word, str) and DIGEST.fullmatch(word) is not None


def _count(value: object) -> int:
    """Return *value*, which counts something."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**32:
        raise Damaged.named("bundle_no_manifest", hint="hand_in_again")
    return value


def check_size(name: str, size: int) -> None:
    """Refuse what is larger than it may be.

    Raises:
        Damaged: says which.
    """
    is_text = name == NAME or (name.endswith("/journal.json") and name.count("/") == 2)
    most = LARGEST_TEXT if is_text else LARGEST_FILE
    if size > most:
        raise Damaged.named("bundle_too_large", name=printable(name), most=most // 1024)
