"""A person uses the shop as a browser does: cookies, forms with their tokens, scripts' fragments."""

import random

import pytest

from tutor.lab.person import Person, fragments_in, numbers_beside
from tutor.probes.http import Response, Visitor


class FakeShop(Visitor):
    """A shop of a few pages that notes what it is sent."""

    def __init__(self, pages: dict[str, str]) -> None:
        super().__init__("http://127.0.0.1:1")
        self.pages = pages
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.posted: list[tuple[str, dict[str, str]]] = []

    def get(self, path, headers=None) -> Response:
        """Return the page, if there is one."""
        self.asked.append((path, dict(self.cookies)))
        text = self.pages.get(path)
        return Response(path, 404 if text is None else 200, {}, (text or "").encode(), 0.0)

    def post(self, path, data, headers=None) -> Response:
        """Note the form and lead elsewhere."""
        self.posted.append((path, dict(data)))
        return Response(path, 302, {"location": "/"}, b"", 0.0)


FORM = '<form><input name="csrfmiddlewaretoken" value="t0ken"></form>'


@pytest.fixture
def chance() -> random.Random:
    """The same luck each time."""
    return random.Random(4711)


def test_no_two_visits_have_the_same_analytics_cookies(chance: random.Random) -> None:
    """One of them changes with each page, as in a real browser; the others stay."""
    shop = FakeShop({"/": "hello"})
    person = Person(shop, chance)

    person.get("/")
    person.get("/")

    first, second = (cookies for _, cookies in shop.asked)
    assert first["_ga"] == second["_ga"]
    assert first["_ga_7X2"] != second["_ga_7X2"]
    assert Person(FakeShop({}), chance).visitor.cookies["_ga"] != first["_ga"]


@pytest.mark.parametrize(
    "loads",
    [
        '<div hx-get="/me/"></div>',
        '<div data-src="/me/"></div>',
        '<iframe title="me" src="/me/"></iframe>',
        '<script>fetch("/me/").then(show)</script>',
        '<script src="/static/me.js"></script>',
    ],
)
def test_what_scripts_load_is_on_the_screen(loads: str, chance: random.Random) -> None:
    """However a page asks for its personal part."""
    pages = {"/": f"Hello. {loads}", "/me/": "Gina", "/static/me.js": 'fetch("/me/")'}
    person = Person(FakeShop(pages), chance)

    seen = person.see("/")

    assert "Gina" in seen
    assert person.fragments == {"/me/"}
    assert person.last is not None
    assert "Gina" not in person.last.text


def test_what_is_loaded_is_read_in_the_order_of_the_page() -> None:
    """Whatever loads it; words that only look like it load nothing."""
    code = (
        '<p xhx-get="/no/" mydata-src="/no/" data-field="price">prefetch("/no/")</p>'
        "<turbo-frame id=me src='/a/'></turbo-frame><i data-fragment-url = \"/b/\"></i>"
        '<b hx-get="/c/?x=1&amp;y=2"></b><iframe\nsrc="/d/"></iframe>fetch( `/e/`)'
    )

    assert fragments_in(code) == ["/a/", "/b/", "/c/?x=1&amp;y=2", "/d/", "/e/"]


def test_forms_are_sent_with_the_token_they_carry(chance: random.Random) -> None:
    """The one on the page, not the one in the cookie; none where there is none."""
    shop = FakeShop({"/login/": FORM, "/account/": FORM, "/product/mat/": FORM, "/checkout/": FORM})
    person = Person(shop, chance)

    person.log_in("gina", "namaste")
    person.add("mat", 3)
    person.add("bowl", form="/login/")
    person.check_out("Gina", "gina@palace.example", "1 Lotus Lane")
    person.log_out()
    person.submit("/cart/add/mat/", "no form", {})

    assert [path for path, _ in shop.posted] == [
        *("/login/", "/cart/add/mat/", "/cart/add/bowl/", "/checkout/", "/logout/"),
        "/cart/add/mat/",
    ]
    assert {data["csrfmiddlewaretoken"] for _, data in shop.posted[:-1]} == {"t0ken"}
    assert shop.posted[-1][1]["csrfmiddlewaretoken"] == ""
    assert shop.posted[1][1]["quantity"] == "3"


def test_whoever_wants_to_is_told_of_every_answer(chance: random.Random) -> None:
    """Of pages, fragments and forms."""
    told: list[str] = []
    person = Person(FakeShop({"/": '<div hx-get="/me/"></div>', "/me/": "Gina"}), chance)
    person.answered = lambda answer: told.append(answer.path)

    person.see("/")
    person.submit("/cart/", "", {})

    assert told == ["/", "/me/", "/cart/"]


def test_numbers_beside_a_link_are_found_in_its_words() -> None:
    """Whatever elements they are in; numbers beside other links are not."""
    page = '<a class="c" href="/cart/">Cart <b>12</b></a> <a href="/login/">7</a> <a href="/cart/">x</a>'

    assert numbers_beside(page, "/cart/") == [12]
