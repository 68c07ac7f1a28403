"""Fill the shop with a made-up catalogue."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog.models import Product
from catalog.seeding import PASSWORD, seed_shop


class Command(BaseCommand):
    """Seed an empty database; the same seed makes the same shop."""

    help = (
        "Fill an empty shop with products, half of them live, reviews and past orders. "
        "Accounts: betty and marissa (both may use the admin), gina, asha, tomas and lotte; "
        f"everyone's password is '{PASSWORD}'."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--products", type=int, default=400, help="how many (400)")
        parser.add_argument("--seed", type=int, default=1, help="which shop (1)")

    def handle(self, *args: Any, **options: Any) -> None:
        if Product.objects.exists():
            raise CommandError("There are products already. Empty it first: manage.py flush")
        seeded = seed_shop(products=options["products"], seed=options["seed"])
        self.stdout.write(
            f"{seeded.products} products, {seeded.live} of them live "
            f"({seeded.promoted} in a promotion), {seeded.reviews} reviews."
        )
