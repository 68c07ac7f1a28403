"""Whether the cards on a page are those of the products it must show."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tutor.lab import Lab


def refuse_wrong_cards(lab: Lab, path: str, cards: list[dict[str, str]]) -> None:
    """Refuse a page whose cards do not show what the database says; say first if it is kept."""
    seen = lab.compare(lab.live_products().of(path), cards)
    if not seen.is_true:
        # A page from before knows neither what is new nor what has gone: that is its fault then.
        lab.refuse_kept(path)
    for foul, params in seen.faults(path, tells_absent=False):
        lab.foul(foul, **params)
