"""Text that must fit."""

import pytest

from tutor.base.text import cut


@pytest.mark.parametrize(
    ("text", "most", "shown"),
    [("om", 2, "om"), ("om", 5, "om"), ("namaste", 4, "nam…"), ("om mani", 4, "om…")],
)
def test_what_is_too_long_loses_its_end(text: str, most: int, shown: str) -> None:
    """One character says so; no space stands before it."""
    assert cut(text, most) == shown
