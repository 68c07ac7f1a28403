"""What was bought, by whom, and for how much; and the paper that goes with it."""

import uuid
from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone

from catalog.models import Product


class Order(models.Model):
    """One purchase; guests have no `customer`, they know the reference."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    customer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="orders",
        null=True,
        blank=True,
    )
    name = models.CharField(max_length=120)
    email = models.EmailField()
    address = models.TextField(max_length=400)
    created_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(
        null=True, blank=True, help_text="For the moment the mail went out. Nobody fills it in yet."
    )

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"Order {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("orders:placed", args=[self.reference])

    @property
    def number(self) -> str:
        """The part of the reference that people read to each other on the phone."""
        return str(self.reference)[:8].upper()

    @property
    def total(self) -> Decimal:
        """What all lines cost together."""
        return sum((line.total for line in self.lines.all()), Decimal("0.00"))


class OrderLine(models.Model):
    """One product of an order, with name and price as they were on that day."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.SET_NULL, null=True, blank=True)
    name = models.CharField(max_length=120)
    price = models.DecimalField(max_digits=8, decimal_places=2)
    quantity = models.PositiveIntegerField(validators=[MinValueValidator(1)])

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.name}"

    @property
    def total(self) -> Decimal:
        """Price times quantity."""
        return self.price * self.quantity


class Invoice(models.Model):
    """The bill for an order, stamped by the tax office when its PDF is stored."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="invoices")
    pdf = models.BinaryField(default=bytes, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Invoice of {self.order}"


class Feed(models.Model):
    """What marketplaces read about our stock; the row with key 1 is the current one."""

    text = models.TextField()
    published_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"Feed of {self.published_at:%Y-%m-%d %H:%M}"
