"""The stock feed: what marketplaces read at `/feed/stock.csv`."""

import csv
from io import StringIO

from django.utils import timezone

from catalog.models import Product
from orders.models import Feed

CURRENT = 1


def publish_feed() -> None:
    """Write the feed anew: every product on sale and how many pieces are left."""
    text = StringIO()
    rows = csv.writer(text)
    rows.writerow(["product", "price", "stock"])
    for product in Product.objects.live().select_related("promotion", "stock").order_by("slug"):
        rows.writerow([product.slug, product.current_price, product.stock.quantity])
    Feed.objects.update_or_create(
        pk=CURRENT, defaults={"text": text.getvalue(), "published_at": timezone.now()}
    )
