"""An hour passes for what a shop keeps where no cache counts the time, and can be taken back."""

import base64
import pickle
import time
from collections.abc import Sequence
from typing import Any

import pytest

from tutor.curriculum import load_levels
from tutor.lab.fake import FakeLab, FakeShop
from tutor.lab.instruments.clock import Passing

HOUR = 3600


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> FakeShop:
    """A shop that keeps its shelf in a table of Django's, and a lock in one of its own."""
    shop = FakeLab(load_levels()[0]).shop
    monkeypatch.setattr(type(shop), "services", {})
    shop.answer(
        "FROM information_schema.columns",
        [
            ("shelf_cache", ["expires"], ["cache_key", "value", "expires"]),
            ("shelf_lock", ["ends"], ["ends"]),
        ],
    )
    shop.answer("SELECT DISTINCT", [("2026-11-30 05:00:00+00",), ("-infinity",), (None,)])
    shop.answer("SET LOCAL session_replication_role", [])
    shop.answer("SELECT cache_key, value", [])
    return shop


def test_the_moments_in_its_own_tables_are_moved_and_moved_back(shop: FakeShop) -> None:
    """Only those that were moved: what is written since is as old as it says."""
    Passing(shop, HOUR).take_back()

    moves = [asked for asked in shop.asked if "UPDATE public" in asked and "shelf_lock" in asked]
    assert "\"ends\" - interval '3600 s' ;" in moves[0]
    assert "\"ends\" - interval '-3600 s' WHERE" in moves[1]
    assert "IN ('2026-11-30 05:00:00+00', '-infinity')" in moves[1]
    assert shop.asked[0] == "age_caches 3600"


def test_what_django_keeps_in_a_table_is_rewritten_and_written_back(shop: FakeShop) -> None:
    """A pickle as base64; what is none stays."""
    rows = {"shelf": _kept(time.time() + 60), "other": "no base64!"}
    shop.answer("SELECT cache_key, value", lambda _: list(rows.items()))

    def update(params: Sequence[Any]) -> list[tuple[Any, ...]]:
        rows[params[1]] = params[0]
        return []

    shop.answer('UPDATE public."shelf_cache" SET value', update)
    before = dict(rows)

    passed = Passing(shop, HOUR)
    due = pickle.loads(base64.b64decode(rows["shelf"]))[1]
    passed.take_back()

    assert due == pytest.approx(time.time() + 60 - HOUR, abs=30)
    assert rows == before


def _kept(due: float) -> str:
    return base64.b64encode(pickle.dumps(("generation", due, []))).decode()
