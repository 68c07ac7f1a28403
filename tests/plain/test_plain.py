"""The plain game, typed: where it leads, what it says, and that it never breaks off."""

import stat
from pathlib import Path

import pytest

from tests.plain.conftest import Play
from tests.tui import fakes
from tutor.base.errors import TutorError
from tutor.cli.plain.prose import lines
from tutor.judge import Finding, Kind


def said(text: str) -> str:
    """Return *text* on one line, whatever width it was fitted to."""
    return " ".join(text.split())


def test_enter_alone_leads_from_the_title_to_the_first_question(
    play: Play, session: fakes.FakeSession
) -> None:
    """Title, level, five scenes, briefing, diagnosis: nobody has to know a command."""
    out = said(play(*[""] * 9, at=0))

    places = ["Betty's shop is live", "Level 1: The chatty", "(scene 1 of 5)", "(scene 5 of 5)"]
    found = [out.index(place) for place in [*places, "The patient.", "1. One statement that is"]]
    assert found == sorted(found)
    assert session.workspace.level == "01_n_plus_one"
    assert out.endswith("Goodbye. Your files and your progress are kept.")


def test_who_has_begun_goes_on_without_the_story(play: Play) -> None:
    """The offer names the level, and Enter leads to its briefing."""
    play("next", at=1)
    out = said(play("", "", at=0))

    assert "continue with level 2, One server" in out
    assert "scene 1" not in out
    assert "How to win" in out


def test_a_lost_run_says_what_was_seen_and_a_won_one_leads_to_the_lesson(play: Play) -> None:
    """Findings with their line, each goal in words, no mark that stands alone."""
    lost = said(play("verify", script=fakes.run(fakes.LOST, fakes.REPEATS)))
    won = said(play("verify", "", script=fakes.run(fakes.GOLD)))

    assert "Verdict: Not yet, after 21 s." in lost
    assert "Seen: One statement came 200 times" in lost
    assert "catalog/templates/catalog/_card.html, line 12" in lost
    assert "Bronze, not met. Measured: 1292 statements. At most 212" in lost
    assert "5 s: 43 answers per second, half of them within 22 ms" in lost
    assert "Verdict: Won, gold" in won
    assert "Gold, met. Measured: 1 statement." in won
    assert "[Enter: lesson] > Lesson: The chatty front page What happened" in won
    assert "before: statements 1292, time 813 ms, per statement 0.63 ms" in won


def test_a_wrong_fix_has_its_scene(play: Play) -> None:
    """Enter plays it, with the figures of the run; where there is none, the game says so."""
    values = {"missing": 150, "expected": 200, "shown": 50, "example": "Mat No. 7"}
    foul = Finding("rows_missing", Kind.FOUL, values)
    out = said(play("scene", "verify", "", script=fakes.run(fakes.LOST, (foul,))))

    assert "The last verdict led to no scene." in out
    assert "Refused: 150 of 200 products are missing" in out
    assert "[Enter: scene] > The shorter catalogue Marissa: It flies!" in out
    assert "Betty: 150 of 200." in out


def test_a_quick_check_that_passes_offers_the_full_run(
    play: Play, session: fakes.FakeSession
) -> None:
    """Enter alone begins it."""
    out = said(play("check", "", script=fakes.run(fakes.GOLD)))

    assert "Verdict: Quick check passed, after" in out
    assert session.journal_of_calls == ["quick", "full"]


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (fakes.run({}, fakes.OURS), "Verdict: Our fault"),
        (fakes.run({**fakes.GOLD, "time_ratio": 0.61}, fakes.NOISY), "Verdict: Cannot tell"),
        (fakes.broken_down, "That did not work: No space left. What to do: Free some."),
    ],
)
def test_what_costs_nothing_says_so(
    play: Play, session: fakes.FakeSession, script: fakes.Script, words: str
) -> None:
    """Our fault, a noisy machine, a run that cannot begin: the game goes on."""
    out = said(play("verify", "where", script=script))

    assert words in out
    assert "Full runs: 0" in out


def test_ctrl_c_stops_the_run_and_not_the_game(play: Play, session: fakes.FakeSession) -> None:
    """What was under way ends, and the next command is obeyed."""

    def interrupted(*args: object) -> object:
        yield from ()
        session.journal_of_calls.append("begun")
        raise KeyboardInterrupt

    out = said(play("verify", "goals", script=interrupted))  # type: ignore[arg-type]

    assert "Stopped. It counts for nothing" in out
    assert "Bronze, open." in out.split("Stopped.")[1]
    assert session.journal_of_calls == ["full", "begun"]


def test_ctrl_c_at_the_prompt_asks_once(play: Play) -> None:
    """The second one in a row leaves with 130; a command in between forgets the first."""
    out = play(KeyboardInterrupt, "where", KeyboardInterrupt, KeyboardInterrupt, code=130)

    assert out.count("leaves the game") == 2


def test_hints_come_one_by_one_and_are_said_again(play: Play) -> None:
    """The last one leads to the answer."""
    out = said(play("hint", "hint", "hint", "hint", "hints"))

    assert "Hint 4 of 4" in out
    assert "That was the last hint. `answer` reads" in out
    assert "4 of 4 hints taken" in out


@pytest.mark.parametrize(("answer", "seen"), [("no", False), ("yes", True), (None, False)])
def test_the_answer_names_its_price_first(
    play: Play, session: fakes.FakeSession, answer: str | None, seen: bool
) -> None:
    """Only a yes shows it; an end of the input is a no."""
    out = said(play("answer", *([answer] if answer else [])))

    assert "costs the gold medal" in out
    assert ("From the broken shop to the reference" in out) is seen
    assert session.level_progress(session.levels[0]).answer_seen is seen


def test_after_the_answer_silver_counts(play: Play) -> None:
    """The verdict says which medal counts, and why."""
    out = said(play("answer", "y", "verify", script=fakes.run(fakes.GOLD)))

    assert "Verdict: Won, silver" in out
    assert "silver counts" in out


def test_a_diagnosis_is_chosen_by_number_and_shown_beside_the_measurement(play: Play) -> None:
    """It is noted, said again, and judged by the full run."""
    out = said(
        play(
            "diagnose",
            "4",
            "diagnose",
            "diagnose 1",
            "diagnose 4",
            "verify",
            script=fakes.run(fakes.LOST),
        )
    )

    assert "Noted: The disk" in out
    assert "Your diagnosis so far: The disk" in out
    assert "Noted: One statement that is slow" in out
    assert "The measurement says: Very many statements" in out


def test_a_guess_stands_beside_the_measurement(play: Play) -> None:
    """Asked for after the diagnosis, noted, refused where it is none, told with the win."""
    out = said(play("diagnose 1", "guess many", "guess 12", "verify", script=fakes.run(fakes.GOLD)))

    assert "Type `guess` and a number." in out
    assert "'many' is no number." in out
    assert "Noted: 12." in out
    assert "Your guess: 12. Measured: 1 statement." in out


def editor(folder: Path, body: str) -> str:
    """Write an editor of ours and return the command that starts it."""
    path = folder / "my editor"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return f'"{path}" -n'


def test_an_edit_in_the_own_editor_is_checked(
    play: Play, session: fakes.FakeSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was saved is named; the next commands are not eaten by the editor."""
    monkeypatch.setenv("EDITOR", editor(tmp_path, 'cat; echo "# mine" >>"$2"'))
    out = said(play("files", "edit 1", "diff", "files", script=fakes.run(fakes.LOST)))

    assert "Saved: catalog/views.py. Checking" in out
    assert session.journal_of_calls == ["quick"]
    assert "+# mine" in out
    assert "1. catalog/views.py (changed)" in out


def test_checks_after_an_edit_can_be_switched_off(
    play: Play, session: fakes.FakeSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then an edit is only noticed; one that saves nothing is not even that."""
    monkeypatch.setenv("EDITOR", editor(tmp_path, '[ -z "$GO" ] || echo "# mine" >>"$2"'))
    first = said(play("checks", "edit"))
    monkeypatch.setenv("GO", "1")
    second = said(play("checks", "edit querysets.py"))

    assert "Nothing was saved." in first
    assert "Saved: catalog/querysets.py" in second
    assert session.journal_of_calls == []


@pytest.mark.parametrize(
    ("program", "why"),
    [("", "Neither VISUAL nor EDITOR"), ("no-such-editor", "did not work"), ("false", "(false)")],
)
def test_an_editor_that_fails_leaves_another_way(
    play: Play, monkeypatch: pytest.MonkeyPatch, program: str, why: str
) -> None:
    """The path is named, for an editor in another window."""
    monkeypatch.setenv("EDITOR", program)
    out = said(play("edit 1"))

    assert why in out
    assert "shop/catalog/views.py in any editor" in out


def test_a_file_is_read_by_number_by_part_and_by_lines(play: Play) -> None:
    """With the numbers of its lines; a wrong name gets the nearest right one."""
    out = play(
        "file views.py 1-2",
        "file urls.py",
        "file catalog/view.py",
        "file 3 5",
        "files all",
        "file 93",
    )

    assert '   1  """' in out
    assert "catalog/views.py:" in out
    assert "Did you mean: accounts/urls.py, cart/urls.py" in said(out)
    assert "There is no file 'catalog/view.py'." in said(out)
    assert "catalog/models.py:\n   5" in out
    assert "stack.toml:\n   1" in out


def test_reset_and_restore_ask_first_and_keep_what_was_there(
    play: Play, session: fakes.FakeSession
) -> None:
    """Both say which journal entry has it."""
    session.enter(session.levels[0])
    path = session.workspace.folder / "catalog/views.py"
    path.write_text("mine = 1\n")

    out = said(play("reset", "no", "reset catalog/views.py", "yes", "journal", "restore 1", "y"))

    assert "Everything stays as it is." in out
    assert "What you had is journal entry 1." in out
    assert "before a reset" in out
    assert "These are the files of entry 1." in out
    assert path.read_text() == "mine = 1\n"


def test_the_shop_is_started_when_it_is_asked_for(play: Play, session: fakes.FakeSession) -> None:
    """Not before; and nothing opens on a screen that nobody sits at."""
    session.seen = fakes.reading()

    out = said(play("open", "links", "swap", "2", "stack", "open amdin"))

    assert session.journal_of_calls == ["serve mine", "serve broken"]
    assert "Open this address yourself: http://127.0.0.1:41234/" in out
    assert "shop (broken): http://127.0.0.1:41234" in out
    assert "gunicorn (showroom): server1, port 41234, CPU 30 %" in out
    assert "There is no page 'amdin'. What to do: Did you mean 'admin'?" in out


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("verdct", "Did you mean: verdict?"),
        ("xyzzy", "`help` lists the commands."),
        ("re", "Did you mean: report, reset, restore?"),
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

    assert "Bronze, open." in out
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


def test_the_shop_is_started_anew_for_another_stack(
    play: Play, session: fakes.FakeSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another stack.toml, another level; nothing else."""
    session.seen = fakes.reading()
    monkeypatch.setenv("EDITOR", editor(tmp_path, 'echo "# mine" >>"$2"'))

    play("checks", "open", "edit views.py", "open", "edit stack.toml", "open", "play 2", "open")

    assert session.journal_of_calls == ["serve mine"] * 3


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

```text
 a --> b
```

```stack
 ╭───╮ twice ╭────╮
 │ a │──────▶│ b  │
 ╰───╯       ╰────╯
```
"""

    assert [line for line, _ in lines(text) if line] == [
        "A case of x",
        "1. One link (https://example.com/)",
        "2. Two",
        "before: statements 1292, time 813 ms",
        "     a --> b",
        "    twice",
        "    a → b",
    ]
