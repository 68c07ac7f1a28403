"""The cards of a page, compared with what the database says of the products they show."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tutor.lab.instruments.live_products import Card, Cards, LiveProducts, in_words, is_true

ShownCard = Mapping[str, str]
"""The fields of a card as a page shows it; the product's slug is under the empty name."""
Fault = tuple[str, dict[str, Any]]
"""The id of a finding, and the values that its sentence names."""


@dataclass(frozen=True, slots=True)
class WrongField:
    """One field of one card that does not say what the database says."""

    slug: str
    product: str
    """The product's name."""
    field: str
    said: str | None
    truth: Any

    @property
    def is_absent(self) -> bool:
        """Whether the card says nothing where it should say something."""
        return self.truth is not None and not self.said

    @property
    def values(self) -> dict[str, str]:
        """What the page says, and what the database says, in words."""
        return {"page": self.said or "–", "database": in_words(self.field, self.truth)}


@dataclass(frozen=True, slots=True)
class StaleField:
    """One field of one card that says what was true before a change."""

    product: str
    """The product's name before the change."""
    field: str
    said: str | None
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Misplaced:
    """The first place of a page at which another product stands than the one that belongs there."""

    position: int
    """From one on."""
    product: str
    belongs: str


class Comparison:
    """The *cards* of one page beside the products that are *expected* on it, in order."""

    def __init__(self, expected: Cards, cards: Sequence[ShownCard]) -> None:
        self.expected = expected
        self.cards = cards
        self.shown: dict[str, ShownCard] = {card[""]: card for card in cards}
        """By slug; of two cards for one product the last one."""

    @property
    def missing(self) -> list[str]:
        """The slugs of the products that are not on the page."""
        return [slug for slug in self.expected if slug not in self.shown]

    @property
    def extra(self) -> list[ShownCard]:
        """The cards of products that do not belong on the page."""
        return [card for card in self.cards if card[""] not in self.expected]

    @property
    def is_in_order(self) -> bool:
        """Whether the page shows each product once, in order, and no others."""
        return [card[""] for card in self.cards] == list(self.expected)

    @property
    def is_true(self) -> bool:
        """Whether nothing is wrong with the page."""
        return self.is_in_order and not any(self.wrong_fields())

    @property
    def misplaced(self) -> Misplaced | None:
        """Where the order is wrong first, on a page with the right products; None where nowhere."""
        places = zip((card[""] for card in self.cards), self.expected, strict=True)
        for position, (is_there, belongs) in enumerate(places, 1):
            if is_there != belongs:
                return Misplaced(position, self.name(is_there), self.name(belongs))
        return None

    def name(self, slug: str) -> str:
        """Return the name of an expected product."""
        return str(self.expected[slug]["name"])

    def wrong_fields(self) -> Iterator[WrongField]:
        """Yield what is wrong on the cards of expected products, in order."""
        for slug, truth in self.expected.items():
            for field in LiveProducts.fields:
                said = self.shown.get(slug, {}).get(field)
                if not is_true(field, truth.get(field), said):
                    yield WrongField(slug, str(truth["name"]), field, said, truth.get(field))

    def faults(self, path: str, *, tells_absent: bool = True) -> Iterator[Fault]:
        """Yield what is wrong with the page at *path* as findings of a level, the worst first.

        They are ``rows_missing``, ``wrong_order``, ``wrong_value`` and, for a level that
        *tells_absent* fields apart from wrong ones, ``field_missing``.
        """
        if missing := self.missing:
            count = {"missing": len(missing), "expected": len(self.expected)}
            yield "rows_missing", {"path": path, "example": self.name(missing[0]), **count}
            return
        if not self.is_in_order:
            count = {"expected": len(self.expected), "shown": len(self.cards)}
            yield "wrong_order", {"path": path, **count}
        for wrong in self.wrong_fields():
            about = {"path": path, "field": wrong.field, "product": wrong.product}
            if wrong.is_absent and tells_absent:
                yield "field_missing", about
            else:
                yield "wrong_value", {**about, **wrong.values}


def stale_fields(
    before: Cards,
    after: Cards,
    cards: Sequence[ShownCard],
    fields: Sequence[str] = LiveProducts.fields,
) -> Iterator[StaleField]:
    """Yield the *fields* on *cards* that are true of *before* and no longer of *after*.

    A rating that moved by a hair reads the same: what is true now is not old.
    """
    for card in cards:
        old: Card = before.get(card[""], {})
        new: Card = after.get(card[""], {})
        for field in fields if old and new else ():
            was, now, said = old.get(field), new.get(field), card.get(field)
            if is_true(field, was, said) and not is_true(field, now, said):
                words = in_words(field, was), in_words(field, now)
                yield StaleField(str(old["name"]), field, said, *words)
