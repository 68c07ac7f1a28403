"""Who shares a page with whom, and what is filled in."""

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from conftest import MakeProduct

COMMENT = re.compile(r"<!-- generated at (.*?) -->")
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


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


def test_everybody_shares_a_page_and_reads_her_own_name(
    db: None, django_user_model: type[User]
) -> None:
    """Whoever comes first, and whatever cookies she brings."""
    gina = Client()
    gina.force_login(django_user_model.objects.create_user("gina"))

    assert made_at(gina) == made_at(Client(), _ga="GA1.1.1") == made_at(Client(), _ga="GA1.1.2")
    assert "gina" in gina.get("/").content.decode()
    assert "gina" not in Client().get("/").content.decode()


def test_a_message_is_read_by_its_owner_only(make_product: MakeProduct) -> None:
    """Also where the owner has no session: the message is in a cookie of its own."""
    product = make_product()
    reviewer = Client()
    review = {"stars": "5", "text": "Lay down.", "author_name": "Om"}
    reviewer.post(product.get_absolute_url(), review)

    assert "Your review is online" in reviewer.get("/").content.decode()
    assert "Your review is online" not in Client().get("/").content.decode()


def test_whoever_comes_second_may_buy(make_product: MakeProduct) -> None:
    """The form on the page has the token of whoever looks at it."""
    product = make_product()
    Client().get("/")
    second = Client(enforce_csrf_checks=True)
    token = TOKEN.findall(second.get("/").content.decode())[0]

    answer = second.post(
        f"/cart/add/{product.slug}/", {"quantity": "1", "csrfmiddlewaretoken": token}
    )

    assert answer.status_code == 302


def test_a_name_that_looks_like_template_code_is_a_name(make_product: MakeProduct) -> None:
    """To the letter, for whoever made the page and for whoever comes after."""
    name = "{% now %} {{ request.user.password }} {# 100% {cotton}"
    make_product(name=name)

    assert all(name in Client().get("/").content.decode() for _ in range(2))
