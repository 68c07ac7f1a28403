"""The front page's products in one statement, written by hand."""

from django.db import connection

from catalog.models import Brand, Category, Country, Image, Product, Promotion, Rating, Stock

STATEMENT = """
SELECT product.id, product.name, product.slug, product.price,
       brand.name, country.name,
       category.id, category.name, category.slug, category.tagline,
       cover.motif, cover.style_seed, cover.alt,
       promotion.name, promotion.percent,
       stock.quantity,
       rated.how_many, rated.mean
  FROM catalog_product AS product
  JOIN catalog_brand AS brand ON brand.id = product.brand_id
  JOIN catalog_country AS country ON country.id = brand.country_id
  JOIN catalog_category AS category ON category.id = product.category_id
  JOIN catalog_image AS cover ON cover.id = product.cover_id
  JOIN catalog_stock AS stock ON stock.product_id = product.id
  LEFT JOIN catalog_promotion AS promotion ON promotion.id = product.promotion_id
  CROSS JOIN LATERAL (
      SELECT count(*) AS how_many, avg(review.stars) AS mean
        FROM catalog_review AS review
       WHERE review.product_id = product.id AND review.is_published
  ) AS rated
 WHERE product.is_live
 ORDER BY category.position, product.published_at DESC, product.id
"""


def everything() -> list[Product]:
    """Every live product with all that its card shows."""
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT)
        return [_product(*row) for row in cursor.fetchall()]


def _product(
    pk, name, slug, price, brand, country, category_pk, category, category_slug, tagline,
    motif, style_seed, alt, promotion, percent, quantity, how_many, mean,
) -> Product:  # fmt: skip
    product = Product(
        pk=pk,
        name=name,
        slug=slug,
        price=price,
        brand=Brand(name=brand, country=Country(name=country)),
        category=Category(pk=category_pk, name=category, slug=category_slug, tagline=tagline),
        cover=Image(motif=motif, style_seed=style_seed, alt=alt),
        promotion=Promotion(name=promotion, percent=percent) if promotion else None,
    )
    product.stock = Stock(product=product, quantity=quantity)
    product.rating = Rating(how_many, mean)
    return product
