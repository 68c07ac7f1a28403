"""Keep the rating columns of a product up to date."""

from typing import Any

from django.db.models import Avg, Count
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from catalog.models import Product, Review


@receiver([post_save, post_delete], sender=Review)
def refresh_rating(sender: type[Review], instance: Review, **kwargs: Any) -> None:
    """Work the rating out again whenever a review is written, changed or removed."""
    reviews = Review.objects.published().filter(product=instance.product_id)
    rating = reviews.aggregate(review_count=Count("pk"), review_average=Avg("stars"))
    Product.objects.filter(pk=instance.product_id).update(**rating)
