"""Waiting for what the shop sees to, perhaps by Celery."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from tutor.lab.instruments import jobs_awaited


@pytest.mark.parametrize(
    ("services", "jobs", "seconds"),
    [({}, [1], 2.0), ({"redis": None}, [], 2.0), ({"redis": None}, [1], 6.0)],
    ids=["no Celery", "no job", "a job"],
)
@pytest.mark.parametrize("holds", [True, False])
def test_a_job_that_is_left_is_waited_for_longer_on_a_crowded_machine(
    monkeypatch: pytest.MonkeyPatch,
    services: dict[str, None],
    jobs: list[int],
    seconds: float,
    holds: bool,
) -> None:
    """What no job sees to is late after the time that was given."""
    now = [100.0]
    monkeypatch.setattr(jobs_awaited.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(jobs_awaited, "slowdown", lambda: 3.0)
    shop = SimpleNamespace(services=services, broker=SimpleNamespace(left=lambda: jobs))
    cancel = SimpleNamespace(wait=lambda s: now.__setitem__(0, now[0] + s))
    lab = cast("Any", SimpleNamespace(shop=shop, cancel=cancel))
    last = 100.0 + seconds

    def condition() -> bool:
        return holds and now[0] >= last

    assert jobs_awaited.wait_for_jobs(lab, condition, within=2.0, every=0.5) is holds
    assert now[0] == last
