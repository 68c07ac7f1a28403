"""What the seed laid down is compared after migrations, and watched while the shop is up."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tutor.base.cancel import Cancel
from tutor.curriculum.compose import compose
from tutor.lab.fingerprint import Change
from tutor.lab.shop import Shop
from tutor.learner.session import Session
from tutor.stack.ground import Ground
from tutor.stack.services.postgres import ROLE
from tutor.stack.site import make_site

pytestmark = pytest.mark.services

COLUMNS = """
ALTER TABLE catalog_product ADD COLUMN review_count integer NOT NULL DEFAULT 0;
UPDATE catalog_product SET review_count =
    (SELECT count(*) FROM catalog_review WHERE product_id = catalog_product.id AND is_published);
CREATE TABLE catalog_summary AS SELECT id, name FROM catalog_product;
CREATE INDEX ON catalog_review (product_id, is_published);
ALTER TABLE catalog_product ADD CONSTRAINT positive CHECK (review_count >= 0);
CREATE FUNCTION refresh() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN UPDATE catalog_product SET review_count = 0 WHERE id = NEW.product_id; RETURN NULL; END $$;
CREATE TRIGGER refresh AFTER INSERT OR UPDATE ON catalog_review
FOR EACH ROW EXECUTE FUNCTION refresh();
ALTER TABLE catalog_product ALTER COLUMN price TYPE numeric(10, 2);
"""
"""What a migration may do."""
VIEW = """
ALTER TABLE catalog_review RENAME TO reviews_of_old;
CREATE VIEW catalog_review AS SELECT * FROM reviews_of_old WHERE stars > 3
"""


@pytest.fixture
def shop(ground: Ground, warm: Session) -> Iterator[Shop]:
    """A shop whose database is there; nothing serves it."""
    files = compose(warm.levels[0], "fixed", warm.levels)
    site = make_site(ground, "mine", files)
    site.prepare(ground.databases.clone(ground.seed))
    yield Shop(ground, lambda event: None, Cancel(), site, files)
    ground.databases.drop(site.database)


def as_shop(shop: Shop, *statements: str) -> None:
    """Run *statements* as the shop's role, each committed."""
    with psycopg.connect(
        host="127.0.0.1",
        port=shop.ground.postgres.port,
        user=ROLE,
        password=shop.ground.databases.role_password,
        dbname=shop.database,
        autocommit=True,
    ) as connection:
        for statement in statements:
            connection.execute(statement)  # type: ignore[call-overload]


def told(change: Change | None) -> Any:
    """Return the foul and the table, or None."""
    return change and (change.foul, change.params["table"])


def test_a_migration_may_add(shop: Shop) -> None:
    """Columns, tables, indexes, constraints, triggers, and a wider type for the same value."""
    shop.fingerprint.keep()
    as_shop(shop, COLUMNS)

    assert shop.fingerprint.compare() is None


@pytest.mark.parametrize(
    ("statement", "table", "count"),
    [
        ("DELETE FROM catalog_review WHERE id IN (SELECT id FROM catalog_review LIMIT 3)",
         "catalog_review", 3),
        ("UPDATE catalog_product SET description = 'x' WHERE description <> 'x'",
         "catalog_product", 400),
        ("INSERT INTO catalog_tag (name) VALUES ('one more')", "catalog_tag", 1),
        ("ALTER TABLE catalog_product ALTER COLUMN price TYPE numeric(8, 2) USING price / 2",
         "catalog_product", 400),
    ],
    ids=["deleted", "shrunk", "added", "rewritten"],
)  # fmt: skip
def test_a_migration_may_not_change(shop: Shop, statement: str, table: str, count: int) -> None:
    """Not one row of what the seed laid down, whatever way it goes about it."""
    shop.fingerprint.keep()
    as_shop(shop, statement)

    change = shop.fingerprint.compare()

    assert told(change) == ("data_changed", table)
    assert change is not None
    assert change.params["count"] == count
    assert change.params["when"] == "migrations"


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        (VIEW, "no table"),
        ("ALTER TABLE catalog_review ENABLE ROW LEVEL SECURITY", "row security"),
        ("CREATE RULE less AS ON INSERT TO catalog_review DO INSTEAD NOTHING", "a rule"),
        ("CREATE SCHEMA small; CREATE TABLE small.catalog_review (id bigint)", "a namesake"),
        ("ALTER TABLE catalog_review RENAME TO reviews_of_old", "gone"),
        ("ALTER TABLE catalog_review DROP COLUMN text", "gone"),
    ],
)  # fmt: skip
def test_a_table_may_not_be_hidden(shop: Shop, statement: str, what: str) -> None:
    """The shop asks what the seed made."""
    shop.fingerprint.keep()
    as_shop(shop, statement)

    change = shop.fingerprint.compare()

    assert change is not None
    assert (change.foul, change.params["what"]) == ("data_hidden", what)


def test_what_a_schema_of_the_shop_says_is_not_the_truth(shop: Shop) -> None:
    """Our own statements find the seed's tables, whatever the shop's database calls its own."""
    (truth,) = shop.sql("SELECT count(*) FROM catalog_product")
    as_shop(
        shop,
        "CREATE SCHEMA tutor",
        "CREATE TABLE tutor.catalog_product (id bigint)",
        f'ALTER DATABASE "{shop.database}" SET search_path = tutor',
    )

    assert shop.sql("SELECT count(*) FROM catalog_product") == [truth]


def test_an_ordinary_day_is_none_of_our_business(shop: Shop) -> None:
    """Reviews, sign-ups, logins, orders with what they take off the shelf, and our own edits."""
    shop.fingerprint.watch()
    as_shop(
        shop,
        "INSERT INTO catalog_review (product_id, author_name, stars, text, is_published, created_at)"
        " SELECT id, 'Om', 5, 'Yes.', true, now() FROM catalog_product LIMIT 1",
        "UPDATE auth_user SET last_login = now(), password = 'x'",
        "INSERT INTO orders_order (reference, name, email, address, created_at)"
        " VALUES (gen_random_uuid(), 'Om', 'om@example.com', 'Here', now())",
        "INSERT INTO orders_orderline (order_id, product_id, name, price, quantity)"
        " SELECT (SELECT max(id) FROM orders_order), min(product_id), 'Mat', 1, 2"
        " FROM catalog_stock",
        "UPDATE catalog_stock SET quantity = quantity + 2"
        " WHERE product_id = (SELECT min(product_id) FROM catalog_stock)",
        "UPDATE catalog_review SET text = 'No.' WHERE text = 'Yes.'",
    )
    shop.sql("UPDATE catalog_product SET name = name || ' new'")

    assert shop.fingerprint.look() is None


def test_what_the_shop_changes_by_itself_is_noted(shop: Shop) -> None:
    """A worker, a signal, a command: whatever runs as the shop."""
    shop.fingerprint.watch()
    as_shop(shop, "UPDATE catalog_review SET is_published = NOT is_published WHERE id < 5")

    change = shop.fingerprint.look()

    assert told(change) == ("data_changed", "catalog_review")
    assert change is not None
    assert change.params["when"] == "run"
    assert "is_published" in change.params["example"]


def test_stock_that_nobody_ordered_is_not_the_shops_to_take(shop: Shop) -> None:
    """Unless it comes back to the shelf."""
    shop.fingerprint.watch()
    take = "UPDATE catalog_stock SET quantity = quantity + {} WHERE id = 7"
    as_shop(shop, take.format(3), take.format(-3))
    assert shop.fingerprint.look() is None

    as_shop(shop, take.format(3))

    assert told(shop.fingerprint.look()) == ("data_changed", "catalog_stock")


def test_what_is_announced_is_no_foul(shop: Shop) -> None:
    """The rows that our people edit in the shop, and no other row."""
    shop.fingerprint.watch()
    shop.fingerprint.announce("catalog_product", 1)
    rename = "UPDATE catalog_product SET name = name || '!' WHERE id = {}"
    as_shop(shop, rename.format(1))
    assert shop.fingerprint.look() is None

    as_shop(shop, rename.format(2))

    assert told(shop.fingerprint.look()) == ("data_changed", "catalog_product")


def test_a_trigger_of_the_shops_is_the_shop(shop: Shop) -> None:
    """Although it was we who wrote to the table it hangs on."""
    as_shop(
        shop,
        "CREATE FUNCTION less() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN DELETE FROM catalog_review WHERE product_id = NEW.id; RETURN NULL; END $$",
        "CREATE TRIGGER less AFTER UPDATE ON catalog_product FOR EACH ROW EXECUTE FUNCTION less()",
    )
    shop.fingerprint.watch()
    shop.sql(
        "UPDATE catalog_product SET price = price + 1"
        " WHERE id = (SELECT min(product_id) FROM catalog_review)"
    )

    assert told(shop.fingerprint.look()) == ("data_changed", "catalog_review")


@pytest.mark.parametrize(
    "statements",
    [
        ["ALTER TABLE catalog_review DISABLE TRIGGER USER"],
        ["DROP TRIGGER levelup_deleted ON catalog_review"],
    ],
)
def test_a_witness_is_not_sent_away(shop: Shop, statements: list[str]) -> None:
    """The shop owns its tables and could do so."""
    shop.fingerprint.watch()
    as_shop(shop, *statements)

    change = shop.fingerprint.look()

    assert change is not None
    assert (change.foul, change.params["what"]) == ("data_hidden", "unwatched")


def test_a_table_that_is_emptied_is_noted(shop: Shop) -> None:
    """At a stroke, which touches no row."""
    shop.fingerprint.watch()
    as_shop(shop, "TRUNCATE catalog_review")

    assert told(shop.fingerprint.look()) == ("data_changed", "catalog_review")
