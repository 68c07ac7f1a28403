"""The rules of this level, in milliseconds: no service is started, a lab of the test's plays along.

`pytest levels-of-mine/08_your_level` runs it.
"""

from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from tutor.curriculum import load_level
from tutor.lab import Foul
from tutor.lab.experiment import load_experiment

LEVEL = load_level(Path(__file__).parent)


class FakeLab:
    """Answers as a shop with so many products on sale, and notes what the experiment tells it."""

    def __init__(self, says, *, live=200, queries=1):
        self.says, self.live, self.queries = says, live, queries
        self.measures, self.found = {}, []
        self.shop = self

    def step(self, name, **values):
        """Go on only with steps and values that have a sentence."""
        assert LEVEL.steps[name]["en"].format(**values)

    def measure(self, name, value):
        """Note what a goal is about."""
        self.measures[name] = value

    def find(self, name, **values):
        """Note a finding; its sentence has to have its values."""
        assert LEVEL.finding_texts[name]["en"].format(**values)
        self.found.append(name)

    def foul(self, name, **values):
        """Note a finding and end, as the engine does."""
        self.find(name, **values)
        raise Foul

    def page(self, path):
        """Say what this shop says of so many products."""
        return SimpleNamespace(text=self.says(self.live))

    @contextmanager
    def counting(self):
        """Count what the page asked for."""
        yield SimpleNamespace(count=self.queries)

    def sql(self, query):
        """Answer the question for the truth; a change takes one product off sale."""
        self.live -= query.startswith("UPDATE")
        return [(self.live,)]


def check(lab):
    """Have the level's experiment check what *lab* stands for."""
    load_experiment(LEVEL)(lab).check()
    return lab


def test_a_page_that_tells_the_truth_is_measured():
    lab = check(FakeLab(lambda live: f"{live} products are on sale"))

    assert lab.measures == {"queries": 1}
    assert lab.found == []


def test_a_page_that_asks_often_is_told_so():
    lab = check(FakeLab(lambda live: f"{live} products are on sale", queries=9))

    assert lab.found == ["shelf_by_shelf"]


@pytest.mark.parametrize("says", [lambda live: "200 products are on sale", lambda live: ""])
def test_a_page_that_does_not_notice_is_refused(says):
    with pytest.raises(Foul):
        check(FakeLab(says))
