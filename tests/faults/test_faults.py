"""Whatever dies, stands still or has no room during a run: never is the shop blamed for it."""

import os
from pathlib import Path

import pytest

from tests.faults.faults import BLAMELESS, Trial, attempt, every_trial

pytestmark = [pytest.mark.by_date(3), pytest.mark.services, pytest.mark.load]
FIRST = "01_n_plus_one"
FEW = [
    Trial(FIRST, "check", "gunicorn-worker", "killed"),
    Trial(FIRST, "load", "postgres", "killed"),
    Trial(FIRST, "check", "supervisor", "stopped"),
]
EVERY = every_trial()


def assert_survived(trial: Trial, folder: Path, template: Path) -> None:
    """Fail where the shop is blamed, a file is damaged, or something is left."""
    if trial.part == "disk" and os.geteuid() != 0:
        pytest.skip("needs root, to mount a small disk")

    result = attempt(trial, folder, template)

    assert result.survived, result
    if trial.fault == "killed" and result.happened:
        assert result.outcome in (*BLAMELESS, "won"), result


@pytest.mark.parametrize("trial", FEW, ids=lambda trial: trial.key)
def test_a_few_faults(trial: Trial, tmp_path: Path, template: Path) -> None:
    """One of each: a part of the shop, what all stand on, and who looks after them."""
    assert_survived(trial, tmp_path, template)


@pytest.mark.long
@pytest.mark.parametrize("trial", EVERY, ids=lambda trial: trial.key)
def test_every_fault(trial: Trial, tmp_path: Path, template: Path) -> None:
    """The whole table; `tests/faults/faults.py` keeps what it has tried, and goes on."""
    assert_survived(trial, tmp_path, template)
