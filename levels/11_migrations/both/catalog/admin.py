"""The catalogue in the admin."""

from decimal import Decimal

from django.contrib import admin
from django.db.models import F, QuerySet
from django.db.models.functions import Round
from django.http import HttpRequest

from catalog.models import (
    Brand,
    Category,
    Country,
    Image,
    Product,
    Promotion,
    Review,
    Stock,
    Tag,
)

admin.site.site_header = admin.site.site_title = "My Yoga Palace"
admin.site.index_title = "Behind the curtain"
admin.site.register([Country, Image, Tag])


class StockInline(admin.StackedInline):
    """The shelf of a product; no product is without one."""

    model = Stock
    min_num = 1
    can_delete = False


@admin.action(description="Take ten per cent off the price")
def take_ten_per_cent_off(
    model_admin: admin.ModelAdmin, request: HttpRequest, products: QuerySet[Product]
) -> None:
    """Reduce what was chosen, all in one statement."""
    products.update(price=Round(F("price") * Decimal("0.9"), 2))


@admin.action(description="Have the price end in .90")
def end_in_ninety(
    model_admin: admin.ModelAdmin, request: HttpRequest, products: QuerySet[Product]
) -> None:
    """Give what was chosen the prices that Marissa has read about."""
    chosen = list(products)
    for product in chosen:
        product.price = int(product.price) + Decimal("0.90")
    Product.objects.bulk_update(chosen, ["price"])


@admin.register(Product)
class ProductAdmin(admin.ModelAdmin):
    """Products, and which of them are live."""

    actions = [take_ten_per_cent_off, end_in_ninety]
    inlines = [StockInline]
    list_display = ["name", "brand", "category", "price", "promotion", "is_live"]
    list_editable = ["is_live"]
    list_filter = ["is_live", "category", "promotion"]
    list_select_related = ["brand", "category", "promotion"]
    prepopulated_fields = {"slug": ["name"]}
    raw_id_fields = ["cover"]
    search_fields = ["name", "slug"]


@admin.register(Review)
class ReviewAdmin(admin.ModelAdmin):
    """Reviews, and which of them are published."""

    list_display = ["product", "stars", "author_name", "bought_here", "is_published", "written_at"]
    list_filter = ["is_published", "bought_here", "stars"]
    list_select_related = ["product"]
    raw_id_fields = ["product", "author"]
    search_fields = ["text", "author_name"]


@admin.register(Brand)
class BrandAdmin(admin.ModelAdmin):
    """Brands and where they come from."""

    list_display = ["name", "country"]
    list_select_related = ["country"]


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    """The sections of the shop."""

    list_display = ["name", "position", "tagline"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Promotion)
class PromotionAdmin(admin.ModelAdmin):
    """Discounts."""

    list_display = ["name", "percent"]
