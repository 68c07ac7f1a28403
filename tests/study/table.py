"""The study's table in the docs, made from its figures; a test holds the two together."""

from collections.abc import Sequence

from tests.study.tally import Tally

BEGIN, END = "<!-- study: begin -->", "<!-- study: end -->"
HEAD = (
    "level", "answers", "plays", "of them busy", "false passes", "false fails", "wrong medals",
    "wrong messages", "flips", "cannot tell, idle", "cannot tell, busy", "our fault",
    "still to play", "seconds",
)  # fmt: skip


def table(tallies: Sequence[Tally]) -> str:
    """Return the table as Markdown."""
    rows = [HEAD, ("---",) + ("--:",) * (len(HEAD) - 1), *map(_row, tallies)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _row(one: Tally) -> tuple[str, ...]:
    counts = (
        one.plays, one.plays_busy, one.false_pass, one.false_fail, one.wrong_medal,
        one.wrong_message, one.flips,
    )  # fmt: skip
    return (
        one.level,
        f"{one.answers} of {one.known}",
        *map(str, counts),
        f"{one.cannot_tell:g} %",
        f"{one.cannot_tell_busy:g} %",
        str(one.our_fault),
        str(one.wanting),
        f"{one.seconds:g}",
    )


def put_into(document: str, text: str) -> str:
    """Return *document* with *text* between the two marks.

    Raises:
        ValueError: one of the marks is missing.
    """
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"the document has no {BEGIN} … {END}")
    return f"{before}{BEGIN}\n{text}\n{END}{after}"
