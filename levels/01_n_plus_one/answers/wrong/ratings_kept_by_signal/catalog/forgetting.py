"""Forget a known rating when one of its reviews changes."""

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from catalog.models import KNOWN_RATINGS, Review


@receiver([post_save, post_delete], sender=Review)
def forget(instance: Review, **kwargs: object) -> None:
    """The rating of this product is asked for again."""
    KNOWN_RATINGS.pop(instance.product_id, None)
