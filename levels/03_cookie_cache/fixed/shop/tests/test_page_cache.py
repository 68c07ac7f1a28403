"""Who shares a page with whom."""

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from conftest import MakeProduct

COMMENT = re.compile(r"<!-- generated at (.*?) -->")


@pytest.fixture(autouse=True)
def a_cache(settings: Settings) -> Iterator[None]:
    """Keep pages, for the time of a test."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    yield
    cache.clear()


def made_at(client: Client, **cookies: str) -> str:
    """Return when the front page was made that *client* is shown with these *cookies*."""
    for name, value in cookies.items():
        client.cookies[name] = value
    return COMMENT.findall(client.get("/").content.decode())[0]


def test_strangers_share_a_page(db: None) -> None:
    """Whatever their analytics cookies say."""
    assert made_at(Client(), _ga="GA1.1.1") == made_at(Client(), _ga="GA1.1.2", _gid="GA1.1.3")


def test_a_customer_shares_with_nobody(db: None, django_user_model: type[User]) -> None:
    """Neither with strangers, whoever comes first, nor with herself a moment ago."""
    gina = Client()
    gina.force_login(django_user_model.objects.create_user("gina"))

    moments = [made_at(gina), made_at(Client()), made_at(gina), made_at(gina)]

    assert len(set(moments)) == 4
    assert "gina" not in Client().get("/").content.decode()


def test_a_message_is_read_by_its_owner_only(make_product: MakeProduct) -> None:
    """Also where the owner has no session: the message is in a cookie of its own."""
    product = make_product()
    reviewer = Client()
    review = {"stars": "5", "text": "Lay down.", "author_name": "Om"}
    reviewer.post(product.get_absolute_url(), review)

    assert "Your review is online" in reviewer.get("/").content.decode()
    assert "Your review is online" not in Client().get("/").content.decode()
