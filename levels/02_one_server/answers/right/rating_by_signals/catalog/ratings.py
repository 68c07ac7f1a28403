"""What reviews say about a product, worked out when somebody says something."""

from typing import Any

from django.db.models import Avg, Count
from django.db.models.signals import post_delete, post_save

from catalog.models import Product, Review


def refresh(sender: type[Review], instance: Review, **_kwargs: Any) -> None:
    """Count the reviews of the product that *instance* is about."""
    published = Review.objects.published().filter(product=instance.product_id)
    found = published.aggregate(count=Count("pk"), average=Avg("stars"))
    Product.objects.filter(pk=instance.product_id).update(
        review_count=found["count"], review_average=found["average"]
    )


def listen() -> None:
    """Hear of every review that is written, changed or deleted."""
    post_save.connect(refresh, sender=Review)
    post_delete.connect(refresh, sender=Review)
