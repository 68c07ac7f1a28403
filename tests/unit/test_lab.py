"""The bench of an experiment: what it does beside what is being watched."""

import threading
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tutor.base.cancel import Cancel
from tutor.curriculum import Machine, load_levels
from tutor.events import Event, FindingMade, Measured
from tutor.judge import Finding, Kind
from tutor.lab import Foul, Lab, Notebook, ShopFiles, Shops
from tutor.lab.fake import FakeLab


@pytest.fixture
def lab() -> FakeLab:
    """A lab without any shop, of a level that knows two findings."""
    kinds = {"queue": Kind.NOTE, "shed": Kind.FOUL}
    return FakeLab(replace(load_levels()[0], finding_kinds=kinds))


def test_both_are_through_when_the_block_ends(lab: Lab) -> None:
    """The work begins with the block and need not end with it."""
    began, may_end, did = threading.Event(), threading.Event(), []

    def work() -> None:
        began.set()
        may_end.wait(10)
        did.append("work")

    with lab.meanwhile(work):
        assert began.wait(10)
        did.append("block")
        may_end.set()

    assert did == ["block", "work"]


def test_work_that_fails_is_not_forgotten(lab: Lab) -> None:
    """It is told where it is waited for."""
    with pytest.raises(ValueError, match="beside"), lab.meanwhile(lambda: _fail("beside")):
        pass


def test_what_failed_in_the_block_comes_first(lab: Lab) -> None:
    """The block is about the shop under test."""
    with pytest.raises(ValueError, match="block"), lab.meanwhile(lambda: _fail("beside")):
        _fail("block")


@pytest.mark.parametrize(("load", "patience"), [(0.5, 2.0), (6.0, 6.0), (40.0, 6.0)])
def test_on_a_crowded_machine_patience_is_longer(
    lab: FakeLab, monkeypatch: pytest.MonkeyPatch, load: float, patience: float
) -> None:
    """Three times as long at most; never shorter."""
    monkeypatch.setattr("os.getloadavg", lambda: (load, load, load))
    monkeypatch.setattr("os.cpu_count", lambda: 2)

    assert lab.patience(2.0) == patience


@pytest.fixture
def told(lab: FakeLab) -> list[Event]:
    """What front ends hear from a lab that has measured something already."""
    lab.measure("peak", 8)
    lab.events.clear()
    return lab.events


def test_nobody_hears_of_a_draft_before_its_end(lab: Lab, told: list[Event]) -> None:
    """What it found is told then, in order."""
    with lab.draft():
        lab.measure("backlog", 3)
        lab.find("queue", count=3)
        assert not told

    assert told == [
        Measured("backlog", 3),
        FindingMade(Finding("queue", Kind.NOTE, {"count": 3})),
    ]


def test_a_discarded_draft_never_was(lab: Lab, told: list[Event]) -> None:
    """Front ends hear nothing, measures and findings are as before, and the next one counts."""
    with lab.draft() as draft:
        lab.measure("peak", 12)
        lab.measure("backlog", 30)
        lab.find("queue", count=30)
        draft.discard()
    measures, findings = dict(lab.measures), list(lab.findings)
    with lab.draft():
        lab.measure("backlog", 2)

    assert (measures, findings) == ({"peak": 8}, [])
    assert lab.measures == {"peak": 8, "backlog": 2}
    assert told == [Measured("backlog", 2)]


def test_a_foul_in_a_draft_is_told(lab: Lab, told: list[Event]) -> None:
    """It ends the experiment, so that nothing of it can be repeated."""
    with pytest.raises(Foul), lab.draft():
        lab.foul("shed", count=4)

    assert [finding.id for finding in lab.findings] == ["shed"]
    assert told == [FindingMade(lab.findings[0])]


def test_what_the_engine_knows_is_a_foul_in_any_level(lab: Lab, told: list[Event]) -> None:
    """A level need not repeat its sentence."""
    lab.find("login_broken", path="/login/", status=500)

    assert [finding.kind for finding in lab.findings] == [Kind.FOUL]


def test_a_misspelt_finding_is_refused(lab: Lab, told: list[Event]) -> None:
    """Nobody has a sentence for it, and it must not become a foul by accident."""
    with pytest.raises(KeyError, match="quueue"):
        lab.find("quueue", count=3)

    assert lab.findings == []
    assert not told


@pytest.mark.parametrize(
    "value", [Decimal("1.5"), {1, 2}, float("nan"), {"web1": Decimal(3)}, [b"x"], {3: "three"}]
)
def test_a_measure_is_what_json_can_say(lab: Lab, told: list[Event], value: Any) -> None:
    """Anything else is refused at once, by the name of the measure, and nobody hears of it."""
    with pytest.raises(TypeError, match=r"'asked' takes JSON values only"):
        lab.measure("asked", value)

    assert lab.measures == {"peak": 8}
    assert not told


@pytest.mark.parametrize("value", [None, True, 3, 0.5, "many", [1, "two"], {"web1": {"cpu": 9.5}}])
def test_a_measure_may_be_anything_that_json_can_say(lab: Lab, value: Any) -> None:
    """A number, a word, or figures by name."""
    lab.measure("asked", value)

    assert lab.measures["asked"] == value


class FailingSite:
    """A shop that cannot be stopped."""

    variant, database = "mine", "run_1"

    def stop(self) -> None:
        """Fail."""
        _fail("stop")


class Journal:
    """What was asked of a stack and its databases, in order."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.done: list[str] = []

    def log(self, name: str) -> Path:
        """Return the log of that name."""
        return self.folder / f"{name}.log"

    def restore(self, cancel: Cancel) -> None:
        """Note it."""
        self.done.append("restore replicas")

    def drop(self, database: str) -> None:
        """Note it."""
        self.done.append(f"drop {database}")


def test_one_shop_that_cannot_be_stopped_leaves_no_other_up(tmp_path: Path) -> None:
    """Every shop is stopped and every database dropped; what failed is in the log, and raised."""
    journal = Journal(tmp_path)
    second = SimpleNamespace(
        variant="baseline", database="run_2", stop=lambda: journal.done.append("stop second")
    )
    postgres = SimpleNamespace(logs=tmp_path)
    ground = SimpleNamespace(stack=journal, databases=journal, postgres=postgres, replicas=journal)
    notebook = Notebook({}, lambda event: None, Cancel())
    files = ShopFiles(tested={}, broken={}, healthy={}, variant="mine")
    shops = Shops(cast("Any", ground), notebook, files, Machine())
    shops._sites = cast("Any", [FailingSite(), second])

    with pytest.raises(ValueError, match="stop"):
        shops.close()

    assert journal.done == ["restore replicas", "drop run_1", "stop second", "drop run_2"]
    assert "could not stop the shop mine" in (tmp_path / "tutor.log").read_text()


def _fail(what: str) -> None:
    raise ValueError(what)


def test_a_finding_that_counts_on_stands_once_with_its_last_values(lab: FakeLab) -> None:
    """Whoever watches hears of each; the verdict has the last, in the place of the first."""
    lab.find_anew("queue", backlog=3)
    lab.find("shed", count=1)
    lab.find_anew("queue", backlog=9)
    lab.find_anew("queue", backlog=9)

    assert lab.findings == [
        Finding("queue", Kind.NOTE, {"backlog": 9}),
        Finding("shed", Kind.FOUL, {"count": 1}),
    ]
    told = [event for event in lab.events if isinstance(event, FindingMade)]
    assert [event.finding.params for event in told] == [
        {"backlog": 3},
        {"count": 1},
        {"backlog": 9},
    ]
