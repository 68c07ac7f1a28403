"""Cyber Monday: everybody's deals, one's own name, and nothing from before the last edit."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks, Settings

from catalog.models import Product, Promotion
from catalog.tests.cards import read_cards
from conftest import MakeProduct

IN_MEMORY = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PAGE = "/monday/"


@pytest.fixture(autouse=True)
def empty_cache(settings: Settings) -> Iterator[None]:
    """A cache that keeps, and is empty."""
    settings.CACHES = IN_MEMORY
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def deal(make_product: MakeProduct) -> Product:
    """A product that is reduced today."""
    monday = Promotion.objects.create(name="Cyber Monday", percent=50, is_monday=True)
    return make_product(name="Cork Mat", price=Decimal("20.00"), promotion=monday)


def names(client: Client) -> list[str]:
    """Return what is on the page."""
    return [card["name"] for card in read_cards(client.get(PAGE).text).values()]


def test_only_what_is_ticked_is_on_the_page(
    client: Client, deal: Product, make_product: MakeProduct
) -> None:
    """Another promotion is none of Monday's."""
    make_product(promotion=Promotion.objects.create(name="New Moon Sale", percent=60))

    assert names(client) == [deal.name]


def test_everybody_reads_her_own_name(client: Client, deal: Product) -> None:
    """Whoever came first."""
    gina, tomas = (User.objects.create_user(n, first_name=n.title()) for n in ("gina", "tomas"))
    client.force_login(gina)
    first = client.get(PAGE).text
    client.force_login(tomas)
    second = client.get(PAGE).text

    assert "Namaste, Gina" in first
    assert "Namaste, Tomas" in second
    assert "Gina" not in second


def test_the_second_visitor_asks_for_no_product(
    client: Client, deal: Product, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """The categories around the deals are all she asks for."""
    client.get(PAGE)

    with django_assert_num_queries(1):
        client.get(PAGE)


def test_a_promotion_that_ends_is_off_the_page(
    client: Client,
    deal: Product,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    """Once it is committed."""
    before = names(client)
    with django_capture_on_commit_callbacks(execute=True):
        deal.promotion.is_monday = False
        deal.promotion.save()

    assert (before, names(client)) == ([deal.name], [])
