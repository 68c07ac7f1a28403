"""The bookkeeping's gate: who stands at it is counted over the session that has it shut."""

from types import SimpleNamespace
from typing import Any, cast

from tutor.lab.instruments.bookkeeping import HELD, Books


class Session:
    """A session that answers every question with a 3."""

    description = "rows"

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.is_open = True

    def execute(self, query: str, params: object) -> "Session":
        """Note the question."""
        assert self.is_open
        self.asked.append(query)
        return self

    def fetchall(self) -> list[tuple[int]]:
        """Return one row."""
        return [(3,)]

    def close(self) -> None:
        """Hang up."""
        self.is_open = False


def test_who_is_held_is_counted_over_the_session_of_the_gate() -> None:
    """It is asked fifty times a second: a connection each time would be work for PostgreSQL."""
    gate, aside = Session(), list[str]()

    def sql(query: str, params: object = ()) -> list[tuple[int]]:
        aside.append(query)
        return [(0,)]

    postgres = SimpleNamespace(connect=lambda database: gate)
    shop = SimpleNamespace(sql=sql, database="shop", ground=SimpleNamespace(postgres=postgres))
    books = Books(cast("Any", shop))
    with books.holding():
        held = [books.held for _ in range(5)]
    after = books.held

    assert (held, after) == ([3] * 5, 0)
    assert gate.asked.count(HELD) == 5
    assert aside.count(HELD) == 1
    assert not gate.is_open
