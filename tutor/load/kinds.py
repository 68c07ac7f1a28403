"""What went wrong in a crowd, in few words: the largest kind first, each with its number."""

from collections.abc import Mapping

TOLD = 3
"""How many kinds are told; the rest is a number."""


def in_kinds(errors: Mapping[str, int], failures: int = 0) -> str:
    """Return the kinds of *errors* with their numbers, for a sentence in any language.

    *failures* that no kind accounts for are counted too: they got no answer.
    """
    counts = {message: count for message, count in errors.items() if count > 0}
    if (silent := failures - sum(counts.values())) > 0:
        counts["no answer"] = counts.get("no answer", 0) + silent
    ranked = sorted(counts.items(), key=lambda item: -item[1])
    told = [f"{count} × {message}" for message, count in ranked[:TOLD]]
    if rest := sum(count for _, count in ranked[TOLD:]):
        told.append(f"{rest} × …")
    return ", ".join(told)
