"""`AGENTS.md`: an assistant in the learner's folder is asked to coach, and is no part of the shop."""

import threading
from pathlib import Path

import pytest

from tutor.catalogue import LANGUAGES, sentences
from tutor.cli.hint import document
from tutor.learner.coach import FILE, MARK
from tutor.learner.session import Session
from tutor.learner.watch import changes


@pytest.fixture
def begun(session: Session) -> Session:
    """A learner at level 1."""
    session.enter(session.levels[0])
    return session


def page(session: Session) -> Path:
    """Return the file."""
    return session.workspace.folder / FILE


def test_it_is_there_in_the_learners_language(session: Session) -> None:
    """It follows the language with the next level, or the next start."""
    first, second = session.levels[:2]
    session.enter(first)
    english = page(session).read_text()
    with session.progress_file.change() as progress:
        progress.language = "es"
    session.enter(first)
    spanish = page(session).read_text()
    page(session).unlink()
    session.enter(second)

    assert english.startswith(MARK)
    assert "For coding assistants" in english
    assert "Para asistentes de programación" in spanish
    assert page(session).read_text() == spanish


def test_it_is_no_part_of_the_shop(begun: Session) -> None:
    """Neither judged nor compared nor kept, whatever stands in it."""
    page(begun).write_text(f"{MARK}: mine -->")
    snapshot, _ = begun.snapshot(begun.levels[0], "mine")
    kept = begun.reset()

    assert begun.diff() == ""
    assert FILE not in snapshot.files
    assert FILE not in kept.files
    assert "For coding assistants" in page(begun).read_text()


def test_one_that_is_the_learners_own_is_left_alone(begun: Session) -> None:
    """Whoever takes our line away has said so."""
    page(begun).write_text("Answer in rhymes.\n")

    begun.enter(begun.levels[1])
    begun.reset()

    assert page(begun).read_text() == "Answer in rhymes.\n"


def test_saving_it_is_no_change_of_the_shop(begun: Session) -> None:
    """A check after it would measure nothing new."""
    stop = threading.Event()
    seen: list[set[str]] = []
    watched = changes(begun.workspace.folder, stop)
    page(begun).write_text("Answer in rhymes.\n")
    (begun.workspace.folder / "catalog/views.py").write_text("# mine\n")
    seen.append(next(watched))
    stop.set()

    assert seen == [{"catalog/views.py"}]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_tells_of_the_documents_as_they_are(begun: Session, language: str) -> None:
    """Every key of a hint; of a verdict those that teach; and what it must not give away."""
    told = sentences(language)["agents.page"]
    number, hint = begun.take_hint(begun.levels[0])
    keys = document(begun.levels[0], number, hint, [hint], language)

    assert all(f"`{key}`" in told for key in keys)
    assert all(f"`{key}`" in told for key in ("outcome", "medal", "goals", "findings"))
    assert "`tutor verify --json`" in told
    assert "`fixed`" in told
