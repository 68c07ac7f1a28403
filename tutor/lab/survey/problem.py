"""What is wrong with a page, for whom, and which sentence of the engine says so."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

ORDER = (
    "wrong_person",
    "open_door",
    "survey_stale",
    "survey_kept_long",
    "survey_page_gone",
    "survey_missing",
    "survey_extra",
    "survey_field_gone",
    "survey_wrong_field",
    "survey_order",
)
"""The largest cause first: one of the later ones often follows from an earlier one."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with one page."""

    foul: str
    path: str
    who: str
    key: tuple[str, str] = ("", "")
    """Which row and which field it is about."""
    field: str = ""
    product: str = ""
    said: str = ""
    truth: str = ""
    more: tuple[tuple[str, Any], ...] = ()
    """Further values for the sentence."""

    def stale(self, before: str, *, foul: str) -> "Problem":
        """Return the same as a page that has not noticed a change from *before*."""
        return replace(self, foul=foul, said=before)

    def params(self, count: int) -> dict[str, Any]:
        """Return the values for the sentence; *count* places have the same problem."""
        return {
            "path": self.path,
            "who": self.who,
            "field": self.field,
            "product": self.product,
            "page": self.said or "–",
            "before": self.said or "–",
            "database": self.truth or "–",
            "after": self.truth or "–",
            "count": count,
            **dict(self.more),
        }


def worst(problems: Iterable[Problem]) -> tuple[Problem, int] | None:
    """Return the problem to tell first, and how many places have the same one."""
    found = list(problems)
    if not found:
        return None
    foul = min((p.foul for p in found), key=ORDER.index)
    same = [p for p in found if p.foul == foul]
    fields = [p.field for p in same]
    field = max(fields, key=fields.count)
    alike = [p for p in same if p.field == field]
    return alike[0], len(alike)
