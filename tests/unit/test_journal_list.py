"""`tutor journal` is a page: a long journal is neither read nor waited for before its end."""

import json
from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner, Result

from tutor.cli.group import cli
from tutor.learner.journal import PAGE, Entry, Journal
from tutor.learner.session import Session

MANY = 3 * PAGE


@pytest.fixture
def listed(session: Session) -> Callable[..., Result]:
    """Return what lists the journal of somebody who saved often."""
    session.enter(session.levels[0])
    taken = session.journal.take({"catalog/views.py": b"# mine\n"})
    for _ in range(MANY):
        session.journal.keep(
            taken, level="01_n_plus_one", reason="reset", workspace=session.workspace.folder
        )

    def run(*words: str) -> Result:
        where = ("--workspace", str(session.workspace.folder), "--lang", "en")
        return CliRunner().invoke(cli, ["journal", *words, *where])

    return run


def numbers(done: Result) -> list[int]:
    """Return the entries that were listed."""
    rows = [line.split() for line in done.stdout.splitlines()]
    return [int(row[0]) for row in rows if row and row[0].isdecimal()]


def test_a_page_of_the_newest_is_listed_and_no_other_is_read(
    listed: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One entry more than there are rows: whether there are older ones is said."""
    read: list[object] = []
    reads = Journal._read
    monkeypatch.setattr(Journal, "_read", lambda *args: (read.append(args), reads(*args))[1])

    done = listed()

    assert numbers(done) == list(range(MANY, MANY - PAGE, -1))
    assert len(read) == PAGE + 1
    assert "`tutor journal --all` lists every one" in " ".join(done.stdout.split())


def test_as_many_are_listed_as_somebody_asks_for(listed: Callable[..., Result]) -> None:
    """All of them, without a word about older ones; or so many, of which a program gets as many."""
    whole, few = listed("--all"), listed("-n", "3")
    documents = [json.loads(listed("--json", *words).stdout) for words in ((), ("--last", "3"))]
    both = listed("--last", "3", "--all")

    assert numbers(whole) == list(range(MANY, 0, -1))
    assert "--all" not in whole.stdout
    assert numbers(few) == [MANY, MANY - 1, MANY - 2]
    assert [len(rows) for rows in documents] == [MANY, 3]
    assert both.exit_code == 2
    assert "--last and --all exclude each other" in both.stderr


def test_a_row_is_printed_before_the_next_entry_is_read(
    listed: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever lists ten thousand sees the first at once."""
    entries = Journal.entries

    def breaks_off(self: Journal, **options: object) -> Iterator[Entry]:
        for number, entry in enumerate(entries(self, **options)):  # type: ignore[arg-type]
            if number == 5:
                raise KeyboardInterrupt
            yield entry

    monkeypatch.setattr(Journal, "entries", breaks_off)

    assert len(numbers(listed("--all"))) == 5
