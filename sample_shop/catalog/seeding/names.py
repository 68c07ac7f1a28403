"""Which shelf a product lies on, and what it is called."""

import random
from itertools import product as combinations

from catalog.seeding.words import MOODS, POSES, SHELVES


def shelf_of(index: int) -> int:
    """Deal the products to the shelves so that live ones and drafts lie on all of them."""
    return index // 2 % len(SHELVES)


def draw_names(how_many: int, rng: random.Random) -> list[str]:
    """Give each product a name of its own; when the words run out, later series are numbered."""
    pools = [
        [" ".join(parts) for parts in combinations(MOODS, POSES, shelf.nouns)] for shelf in SHELVES
    ]
    for pool in pools:
        rng.shuffle(pool)
    dealt = [0] * len(pools)
    names = []
    for index in range(how_many):
        shelf = shelf_of(index)
        series, place = divmod(dealt[shelf], len(pools[shelf]))
        dealt[shelf] += 1
        names.append(pools[shelf][place] + (f" No. {series + 1}" if series else ""))
    return names
