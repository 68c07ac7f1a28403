"""The ratings of the products on a page: one question to an index, whatever the page shows."""

from collections.abc import Iterable

from django.db.models import Count, Sum

from catalog.models import Product, Review


def with_ratings(products: Iterable[Product]) -> list[Product]:
    """Give each of *products* its `review_count` and `review_average`."""
    listed = list(products)
    reviews = Review.objects.published().filter(product__in=listed).order_by()
    rows = reviews.values_list("product").annotate(Count("product"), Sum("stars"))
    ratings = {product: (count, total / count) for product, count, total in rows}
    for product in listed:
        product.review_count, product.review_average = ratings.get(product.pk, (0, None))
    return listed
