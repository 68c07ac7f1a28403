"""What counts as a number among all that may have been recorded."""

from typing import TypeGuard

LARGEST = 1e15
"""Nothing that we measure is beyond it: whatever is, was not measured, and no chart has room."""


def is_number(value: object) -> TypeGuard[float]:
    """Return whether *value* can be compared and drawn; neither yes and no nor infinity can."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    # Without math: it takes no whole number that is too large for a float. NaN is below nothing.
    return abs(value) <= LARGEST
