"""Products and everything a product card tells about them."""

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from catalog.querysets import ProductQuerySet, ReviewQuerySet

CENT = Decimal("0.01")


class Country(models.Model):
    """Where a brand makes its things."""

    code = models.CharField(max_length=2, unique=True)
    name = models.CharField(max_length=60)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "countries"

    def __str__(self) -> str:
        return self.name


class Brand(models.Model):
    """A maker of yoga things."""

    name = models.CharField(max_length=80, unique=True)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="brands")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Category(models.Model):
    """A section of the shop; `position` is its place on the front page."""

    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(unique=True)
    tagline = models.CharField(max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(unique=True)

    class Meta:
        ordering = ["position"]
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:category", args=[self.slug])


class Tag(models.Model):
    """A word that products share and that the search understands."""

    name = models.CharField(max_length=40, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Promotion(models.Model):
    """A discount that any number of products can take part in."""

    name = models.CharField(max_length=80, unique=True)
    percent = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(90)]
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} (-{self.percent} %)"

    def reduced(self, price: Decimal) -> Decimal:
        """Take the discount off *price*; half a cent is rounded up."""
        return (price * (100 - self.percent) / 100).quantize(CENT, ROUND_HALF_UP)


class Image(models.Model):
    """A product picture: what it shows, and the seed its colours are drawn from."""

    motif = models.CharField(max_length=20)
    style_seed = models.PositiveIntegerField()
    alt = models.CharField(max_length=160)

    def __str__(self) -> str:
        return self.alt

    @property
    def url(self) -> str:
        """Where the picture is served; drawn from the address alone, without a query."""
        return reverse("catalog:picture", args=[f"{self.motif}-{self.style_seed}"])


class Rating(NamedTuple):
    """What published reviews say about one product."""

    count: int
    """How many there are."""
    average: float | None
    """Their mean number of stars, not rounded; None without reviews."""


class Product(models.Model):
    """Something the shop sells. Only live products are shown."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=140, unique=True)
    description = models.TextField()
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="products")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="products")
    cover = models.OneToOneField(Image, on_delete=models.PROTECT, related_name="product")
    promotion = models.ForeignKey(
        Promotion, on_delete=models.SET_NULL, related_name="products", null=True, blank=True
    )
    tags = models.ManyToManyField(Tag, related_name="products", blank=True)
    price = models.DecimalField(
        max_digits=8, decimal_places=2, validators=[MinValueValidator(CENT)]
    )
    is_live = models.BooleanField(default=False, db_index=True)
    published_at = models.DateTimeField(default=timezone.now)

    objects = ProductQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:product", args=[self.slug])

    @property
    def current_price(self) -> Decimal:
        """What a customer pays today."""
        return self.promotion.reduced(self.price) if self.promotion else self.price

    @cached_property
    def rating(self) -> Rating:
        """Ask the database for the number of published reviews and their average."""
        return Rating(
            **self.reviews.published().aggregate(
                count=models.Count("pk"), average=models.Avg("stars")
            )
        )


class Stock(models.Model):
    """How many pieces of a product lie on the shelf."""

    LOW = 5

    product = models.OneToOneField(Product, on_delete=models.CASCADE, related_name="stock")
    quantity = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "stock"

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product}"

    @property
    def state(self) -> str:
        """The word for the quantity: sold out, low or in stock."""
        if self.quantity == 0:
            return "sold out"
        return "low" if self.quantity <= self.LOW else "in stock"


class Review(models.Model):
    """What a customer thinks of a product; only published ones count and show."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="reviews")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True
    )
    author_name = models.CharField(max_length=60)
    stars = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    text = models.TextField(max_length=2000)
    is_published = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["product"],
                include=["stars"],
                condition=models.Q(is_published=True),
                name="review_published_stars",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(stars__range=(1, 5)), name="review_has_one_to_five_stars"
            )
        ]

    def __str__(self) -> str:
        return f"{self.stars} stars for {self.product} by {self.author_name}"
