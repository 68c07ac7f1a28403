"""When the catalogue may be read from db2, with a db2 of cardboard."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError
from django.test import Client

from catalog.models import Product
from conftest import MakeProduct
from orders.models import Order
from shop.replica import ALIAS, COOL_DOWN, MOST_BEHIND, Replica
from shop.routers import CatalogueOnDb2


class Db2:
    """A connection to a server of which only its position is known."""

    def __init__(self) -> None:
        self.connection: object | None = None
        self.position = 100
        self.answers: Callable[[], None] = lambda: None
        self.tries = 0

    def cursor(self) -> "Db2":
        self.tries += 1
        self.answers()
        self.connection = self
        return self

    def __enter__(self) -> "Db2":
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def execute(self, query: str) -> None:
        pass

    def fetchone(self) -> tuple[int]:
        return (self.position,)

    def close(self) -> None:
        self.connection = None


class Connections(dict[str, Db2]):
    """The connections of a thread."""

    @property
    def settings(self) -> "Connections":
        return self


def refuse() -> None:
    raise OperationalError("connection refused")


@pytest.fixture
def db2(monkeypatch: pytest.MonkeyPatch) -> Db2:
    """A db2 that answers, in the shop's connections."""
    db2 = Db2()
    monkeypatch.setattr("shop.replica.connections", Connections({ALIAS: db2}))
    monkeypatch.setattr(Replica, "written", lambda self: 100)
    return db2


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, to be set."""
    now = [1000.0]
    monkeypatch.setattr("shop.replica.time.monotonic", lambda: now[0])
    return now


def test_db2_is_read_only_while_it_is_open(db2: Db2) -> None:
    """Nobody reads from it by accident."""
    replica = Replica()
    before = replica.is_open
    replica.open()
    meanwhile = replica.is_open
    replica.close()

    assert (before, meanwhile, replica.is_open) == (False, True, False)


def test_whoever_wrote_waits_until_db2_has_it(db2: Db2) -> None:
    """Not for seconds: for a position."""
    replica = Replica()
    replica.open(at_least=101)
    early = replica.is_open
    db2.position = 101
    replica.open(at_least=101)

    assert (early, replica.is_open) == (False, True)


def test_a_db2_far_behind_is_left_out(db2: Db2, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is shown the shop as it was."""
    monkeypatch.setattr(Replica, "written", lambda self: 101 + MOST_BEHIND)
    replica = Replica()

    replica.open()

    assert not replica.is_open


def test_a_dead_db2_is_tried_once_and_then_left_alone(db2: Db2, clock: list[float]) -> None:
    """One page finds out; the next ones do not wait."""
    db2.answers = refuse
    replica = Replica()
    for _ in range(5):
        replica.open()
    tries = db2.tries
    clock[0] += COOL_DOWN + 1
    db2.answers = lambda: None
    replica.open()

    assert tries == 1
    assert replica.is_open


def test_a_connection_that_died_is_replaced(db2: Db2) -> None:
    """db2 was restarted between two pages: nobody notices."""
    replica = Replica()
    replica.open()
    answers = iter([refuse, lambda: None])
    db2.answers = lambda: next(answers)()

    replica.open()

    assert replica.is_open


def test_without_a_db2_everything_is_read_from_db1(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a laptop."""
    monkeypatch.setattr("shop.replica.connections", Connections())
    replica = Replica()

    replica.open()

    assert not replica.is_open


def test_only_the_catalogue_is_read_from_db2(monkeypatch: pytest.MonkeyPatch, db2: Db2) -> None:
    """And what belongs to a row of db1 is asked for there."""
    replica = Replica()
    replica.open()
    monkeypatch.setattr("shop.routers.replica", replica)
    router = CatalogueOnDb2()
    row = Product()
    row._state.db = "default"

    assert router.db_for_read(Product) == ALIAS
    assert router.db_for_read(Product, instance=row) == "default"
    assert router.db_for_read(Order) == router.db_for_read(User) == "default"
    assert router.db_for_write(Product) == "default"


def test_a_form_leaves_a_note_of_how_far_db1_was(client: Client, make_product: MakeProduct) -> None:
    """The cookie goes with whatever wrote, and with nothing else."""
    product = make_product()

    looked = client.get(product.get_absolute_url())
    added = client.post(f"/cart/add/{product.slug}/", {"quantity": "1"})

    assert "wrote" not in looked.cookies
    assert added.cookies["wrote"].value.isdecimal()
