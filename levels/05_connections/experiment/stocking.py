"""What every shop of a run is filled with, and what its stock list must say."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from tutor.lab import Lab, Shop, Warehouse

WALK = 0.15
"""Seconds the warehouse takes over a question."""

STOCKING = """
SELECT setseed({seed});
UPDATE catalog_product SET name = name || ' ' || upper(substr(md5(random()::text), 1, 4));
UPDATE catalog_product SET is_live = false;
UPDATE catalog_product SET is_live = true
 WHERE id IN (SELECT id FROM catalog_product ORDER BY random() LIMIT 200);
UPDATE catalog_stock SET quantity = 10 + floor(random() * 40);
{warehouse}
ANALYZE;
"""
STOCK = """
SELECT product.slug, product.name,
       CASE WHEN promotion.id IS NULL THEN product.price
            ELSE round(product.price * (100 - promotion.percent) / 100, 2) END::text,
       stock.quantity::text
  FROM catalog_product AS product
  JOIN catalog_stock AS stock ON stock.product_id = product.id
  LEFT JOIN catalog_promotion AS promotion ON promotion.id = product.promotion_id
 WHERE product.is_live ORDER BY product.id
"""
"""What the stock list must say: slug, name, price and pieces."""


def stock_up(lab: Lab, warehouse: Warehouse) -> None:
    """Have every shop of the run filled with the same things, and *warehouse* opened in it."""
    script = STOCKING.format(seed=lab.random.uniform(-1, 1), warehouse=warehouse.opening())

    def stock(shop: Shop) -> None:
        shop.sql(script)

    lab.before_migrations(stock)


def listed(rows: Iterable[tuple[Any, ...]]) -> list[list[str]]:
    """Return the *rows* of :data:`STOCK` as a list that was read shows them."""
    return [list(row) for row in rows]
