"""What every shop of a run is filled with, before its own migrations see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tutor.lab import Lab, Shop, Warehouse

LIVE = 200
"""Products on sale; the other ones are put on sale, too, when statements are counted."""
WALK = 0.25
"""Seconds the warehouse takes over a question."""
REVIEWS, REVIEWS_QUICK = 450, 40
"""How many at least a product has; a quick check does not ask what they cost."""

STOCKING = """
-- So that VACUUM, right after, finds rows whose commit is written down.
SET synchronous_commit = on;
SELECT setseed({seed});
UPDATE catalog_product SET name = name || ' ' || upper(substr(md5(random()::text), 1, 4)),
       price = round((5 + random() * 195)::numeric, 2), is_live = false;
UPDATE catalog_product SET is_live = true
 WHERE id IN (SELECT id FROM catalog_product ORDER BY random() LIMIT {live});
UPDATE catalog_stock SET quantity = 500 + floor(random() * 500);
SET session_replication_role = replica;
INSERT INTO catalog_review (product_id, author_name, stars, text, is_published, created_at)
SELECT product.id, 'Om', 1 + floor(random() * 5), 'In. Out.', random() < 0.02,
       now() - random() * interval '900 days'
  FROM catalog_product AS product
 CROSS JOIN LATERAL generate_series(1, {reviews} + floor(random() * {reviews} / 2)::int)
 WHERE product.is_live ORDER BY random();
SET session_replication_role = DEFAULT;
"""


def stock_up(lab: Lab, warehouse: Warehouse) -> None:
    """Have every shop of the run filled with the same things, and *warehouse* opened in it."""
    reviews = REVIEWS_QUICK if lab.quick else REVIEWS
    script = STOCKING.format(seed=lab.random.uniform(-1, 1), live=LIVE, reviews=reviews)
    script += warehouse.opening()

    def stock(shop: Shop) -> None:
        shop.sql(script)
        lab.customers.rename(shop)
        shop.sql("VACUUM ANALYZE")
        shop.sql("CHECKPOINT")

    lab.before_migrations(stock)
