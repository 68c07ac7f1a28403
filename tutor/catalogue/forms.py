"""The form in which a value stands in a sentence of a language."""

from typing import Any

POINTS = {"es": ","}
"""What stands before the decimals; a point where nothing is said here."""
EITHER = "|"
"""Between the word for one of it and the word for several: ``{count:visit|visits}``."""


def decimal(language: str, digits: str) -> str:
    """Return *digits*, written with a point, as *language* writes them."""
    return digits.replace(".", POINTS.get(language, "."))


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
        try:
            said = format(self.value, form)
        except (TypeError, ValueError, OverflowError):
            said = str(self.value)
        if not isinstance(self.value, float):
            return said
        return decimal(self.language, said if form else said.removesuffix(".0"))

    def __str__(self) -> str:
        return str(self.value)

    def __repr__(self) -> str:
        return repr(self.value)
