"""What staff change so that pages can show whether they notice: each field that is shown, once."""

from __future__ import annotations

from typing import Any

from tutor.lab.instruments.context import Context
from tutor.lab.instruments.survey.truth import Truth
from tutor.lab.shop import Shop

ROW = """
SELECT product.id, product.name, product.brand_id, brand.country_id, product.category_id,
       product.cover_id, product.promotion_id, product.price, stock.quantity
  FROM public.catalog_product AS product
  JOIN public.catalog_brand AS brand ON brand.id = product.brand_id
  JOIN public.catalog_stock AS stock ON stock.product_id = product.id
 WHERE product.slug = %s
"""
PROMOTION = "SELECT id, percent FROM public.catalog_promotion ORDER BY random() LIMIT 1"
ON_SALE = """
SELECT product.slug, product.name, stock.quantity FROM public.catalog_product AS product
  JOIN public.catalog_stock AS stock ON stock.product_id = product.id
 WHERE product.is_live AND stock.quantity > 0 ORDER BY random() LIMIT 1
"""
REVIEW = """
SELECT id FROM public.catalog_review WHERE product_id = %s AND is_published = %s
 ORDER BY created_at DESC LIMIT 1
"""
NAMES = {
    "brand": ("catalog/brand", "SELECT name FROM public.catalog_brand WHERE id = %s"),
    "country": ("catalog/country", "SELECT name FROM public.catalog_country WHERE id = %s"),
    "category": ("catalog/category", "SELECT name FROM public.catalog_category WHERE id = %s"),
}
FEW = 2
"""How many of the further changes a quick survey makes."""


class Changes:
    """The edits of one survey: of the *chosen* product, of what it refers to, and of others."""

    def __init__(
        self, lab: Context, shop: Shop, truth: Truth, chosen: str, others: list[str]
    ) -> None:
        self.lab = lab
        self.shop = shop
        self.truth = truth
        self.chosen = chosen
        self.others = others
        self.token = lab.token()
        self.old_word = truth.shelves.all[chosen]["name"]
        """What the product was found by before."""
        self._staff = lab.staff(shop)

    def make(self, *, thorough: bool) -> None:
        """Make the changes: of the product first, then of some others or of all."""
        rows = self.shop.sql(ROW, [self.chosen])[0]
        key, name, brand, country, category, cover, promotion, price, quantity = rows
        further = [
            lambda: self._rename("brand", brand),
            lambda: self._rename("country", country),
            lambda: self._rename("category", category),
            lambda: self._staff.edit("catalog/image", cover, alt=f"A picture of {self.token}"),
            lambda: self._review(key),
            self._hide,
            self._show,
        ]
        self._product(key, name, promotion, price, quantity)
        self.lab.random.shuffle(further)
        for change in further if thorough else further[:FEW]:
            change()
        if thorough:
            self._percent()

    def categories(self, truth: Truth) -> list[str]:
        """Return the addresses of the categories in which something changed."""
        changed = {self.chosen, *self._touched}
        return [path for path, cards in truth.shelves.by_path.items() if changed & cards.keys()][:3]

    _touched: tuple[str, ...] = ()

    def _product(self, key: int, name: str, promotion: Any, price: Any, quantity: int) -> None:
        offer = "" if promotion else str(self.shop.sql(PROMOTION)[0][0])
        wanted = {"name": f"{name} {self.token}", "price": str(price + 1)}
        self._staff.edit(
            "catalog/product",
            key,
            {**wanted, "promotion": offer, "stock-0-quantity": str(quantity + 7)},
        )
        row = self.shop.sql(ROW, [self.chosen])[0]
        found = {"name": row[1], "price": str(row[7])}
        for field, value in wanted.items():
            if found[field] != value:
                self.lab.refuse(
                    "edit_lost", field=field, product=name, wanted=value, found=found[field]
                )

    def _rename(self, field: str, key: int) -> None:
        model, query = NAMES[field]
        name = self.shop.sql(query, [key])[0][0]
        self._staff.edit(model, key, name=f"{name} {self.lab.token()}")

    def _review(self, product: int) -> None:
        """Take a review back, or publish one that was held back."""
        is_published = self.lab.random.random() < 0.5
        for state in (is_published, not is_published):
            for (key,) in self.shop.sql(REVIEW, [product, state]):
                self._staff.edit("catalog/review", key, is_published=not state)
                return

    def _hide(self) -> None:
        """Take another product off the shelf."""
        self._live(self.others[0], is_live=False)

    def _show(self) -> None:
        """Put a product on sale that was not."""
        if drafts := self.truth.drafts():
            self._live(self.lab.random.choice(drafts), is_live=True)

    def _live(self, slug: str, *, is_live: bool) -> None:
        query = "SELECT id FROM public.catalog_product WHERE slug = %s"
        self._staff.edit("catalog/product", self.shop.sql(query, [slug])[0][0], is_live=is_live)
        self._touched += (slug,)

    def sell(self) -> str:
        """Have somebody buy a thing, and return which.

        Refuses a checkout that takes nothing off the shelf.
        """
        slug, name, quantity = self.shop.sql(ON_SALE)[0]
        buyer = self.lab.person(self.shop)
        buyer.add(slug)
        address = f"survey-{self.token}@palace.example".lower()
        answer = buyer.check_out("Om Shanti", address, "3 Lotus Lane")
        if answer.status >= 500:
            raise self.shop.failed(answer)
        left = self.shop.sql(ROW, [slug])[0][8]
        if left != quantity - 1:
            params = {"product": name, "before": quantity, "left": left, "status": answer.status}
            self.lab.refuse("sale_lost", **params)
        return str(slug)

    def _percent(self) -> None:
        """Change what a promotion takes off."""
        for key, percent in self.shop.sql(PROMOTION):
            self._staff.edit("catalog/promotion", key, percent=str(percent % 80 + 3))
