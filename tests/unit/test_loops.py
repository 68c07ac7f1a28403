"""Loops inside PostgreSQL are found by what they cost, wherever the shop put them."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tutor.curriculum import find_level
from tutor.lab.fake import FakeLab
from tutor.lab.instruments.loops import Loop, handed_over


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("DO $$ BEGIN END $$", "DO"),
        ("/* view=front */ DO $$ BEGIN END $$", "DO"),
        ("-- who asks\nDO $$ BEGIN END $$", "DO"),
        ("CREATE OR REPLACE FUNCTION pg_temp.rate() RETURNS int AS $$ $$", "pg_temp.rate"),
        ("CREATE AGGREGATE rating(int) (sfunc = add, stype = int)", "rating"),
        ("SELECT id, query_to_xml('SELECT 1', true, true, '') FROM t", "query_to_xml"),
        ("CREATE TEMP TABLE rated AS SELECT 1", ""),
        ("SELECT 'DO'", ""),
        ("SELECT a_query_to_xml FROM t", ""),
    ],
)
def test_code_that_is_handed_to_postgresql_is_seen(statement: str, name: str) -> None:
    """Whatever stands before it; it is run there, and thrown away again."""
    assert handed_over([statement]) == ([name] if name else [])


class Costs:
    """A shop whose page costs *few* scans and *calls*, and *many* scans with more on it."""

    def __init__(self, calls: int, few: int, many: int) -> None:
        self.lab = FakeLab(find_level("1"))
        self.scans = [0, few, few, few + many]
        self.calls = [0, calls, calls, 2 * calls]
        self.sessions: list[list[tuple[int, int | None]]] = []
        """What is told of the shop's sessions, look by look; none after that."""
        self.open_when_counted: list[int] = []
        """How much of that was still to be told at each count."""
        shop = self.lab.shop
        shop.site = cast("Any", SimpleNamespace(services={}))
        shop.show("/", "a page")
        shop.answer("FROM pg_proc", [])
        shop.answer("pg_stat_user_functions", self._count)
        shop.answer("pg_stat_user_tables", lambda _: [(self.scans.pop(0),)])
        shop.answer(
            "FROM pg_stat_activity", lambda _: self.sessions.pop(0) if self.sessions else []
        )

    def find(self, *texts: str) -> Loop | None:
        """Look for a loop behind a page that sent *texts*."""
        return self.lab.loops("/", texts).find(self._grown, 200)

    def _count(self, _params: object) -> list[tuple[int]]:
        self.open_when_counted.append(len(self.sessions))
        return [(self.calls.pop(0),)]

    @contextmanager
    def _grown(self) -> Iterator[None]:
        yield


def test_scans_that_grow_with_the_page_are_a_loop_where_functions_ran() -> None:
    """A page that asks for each row in a subquery scans as often, and is nobody's business."""
    asks = Costs(calls=0, few=200, many=400)
    asks.lab.shop.can("functions", ["helper"])
    loops = Costs(calls=1, few=200, many=400)
    loops.lab.shop.can("functions", ["ratings"])
    steady = Costs(calls=1, few=7, many=7)
    steady.lab.shop.can("functions", ["ratings"])

    assert asks.find("SELECT 1") is None
    assert loops.find("SELECT ratings()") == Loop("ratings", 1, 200)
    assert steady.find("SELECT ratings()") is None


def test_costs_are_counted_once_the_sessions_of_who_ended_have_ended() -> None:
    """On a busy machine PostgreSQL notices late: until then nothing changes, nor is published."""
    costs = Costs(calls=1, few=200, many=400)
    with (
        socket.create_server(("127.0.0.1", 0)) as door,
        socket.create_connection(door.getsockname()) as stays,
    ):
        worker, nobody = (1, stays.getsockname()[1]), (2, 1)
        costs.sessions = [[worker, nobody]] * 5 + [[worker]] * 2
        costs.find("DO $$ $$")

    assert costs.open_when_counted[0] == 0


def test_whose_calls_nobody_counts_is_known_by_name() -> None:
    """An aggregate, or a view that runs text, as far as the page names it."""
    for text, loop in {
        "SELECT rating(id) FROM t": Loop("rating", 1, 200),
        "SELECT a_rating FROM t": None,
    }.items():
        costs = Costs(calls=0, few=200, many=400)
        costs.lab.shop.can("uncounted_functions", ["rating"])

        assert costs.find(text) == loop


def test_where_nothing_runs_inside_nothing_is_started_anew() -> None:
    """A web server that has to start again takes its time, and forgets what it kept."""
    costs = Costs(calls=0, few=200, many=400)

    assert costs.find("SELECT 1") is None
    assert not any(request.startswith("GET") for request in costs.lab.shop.asked)
