"""Whose fault a crash is, and what is said of it."""

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tutor.base.cancel import Cancel
from tutor.base.errors import ShopError
from tutor.catalogue import problem
from tutor.lab.no_answer import never_answers
from tutor.lab.shops import Shops
from tutor.machine.command import Command
from tutor.probes.http import PageHangs
from tutor.stack.blame import crashed, does_not_migrate, page_fails
from tutor.stack.hang import Hang
from tutor.stack.late import MUCH, Late
from tutor.stack.stack import ServiceFailed

SHOP = Path("/data/shop")
SITE: Any = SimpleNamespace(folder=SHOP, shown_as=Path("/home/betty/bettys_shop"))
IN_SHOP = f"""\
Traceback (most recent call last):
  File "{SHOP}/shop/settings.py", line 7, in <module>
    import nowhere
ModuleNotFoundError: No module named 'nowhere'
"""
ELSEWHERE = IN_SHOP.replace(str(SHOP), "/venv")


@pytest.mark.parametrize("id", ["shop_does_not_start", "migration_fails"])
@pytest.mark.parametrize(
    ("log", "sibling", "said"),
    [
        (IN_SHOP, "", "shop/settings.py, line 7"),
        (ELSEWHERE, "_elsewhere", "No module named 'nowhere'"),
        ("[INFO] Listening\n", "_silently", "Listening"),
    ],
)
def test_a_crash_is_told_with_as_much_as_the_log_says(
    id: str, log: str, sibling: str, said: str
) -> None:
    """No line is invented where the traceback has none of the shop's."""
    error = crashed(SITE, id, log)

    assert error.id == f"{id}{sibling}"
    assert said in error.message
    assert "line 0" not in error.message


CONFIGURED = IN_SHOP.replace(
    "ModuleNotFoundError: No module named 'nowhere'",
    """\
  File "/venv/django/{}.py", line 9, in connect
    raise ImproperlyConfigured(self.why)
django.core.exceptions.ImproperlyConfigured: not as it should be""",
)


@pytest.mark.parametrize(
    ("log", "id"),
    [
        (CONFIGURED.format("db/backends/postgresql/base"), "page_fails_settings"),
        (CONFIGURED.format("views/generic/list"), "page_fails"),
    ],
)
def test_settings_are_no_fault_of_the_line_that_needs_them_first(log: str, id: str) -> None:
    """Django reads them late, and raises the same of a view that is not as it should be."""
    assert page_fails(SITE, "/search/", 500, log).id == id


@pytest.mark.parametrize(
    ("log", "id"),
    [(IN_SHOP, "page_fails"), (ELSEWHERE, "page_fails_elsewhere"), ("", "page_fails_silently")],
)
def test_a_page_that_fails_is_told_with_its_status(log: str, id: str) -> None:
    """Whatever else is known."""
    error = page_fails(SITE, "/search/", 500, log)

    assert error.id == id
    assert "/search/" in error.message
    assert "500" in error.message


AT = f"""\
Current thread 0x00007f11aa (most recent call first):
  File "{SHOP}/catalog/migrations/0002_mood.py", line 9 in fill
  File "/venv/django/db/migrations/operations/special.py", line 193 in database_forwards
"""


def endless(late: Late | None, log: str = AT) -> ServiceFailed:
    """Return the failure of a migration whose time is over."""
    command = Command("migrate-mine", (), SHOP, {}, SHOP / "log")
    return ServiceFailed("service_endless", command, log, late=late, seconds=30.0)


@pytest.mark.parametrize(
    ("late", "id", "said"),
    [
        (Late("ALTER TABLE t", "SELECT 1"), "migration_waits", "did `SELECT 1`"),
        (Late("UPDATE t"), "migration_runs", "still at `UPDATE t`"),
        (Late(is_asleep=True), "migration_hangs", "0002_mood.py, line 9"),
        (Late(cpu_seconds=MUCH + 1), "migration_hangs", "0002_mood.py, line 9"),
    ],
    ids=["waits for a lock", "runs", "sleeps", "computes"],
)
def test_a_migration_that_does_not_end_is_the_shops_where_that_is_seen(
    late: Late, id: str, said: str
) -> None:
    """A statement, a lock, or what the kernel says of its processes."""
    error = does_not_migrate(SITE, endless(late))

    assert isinstance(error, ShopError)
    assert error.id == id
    assert said in error.message


@pytest.mark.parametrize("late", [None, Late(), Late(cpu_seconds=1.5)])
def test_a_clock_that_ran_out_is_nobodys_fault(late: Late | None) -> None:
    """It wanted to work, and did not get to: the line at which it is says nothing."""
    error = does_not_migrate(SITE, endless(late))

    assert not isinstance(error, ShopError)
    assert "machine is too busy" in error.message


@pytest.mark.parametrize(
    ("where", "wanted_by", "worked", "is_shops"),
    [
        ("page_hangs", 2.5, 3.0, True),
        ("page_hangs", 3.5, 3.0, False),
        ("page_hangs", 3.5, 6.0, True),
        ("page_waits_statement", 3.5, 3.0, False),
        ("page_lost", 2.5, 3.0, True),
        ("page_lost", 3.5, 6.0, False),
        ("page_waits_lock", 3.5, 3.0, True),
        ("page_waits_pool", 3.5, 3.0, True),
    ],
)
def test_who_is_at_work_where_too_many_want_to_be_is_not_blamed_for_coming_late(
    where: str, wanted_by: float, worked: float, is_shops: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who waits for something would wait on an idle machine, too; and who got to work, worked."""
    load = wanted_by * (os.cpu_count() or 1)
    monkeypatch.setattr(os, "getloadavg", lambda: (load, load, load))
    place = {"file": "shop/views.py", "line": 7, "sessions": 1, "idle": 0, "statement": "SELECT"}
    site: Any = SimpleNamespace(
        where_it_hangs=lambda: Hang(where, place),
        works_on=lambda seconds, cancel: worked >= seconds,
    )

    error = never_answers(site, PageHangs("/", 30.0), Cancel())

    assert isinstance(error, ShopError) == is_shops
    assert is_shops or error.said["id"] == "page_late"
    assert "30 seconds" in error.message


class TestBlame:
    """Whose fault a page is that somebody at the door of a shop did not get."""

    def shops(self) -> Any:
        """Return shops of a run: the one under test hangs in a lock."""
        place = {"file": "shop/views.py", "line": 7}
        site = SimpleNamespace(where_it_hangs=lambda: Hang("page_waits_lock", place))
        shops: Any = object.__new__(Shops)
        tested = SimpleNamespace(url="http://tested", site=site)
        shops._notebook = SimpleNamespace(cancel=Cancel())
        shops._open_shops = {"tested": tested, "healthy": SimpleNamespace(url="http://healthy")}
        return shops

    @pytest.mark.parametrize("url", ["http://tested", "http://one-of-its-workers", ""])
    def test_the_shop_under_test_is_asked_where_it_is(self, url: str) -> None:
        """Whoever waited knew nothing of that."""
        error = PageHangs("/cart/", 30.0)
        error.url = url

        blamed = self.shops().blame(error)

        assert isinstance(blamed, ShopError)
        assert blamed.id == "page_waits_lock"

    def test_what_is_known_stays_as_it_is(self) -> None:
        """Nobody is asked twice, and a page that failed is no page that hangs."""
        shops = self.shops()
        hangs = PageHangs("/cart/", 30.0).because(Hang("page_lost"))
        fails = ShopError("page_too_large", path="/", megabytes=50)

        assert shops.blame(hangs) is hangs
        assert shops.blame(fails) is fails

    def test_a_shop_that_we_compare_with_is_ours(self) -> None:
        """In the language of whoever reads it."""
        error = PageHangs("/cart/", 30.0)
        error.url = "http://healthy"

        blamed = self.shops().blame(error)

        assert not isinstance(blamed, ShopError)
        message, hint = problem("es", blamed.said)
        assert "/cart/ no respondió en 30 segundos" in message
        assert hint
