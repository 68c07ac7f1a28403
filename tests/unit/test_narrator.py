"""A run told in lines of text: what was measured stands there as soon as it is known."""

import io

import pytest
from rich.console import Console

from tutor.cli.console import Narrator
from tutor.cli.plain.narrator import PlainNarrator
from tutor.curriculum import load_levels
from tutor.events import Event, Measured, RunStarted
from tutor.words.texts import Texts

LEVEL = load_levels()[0]
QUICK, FULL = (RunStarted("r1", LEVEL.slug, "mine", quick) for quick in (True, False))


def told(*events: Event, narrator: type[Narrator] = Narrator, language: str = "en") -> list[str]:
    """Return the lines that *narrator* prints of *events*."""
    out = io.StringIO()
    teller = narrator(Console(file=out, width=100), Texts(language), LEVEL)
    for event in events:
        teller.tell(event)
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


def test_a_measure_that_grows_is_told_again_where_a_goal_changes() -> None:
    """The peak of a crowd is measured again and again: only what changes is worth a line."""
    seen = told(QUICK, *(Measured("queries", value) for value in (1, 2, 30, 31, 300)))

    assert seen == ["1 statement  ✔ ≤ 212  ✔ ≤ 40  ✔ ≤ 12", "30 statements  ✘ ≤ 12",
                    "300 statements  ✘ ≤ 212  ✘ ≤ 40"]  # fmt: skip


def test_the_plain_game_says_it_in_words() -> None:
    """A mark alone cannot be read aloud."""
    seen = told(QUICK, Measured("queries", 201), narrator=PlainNarrator, language="es")

    text = " ".join(seen)
    assert "Bronce, lograda. Medido: 201 sentencias." in text
    assert "Oro, no lograda." in text
    assert "✔" not in text
