"""What our customers buy: computed once, never from before an edit, and there without a cache."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from catalog import kept
from catalog.bestsellers import shelf
from catalog.models import Product
from catalog.sales import Shelf, compute
from catalog.tests.cards import read_cards
from conftest import MakeProduct
from orders.models import Order, OrderLine

IN_MEMORY = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


@pytest.fixture(autouse=True)
def empty_cache(settings: Settings) -> Iterator[None]:
    """A cache that keeps, and is empty."""
    settings.CACHES = IN_MEMORY
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def bought(make_product: MakeProduct) -> Product:
    """A product that somebody bought."""
    product = make_product(name="Cork Mat", price=Decimal("19.90"))
    order = Order.objects.create(name="Gina", email="gina@example.com", address="1 Lotus Lane")
    OrderLine.objects.create(
        order=order, product=product, name=product.name, price=product.price, quantity=3
    )
    return product


def prices(client: Client) -> list[str]:
    """Return the prices on the shelf."""
    return [card["price"] for card in read_cards(client.get("/bestsellers/").text).values()]


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one with every computation."""
    times: list[int] = []

    def count() -> Shelf:
        times.append(1)
        return compute()

    monkeypatch.setattr(shelf, "compute", count)
    return times


def test_the_second_visitor_computes_nothing(
    client: Client, bought: Product, computed: list[int]
) -> None:
    """The shelf shows what was bought, and is kept."""
    assert prices(client) == prices(client) == ["19.90"]
    assert len(computed) == 1


@pytest.mark.parametrize("in_one_statement", [False, True])
def test_an_edit_shows_once_it_is_committed(
    client: Client,
    bought: Product,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    in_one_statement: bool,
) -> None:
    """Whether it is saved or updated."""
    prices(client)
    with django_capture_on_commit_callbacks(execute=True):
        if in_one_statement:
            Product.objects.filter(pk=bought.pk).update(price=Decimal("24.90"))
        else:
            bought.price = Decimal("24.90")
            bought.save()

    assert prices(client) == ["24.90"]


def test_who_does_not_renew_is_shown_what_there_was(
    client: Client, bought: Product, computed: list[int]
) -> None:
    """Somebody else holds the lock, and the shelf is outdated."""
    prices(client)
    cache.set(kept.GENERATION, "another")
    cache.add(shelf.lock, True)

    assert prices(client) == ["19.90"]
    assert len(computed) == 1


def test_who_has_the_lock_looks_once_more(
    client: Client, bought: Product, computed: list[int]
) -> None:
    """Somebody renewed the shelf after she had looked, and before she had the lock."""
    generation = kept.current()
    prices(client)

    assert [place["slug"] for place in shelf.renew(generation)] == [bought.slug]
    assert len(computed) == 1


def test_what_was_computed_before_an_edit_is_renewed(client: Client, bought: Product) -> None:
    """A slow visitor keeps it with the generation that she read, which is an old one by then."""
    generation = kept.current()
    cache.set(kept.GENERATION, "another")
    shelf.renew(generation)
    Product.objects.filter(pk=bought.pk).update(price=Decimal("24.90"))

    assert prices(client) == ["24.90"]


def test_the_shelf_comes_without_a_cache(
    client: Client, bought: Product, settings: Settings
) -> None:
    """Nothing listens where the cache should be."""
    settings.CACHES = {"default": {"BACKEND": "shop.caches.Memcached", "LOCATION": "127.0.0.1:9"}}

    assert prices(client) == ["19.90"]
