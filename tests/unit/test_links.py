"""Only what the stack has can be opened."""

from tests.tui.fakes import SERVICES, reading
from tutor.stack.gauge import Reading
from tutor.stack.links import links


def test_without_a_shop_there_is_nothing_to_open() -> None:
    """Neither an empty stack nor a run's own shop has links."""
    measured = reading({"gunicorn": ("mine", 1.0, {})})

    assert links(Reading(0.0)) == links(measured) == {}


def test_the_shop_comes_first_then_what_is_beside_it() -> None:
    """The admin comes with every shop, Flower and the mails only with their services."""
    assert links(reading(SERVICES)) == {
        "shop": "http://127.0.0.1:41234/",
        "admin": "http://127.0.0.1:41234/admin/",
    }
    more = reading({**SERVICES, **{name: ("showroom", 0.0, {}) for name in ("flower", "mail")}})
    assert list(links(more)) == ["shop", "admin", "flower", "mail"]
