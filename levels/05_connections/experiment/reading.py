"""What a visitor reads on the pages of the shop."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tutor.lab import Shop


def delivery_in(text: str) -> tuple[str, str]:
    """Return the date and the dock on a delivery page."""
    fields = dict(re.findall(r'data-field="(ships_on)" content="([^"]*)"', text))
    fields |= dict(re.findall(r'data-field="(dock)">\s*([^<]*?)\s*<', text))
    return fields.get("ships_on", ""), fields.get("dock", "")


def stock_in(text: str) -> list[list[str]]:
    """Return the lines of a stock list, without its head."""
    return list(csv.reader(text.splitlines()))[1:]


def last_error(shop: Shop) -> str:
    """Return the last exception in the shop's log."""
    crash = shop.site.last_crash()
    return crash.error if crash else "–"
