"""What a checkout that came to nothing must leave as it was."""

from typing import Self

from tutor.lab.instruments.outsiders import QUANTITIES
from tutor.lab.shop import Shop

TABLES = ("orders_order", "orders_orderline")
"""Only a checkout writes rows into these; what else it touches hangs on them, or is the shelf."""
ROWS = "SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in TABLES)  # noqa: S608


class Footprint:
    """The shelves, and how many rows there are of what an order consists of.

    Tables of the learner's own are free: a purchase that was tried and failed may be noted there.
    """

    def __init__(self, shelves: dict[str, int], rows: dict[str, int]) -> None:
        self.shelves = shelves
        self.rows = rows

    @classmethod
    def of(cls, shop: Shop) -> Self:
        """Return how things stand in *shop* at this moment."""
        counts = shop.sql(ROWS)[0]
        return cls(dict(shop.sql(QUANTITIES)), dict(zip(TABLES, counts, strict=True)))

    def changes(self, later: "Footprint") -> list[str]:
        """Return what is different *later*, each as a table with what came or went."""
        shelves = {
            f"catalog_stock {slug}": later.shelves.get(slug, 0) - quantity
            for slug, quantity in self.shelves.items()
        }
        rows = {table: later.rows[table] - count for table, count in self.rows.items()}
        return [f"{name} {change:+d}" for name, change in (shelves | rows).items() if change]
