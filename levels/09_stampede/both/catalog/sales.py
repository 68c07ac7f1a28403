"""What sells best, as the bookkeeping counts it: one question, and a dear one."""

from typing import Any

from django.db import connection

PLACES = 12
FIELDS = ("slug", "name", "brand", "price", "old_price", "promotion", "pieces")
QUERY = """
SELECT product.slug, product.name, brand.name,
       CASE WHEN promotion.id IS NULL THEN product.price
            ELSE round(product.price * (100 - promotion.percent) / 100, 2) END,
       product.price, coalesce(promotion.name, ''), sales.pieces
  FROM bookkeeping_sales AS sales
  JOIN catalog_product AS product ON product.id = sales.product_id
  JOIN catalog_brand AS brand ON brand.id = product.brand_id
  LEFT JOIN catalog_promotion AS promotion ON promotion.id = product.promotion_id
 WHERE product.is_live
 ORDER BY sales.pieces DESC, product.id
 LIMIT %s
"""

Shelf = list[dict[str, Any]]


def compute() -> Shelf:
    """Have the bookkeeping add everything up, which takes 0.3 s of its time."""
    with connection.cursor() as cursor:
        cursor.execute(QUERY, [PLACES])
        return [dict(zip(FIELDS, row, strict=True)) for row in cursor.fetchall()]
