"""Small sums for templates."""

from collections.abc import Sequence

from django import template

from catalog.models import Review

register = template.Library()


@register.filter
def average_stars(reviews: Sequence[Review]) -> float:
    """Say how many stars *reviews* give on average; there must be at least one."""
    return sum(review.stars for review in reviews) / len(reviews)
