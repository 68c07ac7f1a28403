"""Orders in the admin."""

from django.contrib import admin

from orders.models import Order, OrderLine


class OrderLineInline(admin.TabularInline):
    """What the order is made of."""

    model = OrderLine
    extra = 0
    raw_id_fields = ["product"]


@admin.register(Order)
class OrderAdmin(admin.ModelAdmin):
    """Orders with their lines."""

    inlines = [OrderLineInline]
    list_display = ["number", "name", "email", "created_at"]
    raw_id_fields = ["customer"]
    readonly_fields = ["reference"]
    search_fields = ["name", "email"]
