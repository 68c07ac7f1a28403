"""What another program saves while the plain game waits for a word is noticed, and checked."""

import io
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers import wait_until
from tests.plain.conftest import said
from tests.tui import fakes
from tutor.base.errors import TutorError
from tutor.base.files import write_atomic
from tutor.cli import plain
from tutor.cli.plain import others
from tutor.cli.plain.game import PlainGame
from tutor.cli.plain.others import Others
from tutor.cli.plain.talk import Talk
from tutor.cli.plain.typed import Rung, Typed
from tutor.learner import elsewhere
from tutor.learner.elsewhere import OtherBegan
from tutor.run.runlock import Holder

VIEWS = "catalog/views.py"


class Terminal:
    """A game in a thread of its own, typed to through a pipe as through a terminal."""

    def __init__(self, session: fakes.FakeSession, *, at: int | None = 1) -> None:
        self._at = at
        read, self._write = os.pipe()
        self.source, self.target = os.fdopen(read), io.StringIO()
        talk = Talk(self.source, self.target)
        self.session = session
        self.game = PlainGame(session, "en", talk, showroom=fakes.FakeShowroom)
        self.thread = threading.Thread(target=self._play, daemon=True)
        self.thread.start()
        self.waits_for("> ")

    def _play(self) -> None:
        try:
            self.game.play(self.session.levels[self._at - 1] if self._at else None)
        finally:
            self.game.others.close()
            self.game.saves.close()

    def type(self, text: str) -> None:
        """Type *text*, with or without the end of its line."""
        os.write(self._write, text.encode())

    def waits_for(self, words: str, *, times: int = 1) -> None:
        """Wait until *words* were said as often."""
        told = self.target.getvalue
        assert wait_until(lambda: said(told()).count(words.strip()) >= times), said(told())

    def end(self) -> str:
        """End the input, and return all that was said."""
        os.close(self._write)
        self.thread.join(10)
        assert not self.thread.is_alive()
        self.source.close()
        return said(self.target.getvalue())


@pytest.fixture
def terminal(session: fakes.FakeSession) -> Iterator[Terminal]:
    """A game at level 1 that waits for a word."""
    session.script = fakes.run(fakes.LOST)
    terminal = Terminal(session)
    yield terminal
    if terminal.thread.is_alive():
        terminal.end()


def save(session: fakes.FakeSession, text: str = "# mine\n") -> None:
    """Save a file as another editor does: all of it at once."""
    path: Path = session.workspace.folder / VIEWS
    write_atomic(path, (path.read_text() + text).encode())


def test_a_save_in_another_editor_is_checked(terminal: Terminal) -> None:
    """Its name is said, the check runs, and the next word is waited for again."""
    save(terminal.session)
    terminal.waits_for("Verdict: Not yet")
    terminal.type("where\n")
    terminal.waits_for("So far:")

    out = terminal.end()
    assert f"Saved: {VIEWS}. Checking" in out
    assert terminal.session.journal_of_calls == ["quick"]


def test_what_was_half_typed_is_not_lost(terminal: Terminal) -> None:
    """The rest of the line makes it whole."""
    terminal.type("whe")
    save(terminal.session)
    terminal.waits_for("Verdict: Not yet")
    terminal.type("re\n")
    terminal.waits_for("So far:")

    assert "There is no command" not in terminal.end()


def test_a_file_that_cannot_be_read_is_named_and_not_checked(terminal: Terminal) -> None:
    """A check would only say the same, later."""
    save(terminal.session, "def (:\n")
    terminal.waits_for("no program can read it")

    terminal.end()
    assert terminal.session.journal_of_calls == []


def test_with_checks_off_a_save_is_only_named(terminal: Terminal) -> None:
    """As in the game on screens."""
    terminal.type("checks\n")
    terminal.waits_for("no longer starts a check")
    save(terminal.session)
    terminal.waits_for(f"Saved: {VIEWS}")

    assert "Checking" not in terminal.end()


def test_what_is_saved_during_a_full_run_is_named_after_it(terminal: Terminal) -> None:
    """Its verdict stays the last one."""

    def saving(*args: object) -> Iterator[object]:
        save(terminal.session)
        yield from fakes.run(fakes.GOLD)(*args)  # type: ignore[arg-type]

    terminal.session.script = saving  # type: ignore[assignment]
    terminal.type("verify\n")
    terminal.waits_for("Saved during the run")

    out = terminal.end()
    assert f"and not in it: {VIEWS}. `check` measures it." in out
    assert terminal.session.journal_of_calls == ["full"]


def test_what_the_game_writes_itself_is_nobody_s_save(terminal: Terminal) -> None:
    """A reset, and another level with its files."""
    save(terminal.session)
    terminal.waits_for("Verdict: Not yet")
    terminal.type("reset\nyes\nplay 2\nplay 1\n")
    terminal.waits_for("Level 1: The chatty front page.", times=2)
    terminal.type("where\n")
    terminal.waits_for("So far:")

    assert terminal.end().count("Saved: ") == 1


@pytest.mark.parametrize("at", [None, 1], ids=["title", "level"])
def test_what_another_tutor_measures_comes_by_itself(
    session: fakes.FakeSession, monkeypatch: pytest.MonkeyPatch, at: int | None
) -> None:
    """Announced and then told, also before a level was chosen: nobody has to type for it."""
    holders = [Holder(4711, "tutor verify 1 --quick", 0.0)]
    monkeypatch.setattr(elsewhere, "other_holder", lambda _: holders[0] if holders else None)
    monkeypatch.setattr(others, "LOOK", 0.02)
    session.enter(session.levels[0])
    terminal = Terminal(session, at=at)
    terminal.waits_for("Its result comes here.")
    list(session.play(session.levels[0], quick=True))
    holders.clear()
    terminal.waits_for("Level 1, The chatty front page, mine: ")
    if at is None:
        terminal.waits_for("[Enter: continue with level 1", times=2)

    out = terminal.end()
    assert "`tutor verify 1 --quick` has ended." in out
    assert ("`verdict` says all of it." in out) is (at is not None)


def test_what_cannot_be_read_for_a_moment_ends_no_watch(session: fakes.FakeSession) -> None:
    """The next look tells it."""
    looks = [TutorError("No journal."), OSError(5, "The disk is away.")]
    rung = threading.Event()

    class Seen:
        def look(self) -> list[OtherBegan]:
            if looks:
                raise looks.pop()
            return [OtherBegan(Holder(4711, "tutor verify 1", 0.0))]

    watching = Others(session)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(watching, "_elsewhere", Seen())
        patch.setattr(others, "LOOK", 0.02)
        watching.watch(rung.set)
        heard = rung.wait(10)
        watching.close()

    assert heard
    assert watching.news()


def test_lines_come_one_by_one_however_they_are_sent() -> None:
    """Several at once, one in pieces, the last one without its end, letters of two bytes."""
    read, write = os.pipe()
    with os.fdopen(read, encoding="utf-8") as source:
        typed = Typed(source)
        os.write(write, "one\ntwo\ncamió".encode()[:-1])
        first = [typed.line(), typed.line()]
        os.write(write, "ó".encode()[1:] + b"n\nlast")
        os.close(write)

        assert [*first, typed.line(), typed.line(), typed.line()] == [
            "one\n",
            "two\n",
            "camión\n",
            "last",
            "",
        ]


def test_a_line_that_is_there_comes_before_the_bell() -> None:
    """Whoever types first is served first."""
    (read, write), (rung, rope) = os.pipe(), os.pipe()
    with os.fdopen(read) as source, os.fdopen(rung) as bell:
        typed = Typed(source)
        os.write(rope, b"!")
        os.write(write, b"where\n")

        assert typed.line(bell) == "where\n"
        with pytest.raises(Rung):
            typed.line(bell)
        os.close(write)
        os.close(rope)


def test_a_game_that_ends_notices_nothing_any_more(session: fakes.FakeSession) -> None:
    """Neither its thread nor its pipe is left."""
    read, write = os.pipe()
    os.write(write, b"where\nquit\n")
    os.close(write)
    before = {thread.name for thread in threading.enumerate()}

    with os.fdopen(read) as source, pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdin", source)
        assert plain.play(session, session.levels[0], "en") == 0

    assert {thread.name for thread in threading.enumerate()} <= before
