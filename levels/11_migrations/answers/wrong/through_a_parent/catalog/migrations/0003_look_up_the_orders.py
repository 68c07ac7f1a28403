"""All rows at once, by the back door."""

from django.db import migrations

THROUGH = """
SET LOCAL lock_timeout = '500ms';
CREATE TABLE every_opinion (
    id bigint, product_id bigint, author_id integer, bought_here boolean NOT NULL
);
ALTER TABLE catalog_review INHERIT every_opinion;
UPDATE every_opinion AS review SET bought_here = EXISTS (
       SELECT FROM orders_orderline AS line JOIN orders_order AS placed
           ON placed.id = line.order_id
        WHERE line.product_id = review.product_id AND placed.customer_id = review.author_id);
ALTER TABLE catalog_review NO INHERIT every_opinion;
DROP TABLE every_opinion;
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_bought_here"), ("orders", "0002_paperwork")]
    operations = [migrations.RunSQL(THROUGH, migrations.RunSQL.noop)]
