"""A person uses the shop as a browser does: cookies, forms with their tokens, scripts' fragments."""

import random
from dataclasses import replace

import pytest

from tutor.lab.instruments.person import Person, numbers_beside
from tutor.probes.http import Response, Visitor


class FakeShop(Visitor):
    """A shop of a few pages that notes what it is sent."""

    def __init__(self, pages: dict[str, str]) -> None:
        super().__init__("http://127.0.0.1:1")
        self.pages = pages
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.posted: list[tuple[str, dict[str, str]]] = []

    def stranger(self) -> "FakeShop":
        """Return somebody else in the same shop, whose visits are not noted."""
        return FakeShop(self.pages)

    def get(self, path, headers=None) -> Response:
        """Return the page, if there is one; an address that ends in .js or .json is that."""
        self.asked.append((path, dict(self.cookies)))
        text = self.pages.get(path)
        kind = {"js": "text/javascript", "json": "application/json"}.get(path.rpartition(".")[2])
        headers = {"content-type": kind or "text/html; charset=utf-8"}
        return Response(path, 404 if text is None else 200, headers, (text or "").encode(), 0.0)

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
        "<div hx-get=/me/></div>",
        '<div data-src="/me/"></div>',
        '<iframe title="me" src="/me/"></iframe>',
        "<turbo-frame id=me src='/me/'></turbo-frame>",
        '<include-fragment src="http://127.0.0.1:1/me/"></include-fragment>',
        '<script>fetch("/me/").then(show)</script>',
        '<script>fetch("me/").then(show)</script>',
        '<script src="/static/me.js"></script>',
        '<script>x = new XMLHttpRequest(); x.open("GET", "/me/"); x.send()</script>',
        '<script>$("#me").load("/me/ .personal")</script>',
        "<script>axios.get(`/me/`).then(show)</script>",
        '<script>$.ajax({url: "/me/", success: show})</script>',
        "<script>const ME = '/me/'; ask(ME)</script>",
        '<script>ask("http://127.0.0.1:1/me/")</script>',
        '<script>ask("\\u002Fme\\u002F".slice(0)); ask("/me\\/")</script>',
        '<script type="application/json" id="urls">{"me": "/me/"}</script>',
        '<body data-urls="{&quot;me&quot;: &quot;/me/&quot;}"></body>',
        """<p x-init="fetch('/me/').then(show)"></p>""",
        '<script type="module">import "/static/inner.js"</script>',
        '<script type="module" src="/static/outer.js"></script>',
    ],
)
def test_what_scripts_load_is_on_the_screen(loads: str, chance: random.Random) -> None:
    """However a page asks for its personal part."""
    pages = {
        "/": f"Hello. {loads}",
        "/me/": "Gina",
        "/static/me.js": 'fetch("/me/")',
        "/static/inner.js": 'fetch("/me/")',
        "/static/outer.js": 'import "./inner.js"',
    }
    person = Person(FakeShop(pages), chance)

    for _ in range(2):
        seen = person.see("/")

        assert "Gina" in seen
    assert person.fragments == {"/me/"}
    assert person.last is not None
    assert "Gina" not in person.last.text


@pytest.mark.parametrize(
    "names",
    [
        '<a href="/me/">me</a>',
        "<a href=/me/>me</a>",
        '<form action="/me/"><button formaction="/me/">me</button></form>',
        '<img src="/me/">',
        '<button hx-post="/me/">me</button>',
        '<input type="hidden" name="next" value="/me/">',
        '<!-- <div hx-get="/me/"></div> -->',
        '<script>\n// fetch("/me/")\n/* fetch("/me/") */</script>',
        """<script>nav.innerHTML = '<a href="/me/">me</a>'; a.href = "/me/"</script>""",
        '<script>fetch("http://elsewhere.example/me/")</script>',
        '<script>fetch("/gone/")</script>',
        '<script>link("/whole/")</script>',
    ],
)
def test_what_one_would_have_to_click_is_not_opened(names: str, chance: random.Random) -> None:
    """Nor what a comment names, nor another whole page that a script only mentions."""
    shop = FakeShop({"/": names, "/me/": "Gina", "/whole/": "<!doctype html><html>Gina</html>"})
    person = Person(shop, chance)

    assert "Gina" not in person.see("/")
    assert [path for path, _ in shop.asked] == ["/"]


def test_a_whole_page_is_read_where_a_script_asks_for_it(chance: random.Random) -> None:
    """It may take a part out of it."""
    whole = "<html><nav class=personal>Gina</nav></html>"
    shop = FakeShop({"/": '<script>$("nav").load("/whole/ .personal")</script>', "/whole/": whole})

    assert "Gina" in Person(shop, chance).see("/")


def test_json_and_cookies_that_scripts_show_are_on_the_screen(chance: random.Random) -> None:
    """Loaded, embedded in the page, or read from a cookie that the code names."""
    loaded = {"/": '<script>fetch("/me.json")</script>', "/me.json": '{"me": {"cart_size": 12}}'}
    embedded = {"/": '<script type="application/json">{"name": "Gina", "cart": 12}</script>'}
    read = {"/": "<script>show(document.cookie.match(/cart=([^;]*)/)[1])</script>"}
    baker = Person(FakeShop(read), chance)
    baker.visitor.cookies |= {"cart": "12", "other": "13"}

    assert numbers_beside(Person(FakeShop(loaded), chance).see("/"), "/cart/") == [12]
    assert numbers_beside(Person(FakeShop(embedded), chance).see("/"), "/cart/") == [12]
    assert numbers_beside(baker.see("/"), "/cart/") == [12]


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


@pytest.mark.parametrize(
    "shown",
    [
        '<a class="c" href="/cart/">Cart <b>12</b></a> <a href="/login/">7</a> <a href="/cart/">x</a>',
        "<a href=/cart/>Cart (12)</a>",
        "<a href='/cart/?from=top'>12 things</a>",
        '<a href="http://palace.example/cart/" aria-label="Cart, 12 things">Cart</a>',
        '<li><a href="/cart/">Cart</a> <span class="bubble">12</span></li>',
        '<li><a href="/login/">7</a> <b>12</b> <a href="/cart/">Cart</a> </li>',
        '<a href="/cart/">Cart <i data-count="12"></i></a>',
        '<form action="/cart/"><button>Cart: 12</button></form>',
        '<body data-cart-count="12"><a href="/cart/">Cart</a></body>',
        '<a href="/cart/">12 · € 13.00 · Gina-42AB17</a>',
    ],
)
def test_numbers_beside_a_link_are_found_where_they_are_shown(shown: str) -> None:
    """Whatever elements they are in; prices, names and numbers beside other links are not."""
    assert numbers_beside(shown, "/cart/") == [12]


def test_a_browser_that_nobody_else_has_says_so(chance: random.Random) -> None:
    """Others share one."""
    one, other, third = (Person(FakeShop({}), chance) for _ in range(3))
    one.change_browser()
    other.change_browser()

    assert one.visitor.headers["User-Agent"] != other.visitor.headers["User-Agent"]
    assert "User-Agent" not in third.visitor.headers


class Unchanging(FakeShop):
    """A shop that says of each page that it is still the same, if it is asked."""

    def get(self, path, headers=None) -> Response:
        """Return a page with an ETag, or that it is the one they have."""
        answer = super().get(path, headers)
        told = {**answer.headers, "etag": '"one"'}
        is_known = (headers or {}).get("If-None-Match") == '"one"'
        return replace(
            answer,
            status=304 if is_known else answer.status,
            headers=told,
            body=b"" if is_known else answer.body,
        )


def test_a_page_that_is_said_to_be_the_same_is_the_one_they_had(chance: random.Random) -> None:
    """As on a screen, whatever it would say by now; somebody else is shown what it says."""
    shop = Unchanging({"/": "in the morning"})
    person = Person(shop, chance)

    first = person.see("/")
    shop.pages["/"] = "in the evening"
    second = person.see("/")

    assert first.split("\n")[0] == second.split("\n")[0] == "in the morning"
    assert person.last is not None
    assert (person.last.status, person.unchanged) == (200, True)
    assert Person(shop, chance).get("/").text == "in the evening"
