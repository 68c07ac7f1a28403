"""Judging again what was handed in: one workspace each, gone afterwards, and nobody else's harm."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.graded import RUNS
from tutor.base.errors import TutorError
from tutor.base.locks import locked
from tutor.base.paths import data_root, stack_root
from tutor.cli.bundles import names_of
from tutor.events import Event
from tutor.grading.archive import packed
from tutor.grading.manifest import LevelPart, Manifest, file_in, journal_in
from tutor.grading.regrade import Terms, _remove_left, judge_bundle
from tutor.grading.result import Claims
from tutor.judge import Medal
from tutor.learner.session import Session
from tutor.seat import seat as seats
from tutor.seat.outbox import Outbox
from tutor.stack.stack import Stack
from tutor.words.texts import Texts

EN = Texts("en")


class Plays:
    """Stands in for a session's runs and for stacks; keeps what it saw."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seen: list[dict[str, bytes]] = []
        self.folders: list[Path] = []
        self.error: Exception | None = None
        self.counters: list[bool] = []
        monkeypatch.setattr(Session, "play", lambda session, *_, **__: self.play(session))
        for name in ("up", "release", "wait_until_gone"):
            monkeypatch.setattr(Stack, name, self.of_stack)

    @staticmethod
    def of_stack(stack: Stack) -> None:
        stack.folder.mkdir(parents=True, exist_ok=True)

    def play(self, session: Session) -> Iterator[Event]:
        self.seen.append(session.workspace.contents())
        self.folders.append(session.workspace.folder)
        self.counters.append(session.counters)
        if self.error:
            raise self.error
        session.journal.keep(
            {}, level="x", reason="run", workspace=session.workspace.folder, variant="mine"
        )
        with session.room.run(session.levels[0], "mine", 7, quick=False) as hear:
            hear(RUNS["gold"])
            yield RUNS["gold"]


@pytest.fixture
def plays(monkeypatch: pytest.MonkeyPatch, home: Path) -> Plays:
    """Runs that take no time."""
    return Plays(monkeypatch)


SHOP = {"stack.toml": b"", "manage.py": b"", "catalog/views.py": b"mine = True"}


def handed_in(path: Path, slug: str, *, answer_seen: bool = False) -> Path:
    """Write the bundle of a small shop to *path*."""
    journal = b"[]"
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in SHOP.items()}
    told = hashlib.sha256(journal).hexdigest()
    part = LevelPart(slug, 7, digests, told, 0, Claims(3, 4, answer_seen))
    contents = {file_in(slug, name): data for name, data in SHOP.items()}
    data = packed(Manifest("0.1.0", [part]), {**contents, journal_in(slug): journal})
    path.write_bytes(data)
    return path


@pytest.fixture
def bundle(session: Session, tmp_path: Path) -> Path:
    """A shop of level 1, handed in."""
    return handed_in(tmp_path / "anna.zip", session.levels[0].slug)


def judged(session: Session, path: Path, **terms: Any) -> list[Any]:
    """Judge *path* and return its results."""
    return list(judge_bundle(path, path.name, Terms(session.levels, **terms), EN))


def ours(session: Session) -> dict[str, bytes]:
    """Return whatever is remembered of whoever grades."""
    folder = data_root()
    kept = [*folder.glob("*.json"), *(folder / "journal").rglob("*")]
    return {str(path): path.read_bytes() for path in kept if path.is_file()}


def test_the_files_are_judged_as_they_were_handed_in(
    plays: Plays, session: Session, bundle: Path
) -> None:
    """In a workspace of its own, which is gone afterwards with its stack."""
    with session.progress_file.change() as progress:
        progress.of(session.levels[0].slug).attempts = 5
    before = ours(session)

    (result,) = judged(session, bundle, counters=True)

    assert (result.outcome, result.medal, result.source) == ("won", Medal.GOLD, "anna.zip")
    assert plays.seen == [SHOP]
    assert plays.counters == [True]
    assert plays.folders[0] != session.workspace.folder
    assert not plays.folders[0].exists()
    assert not stack_root(plays.folders[0]).exists()
    assert [path.name for path in (data_root() / "judging").iterdir()] == ["tidying"]
    assert ours(session) == before


def test_the_room_of_whoever_grades_hears_nothing(
    plays: Plays, session: Session, bundle: Path
) -> None:
    """What others handed in is not what the grader plays."""
    seats.keep(seats.Seat("http://127.0.0.1:9", "K7QX2M", "1", "t", "n", "", "", ""))

    judged(session, bundle)

    assert len(plays.seen) == 1
    assert len(Outbox()) == 0


def test_who_has_seen_the_answer_wins_silver_here_too(
    plays: Plays, session: Session, tmp_path: Path
) -> None:
    """As the bundle itself says; it is shown as what was said."""
    path = handed_in(tmp_path / "anna.zip", session.levels[0].slug, answer_seen=True)

    (result,) = judged(session, path)

    assert result.medal is Medal.SILVER
    assert result.claims.answer_seen


def test_a_level_that_is_not_in_it_is_not_begun(
    plays: Plays, session: Session, bundle: Path
) -> None:
    """Nothing is started for it."""
    (result,) = judged(session, bundle, only=session.levels[1])

    assert (result.outcome, result.code, result.slug) == ("not_begun", 3, session.levels[1].slug)
    assert plays.seen == []


def test_a_level_that_nobody_has_here_is_told(plays: Plays, session: Session, bundle: Path) -> None:
    """By its name."""
    slug = session.levels[0].slug
    session.levels = session.levels[1:]

    (result,) = judged(session, bundle)

    assert (result.outcome, result.code) == ("unreadable", 1)
    assert slug in result.why


def test_a_broken_bundle_is_a_row_and_starts_nothing(
    plays: Plays, session: Session, tmp_path: Path
) -> None:
    """It says why."""
    (tmp_path / "x.zip").write_bytes(b"PK")

    (result,) = judged(session, tmp_path / "x.zip")

    assert (result.outcome, result.code, result.level) == ("unreadable", 1, None)
    assert result.why.startswith("It is no zip file")
    assert plays.seen == []


def test_a_failure_of_ours_is_a_row_and_leaves_nothing(
    plays: Plays, session: Session, bundle: Path
) -> None:
    """The next bundle has its turn."""
    plays.error = TutorError.named("no_bundle", path="x")

    (result,) = judged(session, bundle)

    assert (result.outcome, result.code) == ("our_fault", 1)
    assert not plays.folders[0].exists()


def test_a_place_is_removed_where_somebody_interrupts(
    plays: Plays, session: Session, bundle: Path
) -> None:
    """Ctrl-C leaves nothing behind."""
    plays.error = KeyboardInterrupt()  # type: ignore[assignment]

    with pytest.raises(KeyboardInterrupt):
        judged(session, bundle)

    assert not plays.folders[0].exists()


def test_what_a_killed_one_left_is_removed_and_what_is_in_use_is_not(home: Path) -> None:
    """The kernel gives a lock back when its holder dies."""
    root = home / "judging"
    dead, alive = root / "dead", root / "alive"
    for folder in (dead, alive):
        (folder / "shop").mkdir(parents=True)
        folder.with_suffix(".lock").touch()
        stack_root(folder / "shop").mkdir(parents=True)

    with locked(alive.with_suffix(".lock")):
        _remove_left(root)

    assert not dead.exists()
    assert not dead.with_suffix(".lock").exists()
    assert not stack_root(dead / "shop").exists()
    assert (alive / "shop").exists()


def test_two_bundles_never_have_the_same_name() -> None:
    """The file's, or its whole path where two share one; nothing steers a terminal."""
    paths = [Path("a/shop.zip"), Path("b/Shop.zip"), Path("c/x\x1b[2J.zip")]

    assert names_of(paths) == ["a/shop.zip", "b/Shop.zip", "x\ufffd[2J.zip"]
