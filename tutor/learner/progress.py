"""How far the learner is: medals, attempts, hints, and how they like things."""

import contextlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tutor.base.damage import DamagedFile, read_or_begin
from tutor.base.errors import TutorError, UsageError
from tutor.base.files import cannot_write, write_atomic, write_json
from tutor.base.locks import locked
from tutor.base.numeric import is_number
from tutor.base.paths import data_root
from tutor.catalogue import LANGUAGES
from tutor.judge import Medal

if TYPE_CHECKING:
    from tutor.curriculum import Level, Pack

SCHEMA = 2
"""Of the file. A field that is new and has a default needs no new one; a changed meaning does."""


@dataclass
class LevelProgress:
    """What the learner did in one level."""

    attempts: int = 0
    """Full runs of the learner's own shop that were judged."""
    hints_taken: list[int] = field(default_factory=list)
    """The hints taken, by their place in the level, in the order in which they were taken."""
    answer_seen: bool = False
    """The reference answer was asked for before winning: no gold any more."""
    story_told: bool = False
    """The game has told how the level begins."""
    diagnosis: str = ""
    """What the learner said was wrong, by its name in the level; empty where they did not say."""
    prediction: float | None = None
    """The number that the learner guessed; None where they did not."""
    medal: str = ""
    won_at: float = 0.0
    best: dict[str, Any] = field(default_factory=dict)
    """The measures of the best win."""

    @property
    def hints(self) -> int:
        """Return how many hints were taken."""
        return len(self.hints_taken)

    def counted(self, medal: Medal) -> Medal:
        """Return what a win of *medal* counts: silver at best once the answer was seen."""
        return Medal.SILVER if self.answer_seen and medal is Medal.GOLD else medal


@dataclass
class Progress:
    """Everything that is remembered between two starts."""

    current: str = ""
    """The slug of the level played last."""
    language: str = ""
    theme: str = ""
    motion: bool = True
    """Whether anything may move on the screen."""
    paced: bool = True
    """Whether the story is told line by line; otherwise a scene is there as a whole."""
    packs: list[str] = field(default_factory=list)
    """The level packs that the learner lets run, each in one version."""
    levels: dict[str, LevelProgress] = field(default_factory=dict)

    def of(self, slug: str) -> LevelProgress:
        """Return the progress in the level *slug*."""
        return self.levels.setdefault(slug, LevelProgress())

    def record_win(self, slug: str, medal: Medal, measures: dict[str, Any]) -> None:
        """Remember a win, if it is better than the one before."""
        level = self.of(slug)
        medal = level.counted(medal)
        if level.medal and Medal(level.medal).rank >= medal.rank:
            return
        level.medal, level.best, level.won_at = medal.value, measures, time.time()


class ProgressFile:
    """Progress on disk: read by anybody, changed under a lock, replaced in one step."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or data_root() / "progress.json"

    def read(self) -> Progress:
        """Return what is remembered; a fresh start where there is nothing yet.

        A damaged file is set aside: see :mod:`tutor.base.damage`.

        Raises:
            TutorError: it cannot be read, or a newer version wrote it.
        """
        return self._read(self._lock)

    def _read(self, lock: Path | None) -> Progress:
        return read_or_begin(self.path, lock, self._read_whole, Progress)

    def _read_whole(self) -> Progress:
        try:
            data = json.loads(self.path.read_text(encoding="utf-8"))
            _check_version(data)
        except FileNotFoundError:
            return Progress()
        except NotADirectoryError as error:
            raise cannot_write(self.path, error) from error
        except (OSError, NewerVersion) as error:
            raise TutorError.named("progress_unreadable", path=self.path, reason=error) from error
        except (ValueError, RecursionError) as error:
            raise DamagedFile(self.path) from error
        try:
            return _from_json(data)
        except (ValueError, TypeError, AttributeError, LookupError) as error:
            raise DamagedFile(self.path) from error

    @property
    def _lock(self) -> Path:
        return self.path.with_suffix(".lock")

    @contextlib.contextmanager
    def change(self) -> Iterator[Progress]:
        """Lend the progress for a change and save it."""
        with locked(self._lock):
            progress = self._read(None)
            yield progress
            self._keep_older()
            write_json(self.path, {"schema": SCHEMA, **asdict(progress)})

    # -- level packs -----------------------------------------------------------------------------

    def is_agreed(self, level: "Level") -> bool:
        """Return whether *level* is ours, or of a pack that the learner lets run."""
        return level.pack is None or level.pack.key in self.read().packs

    def agree(self, pack: "Pack") -> None:
        """Remember that the learner lets *pack* run, in this version."""
        with self.change() as progress:
            if pack.key not in progress.packs:
                progress.packs.append(pack.key)

    def require_agreed(self, level: "Level") -> None:
        """Refuse to run anything of *level* before the learner was asked.

        Raises:
            PackNotAgreed: nobody has asked them yet; says how to agree where nobody can.
        """
        if level.pack is not None and not self.is_agreed(level):
            raise PackNotAgreed.named(
                "pack_not_agreed",
                level=level.slug,
                pack=level.pack.key,
                folder=level.folder.parent,
            )

    def _keep_older(self) -> None:
        """Put aside what an older version wrote, for whoever goes back to it."""
        with contextlib.suppress(FileNotFoundError):
            data = self.path.read_bytes()
            schema = json.loads(data)["schema"]
            if schema < SCHEMA:
                write_atomic(self.path.with_suffix(f".schema-{schema}.json"), data)


class PackNotAgreed(UsageError):
    """The learner has not been asked yet whether the program of a level pack may run."""


class NewerVersion(Exception):
    """A later version wrote the file: it is whole, and not for us to touch."""


def _check_version(data: Any) -> None:
    schema = data.get("schema") if isinstance(data, dict) else None
    if isinstance(schema, int) and schema > SCHEMA:
        raise NewerVersion(
            f"it was written by a newer version (schema {schema}, this one knows {SCHEMA})"
        )


def _from_json(data: dict[str, Any]) -> Progress:
    for older in range(data.pop("schema"), SCHEMA):
        MIGRATIONS[older](data)
    levels = {slug: LevelProgress(**level) for slug, level in data.pop("levels").items()}
    progress = Progress(levels=levels, **data)
    if not _is_sound(progress) or not all(map(_is_sound_level, levels.values())):
        raise TypeError("a value is of another kind")
    return progress


def _is_sound(progress: Any) -> bool:
    """Return whether every value is of the kind that it is taken for."""
    words, switches = (progress.current, progress.theme), (progress.motion, progress.paced)
    return (
        all(isinstance(word, str) for word in words)
        and all(isinstance(switch, bool) for switch in switches)
        and isinstance(progress.packs, list)
        and all(isinstance(pack, str) for pack in progress.packs)
        and progress.language in ("", *LANGUAGES)
    )


def _is_sound_level(mine: Any) -> bool:
    """Return the same of what is remembered of one level."""
    places = mine.hints_taken
    return (
        is_number(mine.attempts)
        and isinstance(places, list)
        and all(isinstance(place, int) and place >= 0 for place in places)
        and isinstance(mine.answer_seen, bool)
        and isinstance(mine.story_told, bool)
        and isinstance(mine.diagnosis, str)
        and (mine.prediction is None or is_number(mine.prediction))
        and mine.medal in ("", *Medal)
        and is_number(mine.won_at)
        and isinstance(mine.best, dict)
    )


def _name_the_hints(data: dict[str, Any]) -> None:
    """Make of a number of hints the hints themselves: they were taken in their order then."""
    for level in data["levels"].values():
        if "hints" in level:
            level["hints_taken"] = list(range(level.pop("hints")))


MIGRATIONS: Mapping[int, Callable[[dict[str, Any]], None]] = {1: _name_the_hints}
"""From each schema to the next, in place."""
