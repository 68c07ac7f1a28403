"""Whose fault a crash is, and what is said of it."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tutor.stack.blame import crashed, page_fails

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
