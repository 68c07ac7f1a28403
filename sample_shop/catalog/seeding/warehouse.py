"""The warehouse, as the shop sees it: a view in the shop's database that is not the shop's."""

from django.db import connection

COUNTING = 0.15
"""Seconds the warehouse takes over a question: somebody walks to the shelf."""

VIEW = """
CREATE OR REPLACE VIEW warehouse_shelf AS
SELECT product.id AS product_id,
       current_date + 1 + (product.id % 3)::integer AS ships_on,
       chr(65 + (product.id % 6)::integer) || '-' || product.id AS dock
  FROM catalog_product AS product, pg_sleep({seconds}) AS walking
"""


def open_warehouse(seconds: float = COUNTING) -> None:
    """Let the warehouse answer; each question takes it *seconds*."""
    with connection.cursor() as cursor:
        cursor.execute(VIEW.format(seconds=seconds))
