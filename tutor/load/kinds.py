"""What went wrong in a crowd, in few words: the largest kind first, each with its number."""

import re
from collections.abc import Mapping

TOLD = 3
"""How many kinds are told; the rest is a number."""
OTHERS = "something else"
FAMILIES = (
    (r"was greeted as", "greeted"),
    (r"was not greeted", "greeted"),
    (r"is missing|no card", "missing"),
    (r"status \d+", "status"),
)
"""What kinds that differ in names and numbers have in common."""


def in_kinds(errors: Mapping[str, int], failures: int = 0) -> list[tuple[int, str]]:
    """Return how many there are of each kind of *errors*, and the rest behind them.

    *failures* that no kind accounts for are counted too: they got no answer. A finding takes the
    list as one of its values; :mod:`tutor.catalogue.failures` says it in any language.
    """
    counts = {message: count for message, count in errors.items() if count > 0}
    if (silent := failures - sum(counts.values())) > 0:
        counts["no answer"] = counts.get("no answer", 0) + silent
    ranked = sorted(((count, message) for message, count in counts.items()), key=lambda k: -k[0])
    if rest := sum(count for count, _ in ranked[TOLD:]):
        return [*ranked[:TOLD], (rest, OTHERS)]
    return ranked


def largest(errors: Mapping[str, int]) -> tuple[str, str]:
    """Return the family of failures that came most often, and its most frequent text."""
    families: dict[str, dict[str, int]] = {}
    for text, count in errors.items():
        family = next((name for pattern, name in FAMILIES if re.search(pattern, text)), text)
        families.setdefault(family, {})[text] = count
    if not families:
        return "", "no answer"
    family = max(families, key=lambda name: sum(families[name].values()))
    return family, max(families[family], key=lambda text: families[family][text])
