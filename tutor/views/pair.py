"""Two visits to one page, compared: what each brought and got, and what differs."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from tutor.base.errors import ShopError
from tutor.views.trouble import told

MOST_DIFFERENCES = 40
"""Lines in which two pages differ that are told."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One visitor's question for the page, and the answer."""

    who: str
    status: int
    milliseconds: float
    headers: Mapping[str, str]
    """Those that say what a cache may do."""
    sent: Mapping[str, str]
    """The cookies the browser brought."""
    got: Mapping[str, str]
    """By name, the cookies that were set: value and attributes."""
    generated: str
    """What the page says of when it was made; empty where it says nothing."""
    greeting: str
    """The name, or the words, that stand where one logs in."""
    cart: int
    """The number beside the cart."""
    statements: int
    """What PostgreSQL was asked meanwhile."""
    lookups: tuple[int, int] | None
    """Hits and misses of the cache meanwhile; None where there is no cache."""
    kept: bool | None
    """Whether the page came out of a cache; None where nothing tells."""
    is_theirs: bool | None
    """Whether the greeting is meant for this visitor; None where there is none."""
    lines: tuple[str, ...] = field(repr=False, default=())
    """The page as it is read, without the debug toolbar."""
    names: str = ""
    """The user whose name the greeting has; empty where it greets nobody."""
    before_save: bool = False
    """Whether it was kept since before a file of the shop was last saved."""


@dataclass(frozen=True, slots=True)
class PairRow:
    """One thing that both visits have, or one of them."""

    key: str
    """What it is, for example ``status`` or ``header``."""
    name: str
    """Which one of its kind: the header's or the cookie's name; empty where there is one."""
    left: str
    right: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """Two visits to one page, the left one first."""

    path: str
    left: Visit | None = None
    right: Visit | None = None
    round: int = 0
    """How often these two have asked for a page by now."""
    trouble: ShopError | None = None
    """Why there is no page."""

    def differences(self) -> list[tuple[str, str]]:
        """Return the lines in which the pages differ, side by side; not for what differs wholly."""
        if self.left is None or self.right is None:
            return []
        return different_lines(self.left.lines, self.right.lines)

    def to_json(self) -> dict[str, Any]:
        """Return the look as plain data."""
        visits = [_plain(visit) for visit in (self.left, self.right) if visit]
        return {
            "path": self.path,
            "round": self.round,
            "visits": visits,
            "differs": [row.key + (f" {row.name}" if row.name else "") for row in differing(self)],
            "lines": [list(pair) for pair in self.differences()],
            "trouble": told(self.trouble) if self.trouble else None,
        }


def _plain(visit: Visit) -> dict[str, Any]:
    return {key: value for key, value in asdict(visit).items() if key != "lines"}


def rows(pair: Pair) -> list[PairRow]:
    """Return what is worth comparing, row by row; keys that nobody has are left out."""
    left, right = pair.left, pair.right
    if left is None or right is None:
        return []
    found = [
        _row("status", "", str(left.status), str(right.status)),
        _row("kept", "", _word(left), _word(right)),
        _row("generated", "", left.generated, right.generated),
        _row("greeting", "", left.greeting, right.greeting),
        _row("cart", "", str(left.cart), str(right.cart)),
        _row("statements", "", str(left.statements), str(right.statements)),
        _row("lookups", "", _lookups(left), _lookups(right)),
    ]
    for key, one, other in (
        ("header", left.headers, right.headers),
        ("sent", left.sent, right.sent),
        ("got", left.got, right.got),
    ):
        names = dict.fromkeys([*one, *other])
        found += [_row(key, name, one.get(name, ""), other.get(name, "")) for name in names]
    return [row for row in found if row.left or row.right]


def differing(pair: Pair) -> list[PairRow]:
    """Return the rows in which the two visits differ."""
    return [row for row in rows(pair) if row.differs]


def _row(key: str, name: str, left: str, right: str) -> PairRow:
    return PairRow(key, name, left, right, left != right)


def _word(visit: Visit) -> str:
    if visit.before_save:
        return "outdated"
    return {True: "kept", False: "made", None: ""}[visit.kept]


def _lookups(visit: Visit) -> str:
    return "/".join(map(str, visit.lookups)) if visit.lookups else ""


def different_lines(left: tuple[str, ...], right: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the lines that only one of two pages has, side by side."""
    import difflib

    matcher = difflib.SequenceMatcher(None, left, right, autojunk=False)
    found: list[tuple[str, str]] = []
    for what, a, b, c, d in matcher.get_opcodes():
        if what != "equal":
            height = max(b - a, d - c)
            one = [*left[a:b], *[""] * (height - (b - a))]
            other = [*right[c:d], *[""] * (height - (d - c))]
            found += zip(one, other, strict=True)
    return found[:MOST_DIFFERENCES]
