"""At 80 columns no word is broken: neither in a table nor in a sentence, in either language."""

import io
import json
from collections.abc import Callable, Sequence
from functools import cache

import pytest
from click.testing import CliRunner
from rich.console import Console
from rich.markdown import Markdown

from tests.tui import fakes
from tests.unit.test_failures import calls
from tutor.catalogue import LANGUAGES
from tutor.cli import doctor, speech
from tutor.cli.columns import BELOW, Columns
from tutor.cli.console import EscapingConsole, print_verdict
from tutor.cli.group import cli
from tutor.cli.speech import fitted
from tutor.curriculum import load_levels
from tutor.events import RunFinished
from tutor.judge import judge
from tutor.learner.session import Session
from tutor.stack.doctor import CheckResult, examine
from tutor.words.texts import Texts

NARROW, WIDE = 80, 4000
LEVELS = load_levels()
COMMANDS = [
    ("levels",),
    ("doctor",),
    ("hint", "1"),
    ("diagnose", "1"),
    ("diagnose", "1", "disk"),
    ("certificate",),
    ("journal",),
    ("stack", "status"),
    ("begin", "1"),
    ("show", "2"),
    ("verify", "99"),
    ("verify", "2"),
    ("reset", "--yes"),
    ("journal", "restore", "9"),
]


def broken(narrow: str, wide: str) -> set[str]:
    """Return the words that are in *narrow* only: pieces of what was broken.

    Lines that are drawn are no words, and what is longer than a line must be broken somewhere.
    """
    whole = wide.split()
    long = " ".join(word for word in whole if len(word) > NARROW - BELOW)
    pieces = set(narrow.split()) - set(whole)
    return {word for word in pieces if word.strip("─━") and word not in long}


def too_long(text: str) -> list[str]:
    """Return the lines that a terminal would break, but for words that are longer themselves."""
    return [line for line in text.splitlines() if len(line) > NARROW and len(line.split()) > 1]


@pytest.fixture
def run(session: Session, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Return what runs a command of a learner at level 1 in a terminal of some width."""
    session.enter(LEVELS[0])
    for _ in LEVELS[0].hints:
        # From now on it is the last one that is told.
        session.take_hint(LEVELS[0])
    for number, level in enumerate(LEVELS, 1):
        keep(session, number, level.slug)

    # What it finds of disk and memory is another figure each time.
    monkeypatch.setattr(doctor, "examine", found)

    def output(width: int, *words: str) -> str:
        monkeypatch.setattr(speech, "columns", lambda _: width)
        monkeypatch.setenv("COLUMNS", str(width))
        where = ("--workspace", str(session.workspace.folder))
        words = words if words[0] == "doctor" else (*words, *where)
        done = CliRunner().invoke(cli, words)
        assert not isinstance(done.exception, AssertionError)
        return done.output

    return output


@cache
def found() -> list[CheckResult]:
    """Return what the doctor finds."""
    return list(examine())


def keep(session: Session, number: int, slug: str) -> None:
    """Keep a lost run of *slug*, as the journal has it."""
    level = next(level for level in LEVELS if level.slug == slug)
    measures = {goal.measure: 1000 + number for goal in level.goals}
    verdict = judge(level.goals, measures, (), quick=bool(number % 2))
    finished = RunFinished(f"{number}", slug, "mine", bool(number % 2), 123.4, verdict, measures)
    session.journal.keep(
        session.workspace.contents(),
        level=slug,
        reason="run",
        workspace=session.workspace.folder,
        run=json.loads(json.dumps(finished.to_json())),
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_no_command_breaks_a_word(
    run: Callable[..., str], words: Sequence[str], language: str
) -> None:
    """What it says in 80 columns is what it says in any."""
    narrow, wide = (run(width, *words, "--lang", language) for width in (NARROW, WIDE))

    assert narrow.strip()
    assert not broken(narrow, wide)
    # What `show` prints into a pipe is Markdown, for programs.
    assert words[0] == "show" or not too_long(narrow)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.slug)
def test_no_verdict_breaks_a_word(level: object, language: str) -> None:
    """Of any level, missed by far."""
    told = []
    for width in (NARROW, WIDE):
        out = EscapingConsole(file=io.StringIO(), width=width, highlight=False)
        measures = {goal.measure: 123456 for goal in level.goals}  # type: ignore[attr-defined]
        verdict = judge(level.goals, measures, fakes.REPEATS, quick=False)  # type: ignore[attr-defined]
        run = RunFinished("r", level.slug, "mine", False, 123.4, verdict, measures)  # type: ignore[attr-defined]
        print_verdict(out, Texts(language), level, run)  # type: ignore[arg-type]
        told.append(out.file.getvalue())  # type: ignore[attr-defined]

    assert not broken(*told)
    assert not too_long(told[0])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", ["briefing", "lesson"])
def test_no_text_of_a_level_breaks_a_word(part: str, language: str) -> None:
    """As `tutor show` draws it on a terminal."""
    for level in LEVELS:
        told = []
        for width in (NARROW, WIDE):
            out = Console(file=io.StringIO(), width=width, force_terminal=False)
            out.print(Markdown(level.text(part, language)))
            told.append(out.file.getvalue())  # type: ignore[attr-defined]

        assert not broken(*told), level.slug


def drawn(table: Columns, width: int) -> str:
    """Return *table* as it is printed in *width* columns."""
    out = EscapingConsole(file=io.StringIO(), width=width, highlight=False)
    out.print(table)
    return out.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def some_table() -> Columns:
    """Return a table with a number, a date, words and a sentence."""
    table = Columns()
    table.add_column("n", right=True)
    table.add_column("when", keep=True)
    table.add_column("who")
    table.add_column("why", prose=True)
    table.add_row("7", "2026-11-30 09:00", "nobody in particular", "[red]It was[/] " + "so " * 20)
    table.add_row("12", "2026-12-01 10:00", "Betty", "")
    return table


@pytest.mark.parametrize("width", range(18, 140, 5))
def test_a_table_gives_way_word_by_word(width: int) -> None:
    """However narrow it gets: every word is whole, and no line is too long."""
    lines = drawn(some_table(), width).splitlines()

    # What stands below its row has its title before it.
    assert not broken(" ".join(lines), drawn(some_table(), WIDE) + " when: who:")
    assert max(map(len, lines)) <= max(width, len("2026-11-30 09:00"))
    assert not [line for line in lines if line != line.rstrip()]


def test_what_has_no_room_beside_stands_below() -> None:
    """The sentence, whole and indented, once it could only be read word by word."""
    wide, narrow = drawn(some_table(), 80), drawn(some_table(), 50)

    assert "why" in wide
    assert "why" not in narrow
    assert "\n    It was so so" in narrow
    assert " 7  2026-11-30 09:00  nobody in particular\n" in narrow


def test_a_sentence_is_fitted_and_a_path_is_left_whole() -> None:
    """Later lines are indented; what is short stays as it is, blanks and all."""
    path = "/home/betty/" + "x" * 90
    text = f"  What you had is in {path} now, and nobody else has touched it meanwhile."

    lines = fitted(text, NARROW, "    ")

    assert path in [line.strip() for line in lines]
    assert all(line.startswith("    ") for line in lines[1:])
    assert fitted("a  b\n\n  c", NARROW) == ["a  b", "", "  c"]


def test_no_command_prints_a_sentence_past_it() -> None:
    """`click.echo` is for data: what the catalogue says goes through `say`, which knows the width."""
    import ast

    past = []
    for place, call, name in calls():
        if name in ("echo", "secho") and place.startswith("cli/") and "author/" not in place:
            inside = [node for arg in call.args for node in ast.walk(arg)]
            called = [node.func for node in inside if isinstance(node, ast.Call)]
            said = [f for f in called if isinstance(f, ast.Name) and f.id in ("words", "texts")]
            past += [place] if said else []

    assert past == []
