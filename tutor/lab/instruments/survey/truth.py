"""What the pages of a shop must say at one moment, from its database."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tutor.lab.instruments.live_products import Cards, LiveProducts
from tutor.lab.shop import Shop

PRODUCT = """
SELECT product.slug, product.id, product.description, brand.name, category.name,
       coalesce(promotion.percent, 0),
       ARRAY(SELECT tag.name FROM public.catalog_tag AS tag
               JOIN public.catalog_product_tags AS worn ON worn.tag_id = tag.id
              WHERE worn.product_id = product.id ORDER BY tag.name)
  FROM public.catalog_product AS product
  JOIN public.catalog_brand AS brand ON brand.id = product.brand_id
  JOIN public.catalog_category AS category ON category.id = product.category_id
  LEFT JOIN public.catalog_promotion AS promotion ON promotion.id = product.promotion_id
 WHERE product.is_live ORDER BY product.id
"""
DRAFTS = "SELECT slug FROM public.catalog_product WHERE NOT is_live ORDER BY slug"
REVIEWS = """
SELECT author_name, text, is_published FROM public.catalog_review
 WHERE product_id = %s ORDER BY created_at DESC, id DESC
"""
CATEGORIES = "SELECT slug, name, tagline FROM public.catalog_category ORDER BY position"
PEOPLE = """
SELECT username, trim(first_name || ' ' || last_name), email,
       ARRAY(SELECT reference::text FROM public.orders_order AS bought
              WHERE bought.customer_id = auth_user.id ORDER BY created_at DESC, id DESC)
  FROM public.auth_user
"""
ORDER = """
SELECT bought.name, bought.email,
       ARRAY(SELECT line.name FROM public.orders_orderline AS line
              WHERE line.order_id = bought.id ORDER BY line.id),
       (SELECT sum(line.price * line.quantity) FROM public.orders_orderline AS line
         WHERE line.order_id = bought.id)
  FROM public.orders_order AS bought WHERE bought.reference = %s
"""


@dataclass(frozen=True, slots=True)
class Details:
    """What the page of a product tells beyond its card."""

    id: int
    description: str
    brand: str
    category: str
    percent: int
    tags: list[str]


@dataclass(frozen=True, slots=True)
class Account:
    """What belongs to one customer alone."""

    name: str
    email: str
    references: list[str]

    @property
    def numbers(self) -> list[str]:
        """The order numbers, as people read them to each other."""
        return [reference[:8].upper() for reference in self.references]


@dataclass
class Truth:
    """What the shop must say; read once, asked often."""

    shop: Shop
    shelves: LiveProducts
    details: dict[str, Details]
    accounts: dict[str, Account]
    categories: dict[str, tuple[str, str]]
    """By path, name and tagline."""
    _reviews: dict[str, list[tuple[str, str, bool]]] = field(default_factory=dict)

    @classmethod
    def of(cls, shop: Shop) -> "Truth":
        """Return what *shop* must say now."""
        return cls(
            shop,
            LiveProducts(shop),
            {slug: Details(*row) for slug, *row in shop.sql(PRODUCT)},
            {user: Account(*row) for user, *row in shop.sql(PEOPLE)},
            {f"/category/{slug}/": (name, tag) for slug, name, tag in shop.sql(CATEGORIES)},
        )

    def read_reviews(self, slug: str) -> None:
        """Keep the reviews of a product as they are now."""
        if slug in self.details:
            self._reviews[slug] = [
                tuple(r) for r in self.shop.sql(REVIEWS, [self.details[slug].id])
            ]

    def reviews(self, slug: str) -> list[tuple[str, str, bool]]:
        """Return author, text and state of the reviews of a product, the newest first."""
        return self._reviews.get(slug, [])

    def found(self, words: str) -> Cards:
        """Return what a search for *words* must show."""
        low = words.lower()

        def matches(slug: str, card: dict[str, Any]) -> bool:
            more = self.details[slug]
            texts = [card["name"], more.brand, more.category, *more.tags]
            return any(low in text.lower() for text in texts)

        return {slug: card for slug, card in self.shelves.all.items() if matches(slug, card)}

    def stock_list(self) -> list[list[str]]:
        """Return the rows of the list for the warehouse."""
        cards = self.shelves.all
        rows = (cards[slug] for slug in self.details if slug in cards)
        return [[c[""], c["name"], str(c["price"]), str(c["stock"])] for c in rows]

    def order(self, reference: str) -> tuple[str, str, list[str], Decimal]:
        """Return name, e-mail, what was bought and the total of an order."""
        name, email, lines, total = self.shop.sql(ORDER, [reference])[0]
        return name, email, lines, total

    def drafts(self) -> list[str]:
        """Return the slugs of what is not on sale."""
        return [slug for (slug,) in self.shop.sql(DRAFTS)]
