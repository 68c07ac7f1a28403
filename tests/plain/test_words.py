"""Whatever is typed, the plain game answers in words that can be read aloud, and never breaks off."""

import re
from pathlib import Path

import pytest

from tests.plain.conftest import Play, said
from tests.tui import fakes
from tutor.base.errors import TutorError
from tutor.catalogue import LANGUAGES
from tutor.cli.plain.prose import lines
from tutor.curriculum import Level, load_levels
from tutor.words.texts import Texts


def test_the_shop_is_started_when_it_is_asked_for(play: Play, session: fakes.FakeSession) -> None:
    """Not before; and nothing opens on a screen that nobody sits at."""
    session.seen = fakes.reading()

    out = said(play("open", "links", "swap", "2", "stack", "open amdin"))

    assert session.journal_of_calls == ["serve mine", "serve broken"]
    assert "Open this address yourself: http://127.0.0.1:41234/" in out
    assert "shop (broken): http://127.0.0.1:41234" in out
    assert "gunicorn: server1, port 41234, CPU 61 %" in out
    assert "There is no page 'amdin'. What to do: Did you mean 'admin'?" in out


@pytest.mark.parametrize(
    ("language", "lacks"),
    [
        ("en", "does not run worker-slow as stack.toml says now. `open` starts it anew."),
        ("es", "no lleva worker-slow como pone ahora stack.toml. `abrir` la arranca de nuevo."),
    ],
)
def test_a_shop_that_was_opened_before_stack_toml_changed_says_so(
    play: Play, session: fakes.FakeSession, language: str, lacks: str
) -> None:
    """As long as it runs without what was added; not once it was opened anew."""
    session.enter(session.levels[0])
    session.seen = fakes.reading()
    path = session.workspace.folder / "stack.toml"
    text = path.read_text()
    before = said(play("stack", language=language))
    path.write_text(text.replace('"gunicorn"', '"gunicorn", "worker-slow"'))
    after = said(play("stack", language=language))
    anew = said(play("open", "stack", language=language))

    assert path.read_text() != text
    assert lacks in after
    assert lacks not in before
    assert lacks not in anew


def test_the_log_of_a_service_is_found_by_its_bare_name(
    play: Play, session: fakes.FakeSession
) -> None:
    """A refusal says "gunicorn's log"; which one it is stands above it, and several are named."""
    session.enter(session.levels[0])
    logs = session.stack.logs
    logs.mkdir(parents=True)
    (logs / "gunicorn-mine.log").write_text("[INFO] hello\n")
    one = said(play("logs gunicorn", "logs gunicorn hello"))
    (logs / "gunicorn-broken.log").write_text("[INFO] bye\n")
    two = said(play("logs gunicorn"))

    assert one.count("gunicorn-mine: [INFO] hello") == 2
    assert "Several shops have a log of 'gunicorn'." in two
    assert "Did you mean: gunicorn-broken, gunicorn-mine?" in two


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("verdct", "Did you mean: verdict?"),
        ("xyzzy", "`help` lists the commands."),
        ("re", "Did you mean: reads, ready, report, reset, restore?"),
        ("7", "There is no list to choose from."),
        ("logs nothing", "There is no log 'nothing'."),
        ("play 99", "There is no level '99'."),
        ("restore", "`journal` lists them by number."),
        ("restore 4", "The journal has no entry 4."),
        ("reset catalog/view.py", "Did you mean 'catalog/views.py'?"),
        ("swap mien", "Did you mean 'mine'?"),
        ("diagnose dsik", "Did you mean 'disk'?"),
    ],
)
def test_a_wrong_word_is_answered_and_the_game_goes_on(play: Play, typed: str, answer: str) -> None:
    """With the nearest right one, or with where to find it."""
    out = said(play(typed, "yes", "where"))

    assert answer in out
    assert "So far: no medal yet." in out


def test_a_command_is_a_number_and_may_be_shortened(play: Play) -> None:
    """Every row of the help can be chosen."""
    number = said(play("help")).split(". goals:")[0].split()[-1]
    out = said(play("he", number, "brief", "help verd", "VERIFY"))

    assert "Bronze: At most 212" in out
    assert "The patient." in out
    assert "verdict: the last verdict again" in out
    assert "Verdict: Won" in out


def test_it_speaks_spanish_and_can_change_at_any_time(
    play: Play, session: fakes.FakeSession
) -> None:
    """Words in Spanish and in English both work, and the choice is remembered."""
    out = said(play("pista", "hint", "idioma", "where", "language", language="es"))

    assert "Pista 1 de 4" in out
    assert "The game speaks English now." in out
    assert "So far" in out
    assert session.progress.language == "es"


def test_the_report_and_the_certificate_are_there(play: Play, tmp_path: Path) -> None:
    """The file is written where it is wanted, and what is missing is said."""
    out = said(play("report mine.html", "certificate"))

    assert f"Written: {tmp_path / 'mine.html'}" in out
    assert "0 of 7 levels won." in out
    assert (tmp_path / "mine.html").is_file()


def test_nothing_moves_a_cursor_or_needs_a_colour(play: Play, session: fakes.FakeSession) -> None:
    """Not one control character but the end of a line, whatever is played."""
    session.seen = fakes.reading()
    out = play("story", "", "briefing", "files", "verify", "", "stack", "swap 1", "help", "answer")

    assert {char for char in out if not char.isprintable()} <= {"\n"}


def test_a_failure_of_the_shop_is_explained(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the game goes on."""
    error = TutorError("It does not start.", hint="Read the log.")
    monkeypatch.setattr(fakes.FakeShowroom, "failure", error, raising=False)
    monkeypatch.setattr(
        fakes.FakeShowroom,
        "__init__",
        lambda self, session: setattr(self, "session", session),
    )

    out = said(play("open", "where"))

    assert "That did not work: It does not start. What to do: Read the log." in out
    assert "So far" in out


def test_a_failure_is_told_in_the_language_of_the_game(play: Play) -> None:
    """What happened and what to do, with the same values; the game goes on."""
    out = said(play("jugar 99", "registros nada", "recuperar 4", language="es"))

    assert "Eso no funcionó: No hay ningún nivel '99'. Qué hacer: Niveles: 01_n_plus_one" in out
    assert "Eso no funcionó: No hay ningún registro 'nada'." in out
    assert "Eso no funcionó: El diario no tiene ninguna entrada 4." in out
    assert "There is no" not in out


def test_prose_is_said_without_its_marks() -> None:
    """Lists, links, tables, code and drawings each have a form that can be read aloud."""
    text = """\
## A *case* of `x`

1. **One** [link](https://example.com/)
2. Two

| | statements | time |
|---|---|---|
| before | 1292 | 813 ms |

```python
 a -> b
```

```stack A asks B, twice.
 ╭───╮ twice ╭────╮
 │ a │──────▶│ b  │
 ╰───╯       ╰────╯
```

```stack
 ╭───╮ twice ╭────╮
 │ a │──────▶│ b  │
 ╰───╯       ╰────╯
```
"""

    assert [line for line, _ in lines(text, "leads to") if line] == [
        "A case of x",
        "1. One link (https://example.com/)",
        "2. Two",
        "before; statements: 1292; time: 813 ms.",
        "     a -> b",
        "A asks B, twice.",
        "twice",
        "a leads to b",
    ]


def test_a_table_says_the_head_of_every_cell() -> None:
    """By ear nothing else tells where one cell ends, and a row has its stop."""
    table = """\
| door | who stood there |
|---|---|
| 1 | `_ga` |
| 2 | Gina? |
"""

    assert [line for line, _ in lines(table, "") if line] == [
        "door: 1; who stood there: _ga.",
        "door: 2; who stood there: Gina?",
    ]


ROW = re.compile(
    r"\brows? (\d|one|two|three|four|five|six)\b|\b(second|third|fourth|fifth) row\b"
    r"|\bfilas? (\d|dos|tres|cuatro|cinco|seis)\b|\b(segunda|tercera|cuarta|quinta) fila\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("level", load_levels(), ids=lambda level: level.slug)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_names_a_row_of_its_table_by_number(level: Level, language: str) -> None:
    """Whoever listens would have to count them: it is called by what stands in it."""
    for name in ("briefing", "lesson", "answer"):
        assert not ROW.search(level.text(name, language)), name


DRAWN = set("─│╭╮╰╯├┤┬┴┼═━▶▼▲◀→▇✎")
LEVELS = load_levels()


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.slug)
@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_are_told_in_words(level: Level, language: str) -> None:
    """Whoever listens hears sentences, no frames and no arrows; code stays code."""
    arrow = Texts(language)("plain.leads_to")
    for name in ("story", "scenes", "briefing", "lesson"):
        for line, _ in lines(level.text(name, language), arrow):
            if not line.startswith("    "):
                assert not set(line) & DRAWN, (name, line)
                assert arrow not in line, (name, line)
