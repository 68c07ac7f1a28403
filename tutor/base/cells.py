"""Cells of a table that a spreadsheet opens: what others wrote is text, and stays it."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""With these a cell begins that a spreadsheet would work out."""


def harmless(text: str) -> str:
    """Return *text* as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
