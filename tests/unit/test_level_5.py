"""The rules of level 5, tried on lists that were written down."""

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tutor.curriculum import find_level
from tutor.lab.experiment import load_experiment
from tutor.probes.pool import code_for, size_in
from tutor.stack.services.pgbouncer import Traffic

STOCK = [
    ["block", "Block", "9.00", "3"],
    ["mat", "Mat", "20.00", "7"],
    ["strap", "Strap", "5.00", "1"],
]


class Warehouse:
    """One that tells nothing."""

    shown = ("morning",)

    def page(self) -> str:
        """Return a page."""
        return "page"

    def on_pages(self, ask: Any, pages: Any) -> dict[str, Any]:
        """Return what stands on them."""
        return {}

    def turn(self, ask: Any, page: str) -> None:
        """Turn."""


class Watch:
    """A session that notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def ask(self, query: str, params: Any = ()) -> list[Any]:
        """Note it."""
        self.asked.append(params)
        return []


@pytest.fixture
def book() -> Any:
    """A book that was opened and turned twice: there are two more mats by now."""
    experiment = load_experiment(find_level("5"))
    made = sys.modules[f"{experiment.__module__}.book"].Book(Warehouse(), Watch(), STOCK)
    made.turn()
    made.turn()
    return made


def listed(pieces: str) -> list[list[str]]:
    """Return a stock list with so many mats."""
    return [STOCK[0], [*STOCK[1][:3], pieces], STOCK[2]]


def test_with_each_page_there_is_a_piece_more(book: Any) -> None:
    """So that a list says which page was open when it was made."""
    assert book._watch.asked == [[7, "mat"], [8, "mat"], [9, "mat"]]


@pytest.mark.parametrize(
    ("rows", "since", "problem"),
    [
        (listed("9"), 2, ""),
        (listed("8"), 1, ""),
        (listed("9"), 1, ""),
        (listed("8"), 2, "not what the warehouse says any more"),
        (listed("7000"), 2, "the stock list is wrong"),
        (listed(""), 0, "the stock list is wrong"),
        (listed("9")[:2], 2, "the stock list is wrong"),
        ([], 0, "the stock list is wrong"),
    ],
)
def test_a_list_is_of_the_page_that_was_open_or_a_later_one(
    book: Any, rows: list[list[str]], since: int, problem: str
) -> None:
    """An earlier one is old; any other line that differs is wrong."""
    assert book.problem_with_list(rows, since) == problem


def sums(pool: int = 0, pgbouncer: int = 0, statements: int = 0) -> tuple[Any, dict[str, Any]]:
    """Return the sums of a shop of 4 workers × 8 threads with these pools, and what they find."""
    settings = {"gunicorn": {"threads": 8}}
    traffic = Traffic(clients=0, statements=statements, pool_size=pgbouncer)
    found: dict[str, Any] = {}
    shop = SimpleNamespace(
        pooled=traffic if pgbouncer else None,
        pool_size=lambda: pool,
        site=SimpleNamespace(workers=4, plan=SimpleNamespace(of=lambda name: settings[name])),
    )
    lab = SimpleNamespace(
        shop=shop,
        level=find_level("5"),
        bounds=lambda measure: [15.0, 14.0, 12.0],
        find_once=lambda name, **values: found.setdefault(name, values),
    )
    module = sys.modules[f"{load_experiment(find_level('5')).__module__}.sums"]
    return module.Sums(lab), found


def test_a_pool_is_multiplied_by_the_processes() -> None:
    """Twelve in each of four processes are 48, in the learner's own numbers."""
    told, found = sums(pool=12)

    assert told.tell_of_too_many(peak=15, refused=16)
    said = found["pool_per_process"]
    assert {name: said[name] for name in ("workers", "size", "wanted", "free", "count")} == {
        "workers": 4,
        "size": 12,
        "wanted": 48,
        "free": 15,
        "count": 16,
    }


def test_a_pool_that_fits_is_not_blamed() -> None:
    """Three in each process are twelve: whoever was refused, it was not for them."""
    told, found = sums(pool=3)

    assert not told.tell_of_too_many(peak=12, refused=1)
    assert not found


def test_pgbouncer_is_one_pool_for_all() -> None:
    """What it shares is not multiplied."""
    told, found = sums(pgbouncer=40, statements=99)
    told.tell_of_bypass()

    assert told.tell_of_too_many(peak=15, refused=18)
    assert list(found) == ["pgbouncer_too_large"]
    assert found["pgbouncer_too_large"]["size"] == 40


def test_a_pgbouncer_that_nobody_asks_is_passed_by() -> None:
    """It counts statements itself; then its size is not to blame."""
    told, found = sums(pgbouncer=40, statements=0)
    told.tell_of_bypass()

    assert not told.tell_of_too_many(peak=15, refused=30)
    assert found == {"pgbouncer_bypassed": {"clients": 0, "readers": 36}}


def test_a_pool_that_is_too_small_is_told_with_its_sum() -> None:
    """One in each process is four, for 32 threads."""
    told, found = sums(pool=1)
    told.tell_of_too_few()

    assert found["pool_too_small"]["wanted"] == 4
    assert found["pool_too_small"]["threads"] == 32


@pytest.mark.parametrize(
    ("pool", "size"),
    [
        (None, 0),
        (True, 4),
        ({}, 0),
        ({"max_size": 12}, 12),
        ({"min_size": 2}, 2),
        ({"min_size": 2, "max_size": 3, "timeout": 10}, 3),
    ],
)
def test_django_is_asked_how_large_its_pool_is(tmp_path: Path, pool: Any, size: int) -> None:
    """``True`` means four; an empty dict is none; without a maximum the minimum is all."""
    output = tmp_path / "pool.json"
    options = {"pool": pool} if pool is not None else {}
    settings = {"DATABASES": {"default": {"OPTIONS": options}}}
    configured = f"from django.conf import settings\nsettings.configure(**{settings!r})\n"
    code = configured + code_for(output)
    subprocess.run([sys.executable, "-c", code], check=True)

    assert json.loads(output.read_text())["has_pool"] is bool(pool)
    assert size_in(output) == size


def test_settings_that_cannot_be_read_have_no_pool(tmp_path: Path) -> None:
    """It is only to explain with."""
    assert size_in(tmp_path / "nothing.json") == 0
