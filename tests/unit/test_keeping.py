"""What is kept is told by its true cause."""

from tutor.lab.instruments.live_products import asking_for_products
from tutor.load.kinds import largest


def test_the_kind_that_failed_most_is_named_not_the_sentence_that_did() -> None:
    """Names make every sentence another one; eleven refusals are fewer than thirty greetings."""
    errors = {f"Asha-{n} was greeted as Gina-{n}": 3 for n in range(10)}
    errors |= {"Gina-1 was not greeted": 4, "status 503": 11}

    assert largest(errors) == ("greeted", "Gina-1 was not greeted")
    assert largest({"status 503": 2, "Mat 7 is missing": 1}) == ("status", "status 503")
    assert largest({}) == ("", "no answer")


def test_products_are_asked_for_however_their_table_is_written() -> None:
    """With a schema, in quotes, joined to another; tables beside it are other tables."""
    asked = (
        'SELECT 1 FROM "catalog_product" WHERE 1',
        'SELECT 1 FROM "public"."catalog_product"',
        "select 1 from public.catalog_product",
        "SELECT 1 FROM catalog_brand JOIN catalog_product ON true",
        "SELECT 1 FROM catalog_brand, catalog_product",
        "TABLE catalog_product",
        "SELECT * FROM ONLY catalog_product",
    )
    others = ('SELECT 1 FROM "catalog_product_tags"', "SELECT 1 FROM catalog_category")

    assert asking_for_products(asked + others) == list(asked)


def test_who_asks_through_somebody_else_asks_for_products() -> None:
    """A view, a function, a statement that was prepared before, a cursor that is open."""
    asked = ("SELECT * FROM shelf", "SELECT shelf_of(3)", "EXECUTE shelf_1", " fetch all c")
    others = ("SELECT * FROM shelf_life", "SELECT 'EXECUTE'", "SELECT 1 FROM django_session")

    assert asking_for_products(asked + others, ["shelf", "shelf_of"]) == list(asked)
