"""What holds for the project as a whole."""

import subprocess
import sys
from io import StringIO
from pathlib import Path
from unittest.mock import patch

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from conftest import MakeProduct


def test_health_does_not_touch_the_database(client: Client) -> None:
    """It answers even where the database is down: this test has none."""
    assert client.get("/health/").content == b"ok"


def test_a_missing_page_still_looks_like_the_shop(client: Client, db: None) -> None:
    """Header and navigation are there, and a way back."""
    response = client.get("/nirvana/")

    assert response.status_code == 404
    assert 'data-page="not-found"' in response.content.decode()


def test_a_broken_page_says_so_without_the_database(client: Client) -> None:
    """Where even the database is away, the error page still comes."""
    client.raise_request_exception = False
    with patch("catalog.views.render", side_effect=RuntimeError):
        response = client.get("/")

    assert response.status_code == 500
    assert 'data-page="error"' in response.content.decode()


def test_models_and_migrations_agree(db: None) -> None:
    """Nobody forgot to run `makemigrations`."""
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


@pytest.mark.parametrize(("mode", "there"), [("load", False), ("explore", True)])
def test_the_toolbar_is_there_for_people_only(mode: str, there: bool) -> None:
    """Under load not even its module is imported."""
    code = (
        "import django, sys; django.setup(); import shop.urls; "
        "print('debug_toolbar.toolbar' in sys.modules)"
    )

    result = subprocess.run(
        [sys.executable, "-c", code],
        env={"SHOP_MODE": mode, "DJANGO_SETTINGS_MODULE": "shop.settings"},
        cwd=Path(settings.BASE_DIR),
        capture_output=True,
        text=True,
        check=True,
    )

    assert result.stdout.strip() == str(there)


@pytest.mark.parametrize(
    "section",
    [
        "catalog/product",
        "catalog/review",
        "catalog/brand",
        "catalog/category",
        "catalog/promotion",
        "catalog/image",
        "orders/order",
        "auth/user",
    ],
)
def test_the_admin_lists_and_adds(
    admin_client: Client, make_product: MakeProduct, section: str
) -> None:
    """Every list and every form loads."""
    make_product(stars=(5,))

    assert admin_client.get(f"/admin/{section}/").status_code == 200
    assert admin_client.get(f"/admin/{section}/add/").status_code == 200


def test_a_customer_costs_the_front_page_two_statements_more(
    client: Client,
    admin_client: Client,
    make_product: MakeProduct,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    """Session and user; a visitor without cookies costs neither."""
    make_product()

    with django_assert_num_queries(1):
        client.get("/")
    with django_assert_num_queries(3):
        admin_client.get("/")


def test_static_files_are_served(client: Client) -> None:
    """Style and logo come without `collectstatic`."""
    response = client.get("/static/shop/shop.css")

    assert response.status_code == 200
    assert b"--paper" in b"".join(response.streaming_content)
