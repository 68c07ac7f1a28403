"""The diagram: who calls whom, how busy each is."""

from pathlib import Path

import pytest

from tests.tui import fakes
from tutor.stack.gauge import History
from tutor.stack.plan import read_plan
from tutor.tui.flow import flows, load_of, sources, stops

BLACK_FRIDAY = """\
[servers.server1]
services = ["nginx", "gunicorn", "pgbouncer", "memcached", "redis", "worker", "mail"]
[servers.db1]
services = ["postgres"]
"""


def test_each_service_stands_below_the_one_that_calls_it(tmp_path: Path) -> None:
    """A tree on each server; a server that is called from another says from which."""
    (tmp_path / "stack.toml").write_text(BLACK_FRIDAY, encoding="utf-8")
    plan = read_plan(tmp_path / "stack.toml")
    first, second = plan.servers

    assert [(stop.branch, stop.service) for stop in stops(first, plan)] == [
        ("", "nginx"),
        ("╰", "gunicorn"),
        (" ├", "pgbouncer"),
        (" ├", "memcached"),
        (" ╰", "redis"),
        ("  ╰", "worker"),
        ("   ╰", "mail"),
    ]
    assert [stop.service for stop in stops(second, plan)] == ["postgres"]
    assert (sources(first, plan), sources(second, plan)) == ([""], ["server1"])


def test_a_replica_is_a_box_of_its_own_that_the_shop_calls(tmp_path: Path) -> None:
    """It is drawn behind the server whose shop reads there."""
    (tmp_path / "stack.toml").write_text(
        BLACK_FRIDAY + '[servers.db2]\nservices = ["replica"]\n', encoding="utf-8"
    )
    plan = read_plan(tmp_path / "stack.toml")

    assert [stop.service for stop in stops(plan.servers[2], plan)] == ["replica"]
    assert sources(plan.servers[2], plan) == ["server1"]


@pytest.mark.parametrize(
    ("kind", "cpu", "figures", "word"),
    [
        ("gunicorn", 0, {"busy": 0, "places": 4, "waiting": 0}, "idle"),
        ("gunicorn", 10, {"busy": 1, "places": 4, "waiting": 0}, "works"),
        ("gunicorn", 10, {"busy": 1, "places": 1, "waiting": 0}, "busy"),
        ("gunicorn", 10, {"busy": 4, "places": 4, "waiting": 9}, "full"),
        ("postgres", 5, {"connections": 15, "limit": 20}, "busy"),
        ("postgres", 5, {"connections": 20, "limit": 20}, "full"),
        ("memcached", 50, {"hit_rate": 90.0}, "full"),
    ],
)
def test_a_word_says_how_much_is_used_up(
    kind: str, cpu: float, figures: dict[str, float], word: str
) -> None:
    """Of its places, its connections or its server's share: whatever ends first."""
    (service,) = fakes.reading({kind: ("mine", 2 * cpu, figures)}).services

    assert load_of(service, flowing=cpu >= 2) == word


def test_hits_that_grow_are_traffic() -> None:
    """A cache that answers in microseconds shows no CPU; its counters do."""
    history = History()
    for hits in (10, 10, 11):
        history.add(fakes.reading({"memcached": ("mine", 0.0, {"hits": hits, "misses": 0})}))
    before = History()
    before.readings.extend(list(history.readings)[:2])
    service = history.readings[-1].services[0]

    assert flows(service, history, "mine")
    assert not flows(service, before, "mine")
