"""A run told in lines of text: what was measured stands there as soon as it is known."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from tutor.cli.console import Narrator
from tutor.cli.plain.narrator import PlainNarrator
from tutor.cli.plain.talk import Talk
from tutor.curriculum import load_levels
from tutor.events import (
    Event,
    LapFinished,
    LoadFinished,
    LoadSampled,
    LoadStarted,
    Measured,
    PhaseStarted,
    RaceFinished,
    RaceStarted,
    RunFinished,
    RunStarted,
    ServiceStarted,
    StepStarted,
)
from tutor.judge import Outcome, Verdict
from tutor.tui.wording import event_line
from tutor.words.texts import Texts

LEVEL = load_levels()[0]
END = RunFinished("r1", LEVEL.slug, "mine", True, 1.0, Verdict(Outcome.NOT_YET, None, (), ()), {})
QUICK, FULL = (RunStarted("r1", LEVEL.slug, "mine", quick) for quick in (True, False))


def told(*events: Event) -> list[str]:
    """Return the lines that are printed of *events*."""
    out = io.StringIO()
    narrator = Narrator(Console(file=out, width=100), Texts("en"), LEVEL)
    for event in events:
        narrator.tell(event)
    return [line.strip() for line in out.getvalue().splitlines()]


def said(*events: Event, language: str = "en") -> list[str]:
    """Return the lines that the plain game says of *events*."""
    out = io.StringIO()
    narrator = PlainNarrator(Talk(io.StringIO(), out), Texts(language), LEVEL)
    for event in events:
        narrator.tell(event)
    return [line.strip() for line in out.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (1292, "1292 statements  ✘ ≤ 212  ✘ ≤ 40  ✘ ≤ 12"),
        (201, "201 statements  ✔ ≤ 212  ✘ ≤ 40  ✘ ≤ 12"),
        (1, "1 statement  ✔ ≤ 212  ✔ ≤ 40  ✔ ≤ 12"),
    ],
)
def test_a_measure_stands_beside_its_bounds(value: int, line: str) -> None:
    """Each with its mark, whatever the colour."""
    assert told(QUICK, Measured("queries", value)) == [line]


def test_a_measure_that_is_about_no_goal_is_no_news() -> None:
    """Nor one that only a full run decides about, in a quick check."""
    assert told(QUICK, Measured("broken_ms", 402.0), Measured("time_ratio", 0.4)) == []
    assert len(told(FULL, Measured("time_ratio", 0.4))) == 1


def test_where_nothing_is_judged_no_goal_is_met_or_missed() -> None:
    """Somebody only wants to see the visitors."""
    watched = RunStarted("r1", LEVEL.slug, "mine", quick=False, judged=False)
    measured = Measured("time_ratio", 0.4)

    assert told(watched, measured, END) == []
    assert said(watched, measured, END) == []


def test_whose_service_it_is_is_said() -> None:
    """Three shops run side by side, and each has a gunicorn; the learner's is just that."""
    up = [ServiceStarted("gunicorn", "server1", 8001, 0.9, site) for site in ("mine", "healthy")]

    assert [line.partition(" ▸")[0] for line in told(*up)] == [
        "gunicorn",
        "gunicorn of the reference",
    ]
    assert said(*up, END, language="es") == ["En marcha: gunicorn, gunicorn de la referencia."]
    assert [str(event_line(Texts("en"), LEVEL, event)) for event in up] == [
        "  gunicorn is up on port 8001, after 0.9 s",
        "  gunicorn of the reference is up on port 8001, after 0.9 s",
    ]


def test_a_measure_that_grows_is_told_again_where_a_goal_changes() -> None:
    """The peak of a crowd is measured again and again: only what changes is worth a line."""
    seen = told(QUICK, *(Measured("queries", value) for value in (1, 2, 30, 31, 300)))

    assert seen == ["1 statement  ✔ ≤ 212  ✔ ≤ 40  ✔ ≤ 12", "30 statements  ✘ ≤ 12",
                    "300 statements  ✘ ≤ 212  ✘ ≤ 40"]  # fmt: skip


def test_the_last_number_that_is_told_is_the_verdict_s() -> None:
    """What went on growing without another goal lost is told at the next step, once."""
    growing = [Measured("queries", value) for value in (3, 5, 8)]
    step, phase = StepStarted("racing", {}), PhaseStarted("judge")

    assert told(QUICK, *growing, step, phase)[:2] == [
        "3 statements  ✔ ≤ 212  ✔ ≤ 40  ✔ ≤ 12",
        "8 statements  ✔ ≤ 212  ✔ ≤ 40  ✔ ≤ 12",
    ]
    assert len(told(QUICK, *growing, step, phase)) == 4


def test_the_plain_game_says_it_in_words() -> None:
    """A mark alone cannot be read aloud."""
    seen = said(QUICK, Measured("queries", 201), END, language="es")

    assert seen == ["201 sentencias. Basta para el bronce. La plata pide 40 como mucho."]


def test_the_plain_game_tells_a_measure_once_its_step_has_ended() -> None:
    """One that grows is no medal that is met and then missed: it is said once, and as so far."""
    growing = [Measured("queries", value) for value in (1, 30, 41)]
    one = StepStarted("racing", {})

    seen = said(QUICK, *growing, one, Measured("queries", 41), one, Measured("queries", 300), END)

    assert [line for line in seen if "statement" in line] == [
        "So far: 41 statements. Enough for bronze. Silver asks for at most 40.",
        "So far: 300 statements. Bronze asks for at most 212.",
    ]
    assert said(QUICK, *growing) == []


def test_a_number_without_a_sentence_is_told_raw(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The step that comes after it is told all the same."""
    monkeypatch.setattr(Texts, "measured", lambda *_: {}["no such unit"])

    seen = said(QUICK, Measured("queries", 201), PhaseStarted("judge"))

    assert seen == ["Measured: queries=201", "Judging."]


def test_the_plain_game_says_little_and_in_sentences() -> None:
    """Services in one sentence, a load every five seconds and in the end; no round of a race."""
    samples = [LoadSampled(float(n), 4, 40 * n, 0, 40.0, 22.0, 54.0) for n in range(1, 12)]
    seen = said(
        FULL,
        PhaseStarted("prepare"),
        ServiceStarted("postgres", "server1", 5433, 0.2),
        ServiceStarted("gunicorn", "server1", 8001, 0.9),
        StepStarted("racing", {}),
        RaceStarted("time_ratio", ("broken", "mine"), 2),
        *(LapFinished(lane, number, 100.0) for number in (1, 2) for lane in (0, 1)),
        RaceFinished("time_ratio", (402.0, 31.5)),
        LoadStarted(4, 11),
        *samples,
        LoadFinished(440, 1, 40.0, 22.0, 54.0),
    )

    answers = "40 per second, half of them within 22 ms, 95 of 100 within 54 ms, 1 wrong."
    assert " ".join(seen) == " ".join(
        [
            "Preparing. Up: postgres, gunicorn.",
            "Racing the broken shop and yours, in turns.",
            "The race, in turns; a typical round: broken 402 ms, mine 31.5 ms.",
            f"5 s: just now 40 answers{answers[2:-8]}0 wrong.",
            f"10 s: just now 40 answers{answers[2:-8]}0 wrong.",
            f"All in all 440 answers, {answers}",
        ]
    )
    assert all(len(line) <= 80 for line in seen)
