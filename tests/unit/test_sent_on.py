"""A form that was taken leads on by 302, as Django says, or by 303, as HTTP has it for forms."""

import re
from pathlib import Path

import pytest

from tutor.curriculum import load_levels
from tutor.lab.experiment import sources_of_experiment
from tutor.lab.instruments.checkout import is_served
from tutor.probes.http import SENT_ON, Response

LAB = Path(__file__).parents[2] / "tutor" / "lab"
ALONE = re.compile(r"(?:[=!]=|\bin)\s*\(?\s*30[123]\b")
"""A status that somebody compares with a number of their own."""
TOLD = re.compile(r"^SENT_ON = \(([\d, ]+)\)$", re.MULTILINE)


@pytest.mark.parametrize(("status", "is_sent"), [(302, True), (303, True), (200, False), (304, 0)])
def test_either_sends_a_visitor_on(status: int, is_sent: bool) -> None:
    """And nothing else: a page that comes again is a form that was not taken."""
    assert Response("/cart/", status, {}, b"", 0.0).sends_on is bool(is_sent)
    assert is_served((status, "/order/1/")) is bool(is_sent)
    assert not is_served((status, "/cart/"))


def test_nobody_who_judges_has_a_number_of_their_own() -> None:
    """Instruments and experiments ask the answer; what Locust runs alone says the same of itself."""
    sources = [*LAB.rglob("*.py")]
    for level in load_levels():
        sources += sources_of_experiment(level.folder)
        said = TOLD.findall((level.folder / "locustfile.py").read_text())
        assert all(tuple(map(int, numbers.split(", "))) == SENT_ON for numbers in said)
        sources.append(level.folder / "locustfile.py")

    assert len(sources) > 50
    assert [path.name for path in sources if ALONE.search(path.read_text())] == []
