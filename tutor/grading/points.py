"""How many points a medal is worth: 1, 2 and 3, unless whoever grades says otherwise."""

import re
from dataclasses import dataclass

from tutor.base.errors import UsageError
from tutor.judge import Medal

WRITTEN = re.compile(r"(\d{1,4}),(\d{1,4}),(\d{1,4})")


@dataclass(frozen=True, slots=True)
class Points:
    """What each medal is worth; a level that is not won is worth nothing."""

    bronze: int = Medal.BRONZE.rank
    silver: int = Medal.SILVER.rank
    gold: int = Medal.GOLD.rank

    @classmethod
    def parse(cls, text: str) -> "Points":
        """Return the points that *text* gives: ``6,8,10`` for bronze, silver and gold.

        Raises:
            UsageError: it says something else, or a better medal would be worth less.
        """
        found = WRITTEN.fullmatch(text.replace(" ", ""))
        points = cls(*map(int, found.groups())) if found else None
        if points is None or not points.bronze <= points.silver <= points.gold:
            raise UsageError.named("points_wrong", text=text)
        return points

    def of(self, medal: Medal | None) -> int:
        """Return what *medal* is worth."""
        return getattr(self, medal.value) if medal else 0

    def __str__(self) -> str:
        return f"{self.bronze},{self.silver},{self.gold}"
