"""Two visits side by side: what differs, what was kept and since when, whose greeting it is."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tutor.views.pair import Pair, Visit, different_lines, differing, rows
from tutor.views.visits import cookies_in, greeting_in, is_meant_for, kept_page, lines_of, saved_at
from tutor.views.wording import cell, row_name
from tutor.words.texts import Texts

EN = Texts("en")


def visit(who: str = "stranger", **changes: object) -> Visit:
    """Return a visit to a page that greets nobody."""
    values: dict[str, object] = {
        "status": 200, "milliseconds": 4.0, "headers": {"vary": "Cookie"}, "sent": {"_ga": "1"},
        "got": {}, "generated": "03:11:05.12", "greeting": "Log in", "cart": 0, "statements": 12,
        "lookups": (0, 2), "kept": False, "is_theirs": True, "lines": ("<p>", "one", "</p>"),
    }  # fmt: skip
    return Visit(who=who, **{**values, **changes})  # type: ignore[arg-type]


def test_only_what_differs_is_marked() -> None:
    """Values, cookies and headers that one of them lacks; never how long it took."""
    other = visit("asha", milliseconds=9.0, kept=True, headers={}, sent={"_ga": "1", "s": "x"})
    pair = Pair("/", visit(), other, 1)

    assert [(r.key, r.name) for r in differing(pair)] == [
        ("kept", ""), ("header", "vary"), ("sent", "s"),
    ]  # fmt: skip
    assert "sent s" in {row_name(EN, row) for row in rows(pair)}
    assert pair.to_json()["differs"] == ["kept", "header vary", "sent s"]


def test_a_page_from_before_the_last_save_says_so(tmp_path: Path) -> None:
    """It shows what the shop did before the repair, and would be taken for what it does now."""
    (tmp_path / "shop").mkdir()
    for name, moment in (("shop/settings.py", 1000.0), ("base.html", 3000.0), ("stack.toml", 9e9)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (moment, moment))
    old = visit(kept=True, before_save=True)
    row = next(row for row in rows(Pair("/", old, visit())) if row.key == "kept")

    assert saved_at(tmp_path) == 3000.0
    assert cell(EN, row, visit(), row.left) == "out of the cache, older than your last save"
    assert cell(EN, row, visit(), row.right) == "made anew"


def test_who_is_not_greeted_reads_no_other_s_name() -> None:
    """Gina's page with a stranger's greeting leaks nothing: it was a stranger's page."""
    pair = Pair("/", visit("gina", is_theirs=False), visit("asha", greeting="Gina Caputo",
                is_theirs=False, names="gina"))  # fmt: skip
    row = next(row for row in rows(pair) if row.key == "greeting")
    assert pair.left is not None
    assert pair.right is not None

    assert cell(EN, row, pair.left, row.left).endswith("(is logged in, and is not greeted)")
    assert cell(EN, row, pair.right, row.right).endswith("(meant for somebody else)")


def test_pages_are_compared_line_by_line() -> None:
    """A line that only one has stands beside nothing."""
    assert different_lines(("a", "b", "c"), ("a", "x", "c", "d")) == [("b", "x"), ("", "d")]
    assert Pair("/", visit(), visit()).differences() == []


@pytest.mark.parametrize(
    ("generated", "seen", "kept"),
    [
        ("03:11:05.120000", False, False),
        ("03:10:41.500000", False, True),
        ("23:59:58.000000", False, None),
        ("", False, None),
        ("this morning", True, True),
        ("this morning", False, False),
    ],
)
def test_a_page_older_than_the_question_was_kept(
    generated: str, seen: bool, kept: bool | None
) -> None:
    """The moment in its comment tells; at midnight too, and a clock of elsewhere tells nothing."""
    asked = datetime(2026, 11, 22, 3, 11, 5, 100_000, tzinfo=UTC)

    if kept is None and generated:
        assert kept_page(generated, asked.replace(hour=0, minute=0, second=3), seen) is True
        assert kept_page("05:11:05.2", asked, seen) is False
    else:
        assert kept_page(generated, asked, seen) is kept


def test_a_greeting_for_somebody_else_is_seen() -> None:
    """Gina's name is right for Gina only; a stranger is called by no name."""
    text = greeting_in('<a href="/cart/">Cart</a> <a href="/account/"> Gina\n <b>Caputo</b></a>')

    assert text == "Gina Caputo"
    assert is_meant_for("gina", text)
    assert is_meant_for("asha", text) is is_meant_for("stranger", text) is False
    assert is_meant_for("stranger", "Log in")
    assert is_meant_for("asha", "") is None


def test_cookies_and_lines_come_without_what_is_not_theirs() -> None:
    """Each cookie with its attributes; the lines without what is around them."""
    page = b"<p>\n one\n\n</body>\n</html>"

    assert cookies_in("a=1; Path=/\nb=2") == {"a": "1; Path=/", "b": "2"}
    assert lines_of(page) == ("<p>", "one", "</body>", "</html>")
