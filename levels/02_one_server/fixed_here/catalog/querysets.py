"""The questions the shop asks about products and reviews."""

from typing import Self

from django.apps import apps
from django.db.models import Avg, Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce


class ProductQuerySet(QuerySet):
    """Products, narrowed to what a page shows and loaded with what it needs."""

    def live(self) -> Self:
        """Only what visitors may see."""
        return self.filter(is_live=True)

    def in_shop_order(self) -> Self:
        """Category by category, the newest first."""
        return self.order_by("category__position", "-published_at", "pk")

    def matching(self, words: str) -> Self:
        """Products whose name, brand, category or tags contain *words*.

        Tags are looked up in a subquery: a join would show a product once per matching tag.
        """
        tagged = self.model.tags.through.objects.filter(tag__name__icontains=words)
        return self.filter(
            Q(name__icontains=words)
            | Q(brand__name__icontains=words)
            | Q(category__name__icontains=words)
            | Q(pk__in=tagged.values("product_id"))
        )

    def with_rating(self) -> Self:
        """Add `review_count` and `review_average` of the published reviews.

        Each product asks for its own: a join would read the reviews of all of them, whatever the
        page shows.
        """
        reviews = apps.get_model("catalog", "Review").objects
        mine = reviews.published().filter(product=OuterRef("pk")).order_by().values("product")
        return self.annotate(
            review_count=Coalesce(Subquery(mine.annotate(n=Count("product")).values("n")), 0),
            review_average=Subquery(mine.annotate(mean=Avg("stars")).values("mean")),
        )

    def for_cards(self) -> Self:
        """Everything a product card shows, in one query for any number of products."""
        return self.select_related(
            "brand__country", "category", "cover", "promotion", "stock"
        ).with_rating()


class ReviewQuerySet(QuerySet):
    """Reviews, narrowed to what a page shows."""

    def published(self) -> Self:
        """Only what visitors may see and what counts for the rating."""
        return self.filter(is_published=True)
