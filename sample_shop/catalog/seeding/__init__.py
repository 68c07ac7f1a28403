"""A made-up catalogue of any size, the same for the same seed."""

from catalog.seeding.catalogue import Seeded, seed_shop
from catalog.seeding.customers import PASSWORD

__all__ = ["PASSWORD", "Seeded", "seed_shop"]
