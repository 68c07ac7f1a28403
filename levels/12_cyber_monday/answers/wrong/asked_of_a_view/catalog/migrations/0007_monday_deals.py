"""A view of today's deals: PostgreSQL knows best which they are."""

from django.db import migrations

CREATE = """
CREATE VIEW monday_deals AS
SELECT product.id, product.slug, product.name, brand.name AS brand, product.price,
       promotion.name AS promotion, promotion.percent
  FROM catalog_product AS product
  JOIN catalog_brand AS brand ON brand.id = product.brand_id
  JOIN catalog_promotion AS promotion ON promotion.id = product.promotion_id
 WHERE product.is_live AND promotion.is_monday
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0006_tick_monday"),
    ]

    operations = [
        migrations.RunSQL("SET LOCAL lock_timeout = '500ms'", migrations.RunSQL.noop),
        migrations.RunSQL(CREATE, "DROP VIEW monday_deals"),
    ]
