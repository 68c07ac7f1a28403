"""The questions the shop asks about products and reviews."""

from typing import Any, Self

from django.db.models import Avg, Count, Q, QuerySet


class ProductQuerySet(QuerySet):
    """Products, narrowed to what a page shows and loaded with what it needs."""

    def update(self, **values: Any) -> int:
        """Change all of them in one statement, and say so: signals know nothing of it.

        `bulk_update` comes by here, too; a promotion's `products.add` does not, as Django has that
        done by the base manager.
        """
        from catalog import bestsellers

        changed = super().update(**values)
        bestsellers.forget()
        return changed

    update.alters_data = True

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

        Both come from the same join. A second join to many rows beside it (tags, for example)
        would multiply the reviews and spoil both numbers.
        """
        published = Q(reviews__is_published=True)
        return self.annotate(
            review_count=Count("reviews", filter=published),
            review_average=Avg("reviews__stars", filter=published),
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
