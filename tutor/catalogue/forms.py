"""The form in which a value stands in a sentence of a language."""

from typing import Any

POINTS = {"es": ","}
"""What stands before the decimals; a point where nothing is said here."""
EITHER = "|"
"""Between the word for one of it and the word for several: ``{count:visit|visits}``."""
EXACT_FROM = 100
"""From here on decimals say nothing."""


def decimal(language: str, digits: str) -> str:
    """Return *digits*, written with a point, as *language* writes them."""
    return digits.replace(".", POINTS.get(language, "."))


def number(language: str, value: float) -> str:
    """Return a measured number as people write it: three digits where it is no whole one."""
    is_whole = float(value).is_integer() or abs(value) >= EXACT_FROM
    return decimal(language, f"{value:.0f}" if is_whole else f"{value:.3g}")


class Value:
    """A value that takes any form a sentence asks of it."""

    __slots__ = ("language", "value")

    def __init__(self, language: str, value: Any) -> None:
        self.language = language
        self.value = value

    def __format__(self, form: str) -> str:
        if EITHER in form:
            one, several = form.split(EITHER, 1)
            return one if self.value == 1 else several
        if isinstance(self.value, float) and not form:
            return number(self.language, self.value)
        try:
            said = format(self.value, form)
        except (TypeError, ValueError, OverflowError):
            said = str(self.value)
        return decimal(self.language, said) if isinstance(self.value, float) else said

    def __str__(self) -> str:
        return str(self.value)

    def __repr__(self) -> str:
        return repr(self.value)
