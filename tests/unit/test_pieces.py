"""Several statements may come as one message; none of them can hide in it."""

import pytest

from tutor.probes.pieces import pieces
from tutor.probes.statements import told_by


@pytest.mark.parametrize(
    ("message", "count"),
    [
        ("SELECT 1", 1),
        ("SELECT 1;", 1),
        ("SELECT 1; SELECT 2", 2),
        ("SELECT ';'; SELECT 2", 2),
        ('SELECT 1 AS "a;b"', 1),
        ("SELECT $$a;b$$, $x$;$$;$x$", 1),
        ("SELECT $1; SELECT 2", 2),
        ("SELECT 1; -- done; and dusted", 1),
        ("/* one; two */ SELECT 1; /* three */", 1),
        ("SELECT 'it''s; fine'", 1),
        (" ; ; ", 0),
        ("", 0),
    ],
)
def test_a_statement_ends_where_postgresql_ends_it(message: str, count: int) -> None:
    """Not in quotes, not in comments; a comment alone is no statement."""
    assert len(pieces(message)) == count


@pytest.mark.parametrize(
    "message",
    [
        r"SET application_name = E'\''; SELECT 1; --'",
        r"SET application_name = '\'; SELECT 1; --'",
        r"SET application_name = '\''; SELECT 1; --'",
        "SET a.b = 1 /* /* */ ' */; SELECT 1; --'",
        "SET a.b = c$d$; SELECT 1 AS c$d$",
        "SET a.b = 'x'; /* ' */ SELECT 1 /* ' */",
    ],
)
def test_nothing_hides_behind_what_looks_like_a_quote(message: str) -> None:
    """Escapes, comments in comments, dollars in names; whatever the setting about backslashes."""
    assert sum("SELECT 1" in one for one in told_by(f"statement: {message}")) == 1


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("statement: SELECT 1", ["SELECT 1"]),
        ("statement: SET a.b = 1", []),
        ("execute <unnamed>: SELECT 1", ["SELECT 1"]),
        ("execute <unnamed>: SET a.b = 1", []),
        ("execute fetch from _pg3_0/c: SELECT 1", ["SELECT 1"]),
        ("execute x: BEGIN: SELECT 1", ["BEGIN: SELECT 1"]),
        ('fastpath function call: "lo_open" (OID 952)', ['"lo_open" (OID 952)']),
        ("duration: 1 ms", []),
    ],
)
def test_each_way_to_ask_is_told(message: str, told: list[str]) -> None:
    """As text, prepared under whatever name, or as a function without any text."""
    assert told_by(message) == told


@pytest.mark.parametrize(
    "text",
    [
        "SELECT set_config('a.b', loops(1), true)",
        "SELECT set_config('a.b', query_to_xml('SEL'||'ECT 1', true, true, '')::text, true)",
        "SELECT set_config('a.b', 'c', true) FROM catalog_review",
    ],
)
def test_a_setting_that_has_to_be_worked_out_is_a_question(text: str) -> None:
    """Its value may come from anywhere."""
    assert told_by(f"statement: {text}") == [text]
