"""A level of the plain game, typed: from the title to the lesson."""

import pytest

from tests.plain.conftest import Play, said
from tests.tui import fakes
from tutor.judge import Finding, Kind


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


def test_who_was_told_the_story_goes_on_without_it(play: Play) -> None:
    """The offer names the level, and Enter leads to its briefing."""
    play("next", "", at=1)
    out = said(play("", "", at=0))

    assert "[Enter: continue with level 2, One server" in out
    assert "scene 1" not in out
    assert "How to win" in out


@pytest.mark.parametrize(
    ("language", "offer"),
    [("en", "[Enter: begin with level 2, "), ("es", "[Enter: empezar con el nivel 2, ")],
)
def test_nobody_goes_on_with_a_level_that_was_never_begun(
    play: Play, language: str, offer: str
) -> None:
    """After the win of the first one the second is begun, at the next start and behind its lesson."""
    won = said(play("verify", "certificate", language=language))
    later = said(play("certificate", at=0, language=language))

    assert offer in won
    assert later.count(offer) == 2


def test_a_level_begun_in_the_shell_has_its_story_still(
    play: Play, session: fakes.FakeSession
) -> None:
    """Once: Enter reads it the first time, and the briefing from then on."""
    session.enter(session.levels[1])
    first = said(play("", "", at=0))
    again = said(play("", "", at=0))

    assert "(scene 1 of" in first
    assert "(scene 1 of" not in again
    assert "How to win" in again


def test_a_lost_run_says_what_was_seen_and_a_won_one_leads_to_the_lesson(play: Play) -> None:
    """Findings with their line, each goal in words, no mark that stands alone."""
    lost = said(play("verify", script=fakes.run(fakes.LOST, fakes.REPEATS)))
    won = said(play("verify", "", script=fakes.run(fakes.GOLD)))

    assert "Verdict: Not yet, after 21 s." in lost
    assert "Seen: One statement came 200 times" in lost
    assert "catalog/templates/catalog/_card.html, line 12" in lost
    assert "1292 statements. Missing for bronze: At most 212 statements" in lost
    assert lost.index("Missing for bronze: At most 0.6 ×") < lost.index(
        "Enough for bronze: Under load"
    )
    assert "1.01 × the broken shop's time. Missing" in lost
    assert "5 s: just now 43 answers per second, half of them within 22 ms" in lost
    assert lost.count("answers per second") == 1
    assert "Verdict: Won, gold" in won
    assert (
        "1 statement, 1292 before. Enough for gold: At most 12 statements for the whole page."
        in won
    )
    assert "0.08 × the broken shop's time. Enough for bronze: At most 0.6 ×" in won
    assert "[Enter: lesson] > Lesson: The chatty front page What happened" in won
    assert "before; statements: 1292; time: 813 ms; per statement: 0.63 ms." in won


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
    assert "Bronze: At most 212" in out.split("Stopped.")[1]
    assert session.journal_of_calls == ["full", "begun"]


def test_ctrl_c_at_the_prompt_asks_once(play: Play) -> None:
    """The second one in a row leaves with 130; a command in between forgets the first."""
    out = play(KeyboardInterrupt, "where", KeyboardInterrupt, KeyboardInterrupt, code=130)

    assert out.count("leaves the game") == 2


def test_another_list_takes_the_numbers_of_a_question(play: Play) -> None:
    """Then Enter does not leave the question open any more: nobody would know whose a number is."""
    out = said(play("diagnose", "where", "files", "1"))
    asked, listed = out.split("> files")

    assert "[Enter: leave it open] > where" in asked
    assert asked.endswith("[Enter: leave it open] ")
    assert "leave it open" not in listed
    assert "Noted:" not in listed


def test_who_types_a_command_instead_of_an_answer_hears_that_it_was_not_obeyed(play: Play) -> None:
    """It counts as no."""
    out = said(play("lesson", "files", "lesson", "no"))

    assert out.count("'files' is neither: it counts as no.") == 1
    assert out.count("is neither") == 1


def test_hints_come_one_by_one_and_are_said_again(play: Play) -> None:
    """The last one leads to the answer."""
    out = said(play("hint", "hint", "hint", "hint", "hints"))

    assert "Hint 4 of 4" in out
    assert "that nobody saw you make. `answer` reads" in out
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


@pytest.mark.parametrize(("answer", "told"), [("no", False), ("yes", True)])
def test_the_lesson_of_a_level_that_is_not_won_asks_first(
    play: Play, answer: str, *, told: bool
) -> None:
    """It says what mends the shop, which somebody may still want to find."""
    out = said(play("lesson", answer))

    assert "the lesson says what mends it" in out
    assert ("Lesson: The chatty front page" in out) is told


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

    assert "Type a number now, or `guess` and a number later." in out
    assert "'many' is no number." in out
    assert "Noted: 12." in out
    assert "Your guess: 12. It came to 1 statement." in out


def test_what_was_left_unreadable_is_told_at_once(play: Play, session: fakes.FakeSession) -> None:
    """Whoever comes back to half a line need not save it again to hear of it."""
    play("briefing")
    (session.workspace.folder / "catalog" / "views.py").write_text("def front(:\n")

    assert "catalog/views.py, line 1: invalid syntax" in said(play("play 1"))


def test_a_file_that_is_not_there_is_not_asked_about(play: Play) -> None:
    """Whoever is asked types yes or no, and loses the next command to a question in vain."""
    out = said(play("reset nosuch", "goals"))

    assert "starts without a file nosuch" in out
    assert "yes or no" not in out


def test_hints_are_taken_in_their_order(play: Play, session: fakes.FakeSession) -> None:
    """Each one counts, so a number is refused and not taken for the next one."""
    assert "Hints come in their order" in said(play("hint 9"))
    assert session.level_progress(session.levels[0]).hints == 0


def test_a_guess_that_is_noted_closes_the_question(play: Play, session: fakes.FakeSession) -> None:
    """The next number is for the list again."""
    out = said(play("files", "guess", "guess 12", "1"))

    assert session.level_progress(session.levels[0]).prediction == 12
    assert out.count("Noted") == 1


def test_what_was_saved_before_a_run_is_no_news_after_it(
    play: Play, session: fakes.FakeSession
) -> None:
    """The run has it: whoever saves and types at once is not told otherwise."""

    class Saving(str):
        """A command that is typed right after a save."""

        __slots__ = ()

        def __format__(self, spec: str) -> str:
            views = session.workspace.folder / "catalog" / "views.py"
            views.write_text(views.read_text() + "# mended\\n")
            return str(self)

    out = said(play("goals", Saving("verify")))

    assert "Verdict" in out
    assert "Saved" not in out
