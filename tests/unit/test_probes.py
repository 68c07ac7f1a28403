"""What the probes read from pages, clocks and statements."""

import gzip
import http.server
import threading
import time
from collections.abc import Iterator

import pytest

from tutor.probes.cards import cards, differences
from tutor.probes.http import PageHangs, PageUnreachable, Visitor
from tutor.probes.race import Race, race
from tutor.probes.statements import SETUP, Statements, shape_of


class TestCards:
    """A page is read as a browser reads it, however the learner wrote it."""

    def test_a_field_is_its_text_with_single_spaces(self) -> None:
        """Markup inside a field, entities and line breaks do not matter."""
        page = '<li data-product="mat"><b data-field="name">A\n <i>yoga</i>\t&amp; mat</b></li>'

        assert cards(page) == [{"": "mat", "name": "A yoga & mat"}]

    def test_a_content_attribute_comes_before_the_text(self) -> None:
        """A price may be shown as people read it and said as machines do."""
        page = '<p data-product="m"><b data-field="price" content="9.90">9,90 €</b></p>'

        assert cards(page) == [{"": "m", "price": "9.90"}]

    def test_void_elements_do_not_shift_what_follows(self) -> None:
        """<img>, <br> and <meta> have no end tag; a field may be one of them."""
        page = (
            '<article data-product="a"><img src="x"><br><meta data-field="stock" content="3">'
            '<b data-field="name">A</b><hr></article><b data-field="name">not in a card</b>'
        )

        assert cards(page) == [{"": "a", "stock": "3", "name": "A"}]

    def test_self_closing_tags_are_closed(self) -> None:
        """As SVG and XHTML write them."""
        page = '<a data-product="a"><svg><path d="M0"/></svg><img data-field="p" content="q"/></a>'
        page += '<a data-product="b"></a><b data-field="name">outside</b>'

        assert cards(page) == [{"": "a", "p": "q"}, {"": "b"}]

    def test_nested_elements_of_the_same_tag_end_in_order(self) -> None:
        """A card of <div> in <div>s ends with its own end tag."""
        page = (
            '<div><div data-product="a"><div><div data-field="name">A<div>a</div></div></div></div>'
            '<div data-field="name">outside</div></div>'
        )

        assert cards(page) == [{"": "a", "name": "Aa"}]

    def test_a_field_inside_a_field_belongs_to_both(self) -> None:
        """The outer one reads on."""
        page = '<p data-product="a"><i data-field="x">1 <b data-field="y">2</b> 3</i></p>'

        assert cards(page) == [{"": "a", "x": "1 2 3", "y": "2"}]

    def test_end_tags_that_html_lets_one_leave_out_are_understood(self) -> None:
        """Cards of <li> and fields of <p> without end tags are as right as any."""
        page = (
            '<ul><li data-product="a"><p data-field="name">A<p data-field="price">1'
            '<li data-product="b"><p data-field="name">B</ul><p data-field="name">outside'
        )

        assert cards(page) == [{"": "a", "name": "A", "price": "1"}, {"": "b", "name": "B"}]

    def test_table_rows_without_end_tags_are_understood(self) -> None:
        """The same for <tr> and <td>."""
        page = (
            '<table><tr data-product="a"><td data-field="name">A<td data-field="price">1'
            '<tr data-product="b"><td data-field="name">B<td></table>'
        )

        assert cards(page) == [{"": "a", "name": "A", "price": "1"}, {"": "b", "name": "B"}]

    def test_a_stray_end_tag_closes_nothing(self) -> None:
        """Browsers pass over it, and so do we."""
        page = '<div data-product="a"></span><b data-field="name">A</b></div>'

        assert cards(page) == [{"": "a", "name": "A"}]

    def test_a_page_that_is_cut_off_keeps_what_came(self) -> None:
        """The last field is read up to the end."""
        assert cards('<p data-product="a"><b data-field="name">half') == [{"": "a", "name": "half"}]

    def test_scripts_and_comments_are_no_cards(self) -> None:
        """What nobody sees is not shown."""
        page = "<!-- <p data-product='a'></p> --><script>'<p data-product=\"b\"></p>'</script>"

        assert cards(page) == []

    def test_differences_name_what_is_missing_and_what_is_new(self) -> None:
        """Both sides are compared."""
        found = set(differences({"a": "1", "b": "2", "c": "3"}, {"a": "1", "b": "x", "d": "4"}))

        assert found == {("b", "2", "x"), ("c", "3", None), ("d", None, "4")}


class TestRace:
    """Two runners in turns, and how far their times can be trusted."""

    def test_the_runners_take_turns(self) -> None:
        """A B A B, after a lap to warm up that does not count."""
        laps: list[str] = []

        def runner(name: str, seconds: float):
            def lap() -> float:
                laps.append(name)
                return seconds

            return lap

        result = race(runner("A", 4.0), runner("B", 1.0), rounds=3, warm_up=1)

        assert "".join(laps) == "ABABABAB"
        assert (result.first, result.second) == ((4.0, 4.0, 4.0), (1.0, 1.0, 1.0))
        assert result.ratio == 0.25

    def test_one_disturbed_round_changes_nothing(self) -> None:
        """The median of the rounds counts, each against its own neighbour."""
        quiet = Race((4.0, 4.0, 4.0, 4.0, 4.0), (2.0, 2.0, 2.0, 2.0, 2.0))
        disturbed = Race((4.0, 4.0, 40.0, 4.0, 4.0), (2.0, 2.0, 2.0, 2.0, 2.0))

        assert (quiet.ratio, quiet.noise) == (0.5, 1.0)
        assert disturbed.ratio == 0.5

    def test_noise_is_how_much_a_runner_differs_from_itself(self) -> None:
        """A machine that doubles every other lap has a noise of two."""
        assert Race((1.0, 2.0, 1.0), (2.0, 1.0, 2.0)).noise == 2.0

    @pytest.mark.parametrize(
        ("bound", "straddles"), [(0.6, True), (0.9, True), (0.3, True), (0.24, False), (1.1, False)]
    )
    def test_a_bound_within_the_noise_cannot_be_told(self, bound: float, straddles: bool) -> None:
        """With a ratio of 0.5 and a noise of 2 anything from 0.25 to 1 may be true."""
        noisy = Race((1.0, 2.0, 1.0), (0.5, 1.0, 0.5))
        assert (noisy.ratio, noisy.noise) == (0.5, 2.0)

        assert noisy.straddles(bound) is straddles

    def test_without_noise_every_bound_can_be_told(self) -> None:
        """A ratio on the bound itself is on one side of it."""
        assert not Race((1.0, 1.0), (0.6, 0.6)).straddles(0.6)


class TestStatements:
    """Repetitions look the same, whatever values they carry."""

    @pytest.mark.parametrize(
        ("statement", "shape"),
        [
            ("SELECT a FROM t WHERE id = 17", "SELECT a FROM t WHERE id = ?"),
            ("SELECT  a\n FROM t WHERE n = 'it''s'", "SELECT a FROM t WHERE n = ?"),
            ("SELECT a FROM t WHERE id IN (1, 2, 3)", "SELECT a FROM t WHERE id IN (?)"),
            ("SELECT a FROM t WHERE id IN ('a','b')", "SELECT a FROM t WHERE id IN (?)"),
            ("SELECT 1.5, t1.c2 FROM t1", "SELECT ?, t1.c2 FROM t1"),
            ("SELECT count(*) FROM t LIMIT 21", "SELECT count(*) FROM t LIMIT ?"),
        ],
    )
    def test_a_shape_has_no_values(self, statement: str, shape: str) -> None:
        """Strings, numbers and lists become question marks; names keep their digits."""
        assert shape_of(statement) == shape

    def test_the_most_repeated_statement_is_found_across_its_values(self) -> None:
        """Two hundred look-ups are one statement two hundred times."""
        statements = Statements([f"SELECT b FROM t WHERE id = {n}" for n in range(200)])
        statements.texts += ["SELECT 1"] * 3

        assert statements.most_repeated() == ("SELECT b FROM t WHERE id = ?", 200)
        assert statements.count == 203
        assert Statements().most_repeated() == ("", 0)

    @pytest.mark.parametrize(
        ("statement", "is_setup"),
        [
            ("BEGIN", True),
            ("SET TIME ZONE 'UTC'", True),
            ("SELECT set_config('TimeZone', 'UTC', false)", True),
            ("  commit", True),
            ("SELECT set_config('a', avg(stars)::text, false) FROM catalog_review", False),
            ("SELECT set_config('a', (TABLE one)::text, false)", False),
            ("SELECT settings FROM shop", False),
            ("SELECT 1", False),
            ("BEGINNING", False),
            ("UPDATE t SET a = 1", False),
        ],
    )
    def test_managing_the_session_is_no_question(self, statement: str, is_setup: bool) -> None:
        """What fetches and changes nothing does not count; everything else does."""
        assert bool(SETUP.match(statement)) is is_setup


class _Handler(http.server.BaseHTTPRequestHandler):
    """Answers well, slowly, endlessly or not at all."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/never":
            self.server.released.wait(20)  # type: ignore[attr-defined]
            self.close_connection = True
            return
        self.send_response(200)
        self.send_header("Set-Cookie", "session=abc; Path=/")
        if self.path == "/endless":
            self.end_headers()
            while not self.server.released.is_set():  # type: ignore[attr-defined]
                try:
                    self.wfile.write(b"drip")
                except OSError:
                    break
                time.sleep(0.01)
            self.close_connection = True
            return
        body = self.headers.get("Cookie", "").encode()
        if self.path == "/packed":
            body = gzip.compress(b"packed")
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        if self.path == "/last":
            self.close_connection = True

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.forms.append(self.path)  # type: ignore[attr-defined]
        self.close_connection = True

    def log_message(self, *args: object) -> None:
        """Say nothing."""


class TestVisitor:
    """A visitor keeps cookies and connections, and never waits for ever."""

    @pytest.fixture(autouse=True)
    def no_forms(self) -> None:
        """Nothing was posted yet."""
        self.forms: list[str] = []

    @pytest.fixture
    def url(self) -> Iterator[str]:
        """The address of a small server."""
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
            server.daemon_threads = True
            server.released = threading.Event()  # type: ignore[attr-defined]
            server.forms = self.forms  # type: ignore[attr-defined]
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            yield f"http://127.0.0.1:{server.server_port}"
            server.released.set()  # type: ignore[attr-defined]
            server.shutdown()
            thread.join()

    def test_cookies_come_back(self, url: str) -> None:
        """What the shop sets is sent with the next request."""
        visitor = Visitor(url)

        first, second = visitor.get("/"), visitor.get("/")
        visitor.close()

        assert (first.text, second.text) == ("", "session=abc")

    def test_only_who_asked_for_it_can_read_what_is_packed(self, url: str) -> None:
        """A page that one browser likes packed is nothing to whoever did not ask for that."""
        visitor = Visitor(url)
        asked = visitor.get("/packed", {"Accept-Encoding": "gzip, deflate"}).text
        unasked = visitor.get("/packed").text
        visitor.close()

        assert asked == "packed"
        assert unasked != "packed"

    @pytest.mark.parametrize("path", ["/año?q=ñ", "/a b", "/\x00\ufffd"])
    def test_any_address_can_be_asked_for(self, url: str, path: str) -> None:
        """A script may name whatever it likes; a browser encodes what no address contains."""
        visitor = Visitor(url)
        status = visitor.get(path).status
        visitor.close()

        assert status == 200

    def test_a_connection_that_the_shop_closed_is_opened_again(self, url: str) -> None:
        """A worker that was reloaded between two requests is no fault of the shop."""
        visitor = Visitor(url)

        answers = [visitor.get(path).status for path in ("/last", "/", "/last", "/")]
        visitor.close()

        assert answers == [200] * 4

    def test_a_form_is_sent_once(self, url: str) -> None:
        """Also where it was taken and never answered, over a connection that was good before."""
        visitor = Visitor(url)
        visitor.get("/")

        with pytest.raises(PageUnreachable):
            visitor.post("/checkout/", {})

        assert self.forms == ["/checkout/"]

    @pytest.mark.parametrize("path", ["/never", "/endless"])
    def test_a_page_that_never_ends_is_given_up(self, url: str, path: str) -> None:
        """Whether it says nothing or goes on for ever."""
        visitor = Visitor(url, timeout=0.3)

        with pytest.raises(PageHangs) as caught:
            visitor.get(path)

        assert caught.value.id == "page_silent"
        assert caught.value.params == {"path": path, "seconds": 0.3}

    def test_a_shop_that_does_not_listen_is_unreachable(self) -> None:
        """The finding says what the system said."""
        with pytest.raises(PageUnreachable) as caught:
            Visitor("http://127.0.0.1:9").get("/")

        assert "ConnectionRefused" in caught.value.params["error"]
