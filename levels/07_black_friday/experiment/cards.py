"""Whether the cards on a page are those of the products it must show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tutor.lab import Lab


def refuse_wrong_cards(lab: Lab, path: str, cards: list[dict[str, str]]) -> None:
    """Refuse a page whose cards do not show what the database says; say first if it is kept."""
    expected = lab.shelves().of(path)
    if not _are_true(lab, expected, cards):
        # A page from before knows neither what is new nor what has gone: that is its fault then.
        lab.refuse_kept(path)
    _refuse_others(lab, path, expected, cards)
    shown = {card[""]: card for card in cards}
    for slug, card in expected.items():
        for field in lab.card_fields:
            said = shown[slug].get(field)
            if not lab.is_true(field, card.get(field), said):
                values = {"page": said or "–", "database": lab.in_words(field, card.get(field))}
                lab.foul("wrong_value", path=path, field=field, product=card["name"], **values)


def _refuse_others(
    lab: Lab, path: str, expected: dict[str, Any], cards: list[dict[str, str]]
) -> None:
    """Refuse a page that shows other products, or the same ones in another order."""
    slugs = [card[""] for card in cards]
    if missing := [slug for slug in expected if slug not in slugs]:
        example = expected[missing[0]]["name"]
        count = {"missing": len(missing), "expected": len(expected)}
        lab.foul("rows_missing", path=path, example=example, **count)
    if slugs != list(expected):
        lab.foul("wrong_order", path=path, shown=len(cards), expected=len(expected))


def _are_true(lab: Lab, expected: dict[str, Any], cards: list[dict[str, str]]) -> bool:
    """Return whether *cards* are those that are expected, in order, and tell the truth."""
    return [card[""] for card in cards] == list(expected) and all(
        lab.is_true(field, expected[card[""]].get(field), card.get(field))
        for card in cards
        for field in lab.card_fields
    )
