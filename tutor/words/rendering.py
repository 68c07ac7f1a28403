"""The boundary of all that is drawn or worded from what was recorded.

A fact that was measured is worth more than the sentence about it. Where the sentence cannot be made
the raw fact stands under its id, and the log says whose fault that is.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from tutor.base import log
from tutor.base.text import cut

T = TypeVar("T")

MOST = 300
"""Characters of a raw fact that are shown."""
ENGINE = "the tutor"


def rendered(make: Callable[[], T], instead: Callable[[], T], what: str, whose: str = ENGINE) -> T:
    """Return what *make* makes, or else *instead*; the log says *what* failed by whose fault."""
    try:
        return make()
    except Exception as error:  # noqa: BLE001 - the boundary: nothing that is shown may end the game
        log.note(f"{what} cannot be shown as it should; the fault is of {whose}.", error)
        return instead()


def rendered_rows(rows: Callable[[], Iterator[T]], instead: Callable[[], T], what: str) -> list[T]:
    """Return what *rows* yields; where it breaks off, *instead* stands at the end."""
    found: list[T] = []
    try:
        found.extend(rows())
    except Exception as error:  # noqa: BLE001 - the same boundary
        log.note(f"{what} cannot be shown as it should; the fault is of {ENGINE}.", error)
        found.append(instead())
    return found


def raw(id: object, values: object = None) -> str:
    """Return a fact as it was recorded: its id, and its values behind it."""
    if isinstance(values, Mapping):
        values = ", ".join(f"{name}={_short(value)}" for name, value in values.items())
    said = f"{_short(id)}: {_short(values)}" if values not in (None, "") else _short(id)
    return cut(said, MOST)


def _short(value: Any) -> str:
    try:
        return str(value)
    except Exception:  # noqa: BLE001 - for example a number of more digits than Python writes
        return f"({type(value).__name__})"
