"""From now on the table fills itself; what was there is touched, 400 rows at a time."""

from django.db import connection, migrations, transaction

LOOK_UP = """
CREATE OR REPLACE FUNCTION review_bought_here() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.bought_here := EXISTS (
        SELECT FROM orders_orderline AS line JOIN orders_order AS placed
            ON placed.id = line.order_id
         WHERE line.product_id = NEW.product_id AND placed.customer_id = NEW.author_id);
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER review_bought_here BEFORE INSERT OR UPDATE ON catalog_review
    FOR EACH ROW EXECUTE FUNCTION review_bought_here();
"""
TOUCH = """
UPDATE catalog_review SET stars = stars
 WHERE id IN (SELECT id FROM catalog_review WHERE id > %s ORDER BY id LIMIT 400) RETURNING id
"""


def install(apps, editor):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '500ms'")
        cursor.execute(LOOK_UP)


def touch_all(apps, editor):
    last = 0
    with connection.cursor() as cursor:
        while last is not None:
            cursor.execute(TOUCH, [last])
            last = max((key for (key,) in cursor.fetchall()), default=None)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("catalog", "0002_bought_here"), ("orders", "0002_paperwork")]
    operations = [
        migrations.RunPython(install, migrations.RunPython.noop),
        migrations.RunPython(touch_all, migrations.RunPython.noop),
    ]
