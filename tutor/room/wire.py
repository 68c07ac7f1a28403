"""What seats may send: every word bounded, everything else refused.

Nothing that came from a learner's machine goes further than this unless it passed here.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

MOST_BYTES = 64 * 1024
MOST_EVENTS = 100
MOST_NUMBER, MOST_SECONDS = 2**31 - 1, 10**7
NICKNAME, NAME, SENTENCE, DIFF = 32, 60, 280, 48 * 1024
"""Characters; of a diff, bytes."""
SAME = 80
"""Letters and digits of a nickname that are compared."""
IDS = 60
"""Entries of a list or table of ids."""
ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
LANGUAGE = re.compile(r"[a-z]{2}")


class Refused(Exception):
    """Something that was sent cannot be taken; says what, in words for who writes a client."""


def parse(body: bytes) -> Mapping[str, Any]:
    """Return the object in *body*."""
    try:
        found = json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Refused("The body is not JSON.") from error
    if not isinstance(found, dict):
        raise Refused("The body is not an object.")
    return found


def _no_number(word: str) -> None:
    raise ValueError(word)


def clean(text: str, *, lines: bool = False) -> str:
    """Return *text* without what does not print, or turns what follows around."""
    kept = "\n\t" if lines else ""
    joined = text
    if not (text.isascii() and text.isprintable()):
        joined = "".join(_shown(letter, kept) for letter in unicodedata.normalize("NFC", text))
    return joined if lines else " ".join(joined.split())


def _shown(letter: str, kept: str) -> str:
    if letter in kept:
        return letter
    category = unicodedata.category(letter)
    if category in ("Cc", "Zl", "Zp"):
        return " "
    # Half characters, invisible ones, private ones and those that nobody has given a meaning.
    return "" if category[0] == "C" else letter


def same(nickname: str) -> str:
    """Return *nickname* as it is compared with others."""
    folded = unicodedata.normalize("NFKC", nickname).casefold()
    return "".join(letter for letter in folded if letter.isalnum())[:SAME]


class Fields:
    """The values of an object, each asked for by its name and kind."""

    def __init__(self, data: Any, what: str) -> None:
        if not isinstance(data, dict):
            raise Refused(f"{what} is not an object.")
        self._data, self._what = data, what

    def _value(self, name: str, kind: type | tuple[type, ...], default: Any) -> Any:
        value = self._data.get(name, default)
        if value is ... or not isinstance(value, kind) or isinstance(value, bool) != (kind is bool):
            raise Refused(f"{self._what}: {name} is missing or of another kind.")
        return value

    def text(self, name: str, most: int, *, default: Any = ..., lines: bool = False) -> str:
        """Return a text of at most *most* characters, as it can be shown."""
        value: str = self._value(name, str, default)
        # As it is kept: what looks like one character may come as several, and the other way round.
        shown = clean(value, lines=lines)
        if len(shown) > most:
            raise Refused(f"{self._what}: {name} is longer than {most} characters.")
        return shown

    def diff(self, name: str) -> str:
        """Return a longer text of several lines, bounded in bytes."""
        value = self.text(name, DIFF, lines=True)
        if len(value.encode()) > DIFF:
            raise Refused(f"{self._what}: {name} is larger than {DIFF} bytes.")
        return value

    def id(self, name: str, *, empty: bool = False) -> str:
        """Return the id of something."""
        value: str = self._value(name, str, "" if empty else ...)
        if not (empty and not value) and not ID.fullmatch(value):
            raise Refused(f"{self._what}: {name} is no id.")
        return value

    def ids(self, name: str) -> list[str]:
        """Return a list of ids."""
        values: list[Any] = self._value(name, list, [])
        if len(values) > IDS or not all(isinstance(v, str) and ID.fullmatch(v) for v in values):
            raise Refused(f"{self._what}: {name} is no list of at most {IDS} ids.")
        return values

    def word(self, name: str, *known: str, default: Any = ...) -> str:
        """Return one of the words that are *known*."""
        value: str = self._value(name, str, default)
        if value not in known:
            raise Refused(f"{self._what}: {name} is none of {', '.join(known)}.")
        return value

    def flag(self, name: str, *, default: Any = ...) -> bool:
        """Return a yes or no."""
        value: bool = self._value(name, bool, default)
        return value

    def whole(self, name: str, least: int = 0, *, default: Any = ...) -> int:
        """Return a whole number."""
        value: int = self._value(name, int, default)
        if not least <= value <= MOST_NUMBER:
            raise Refused(f"{self._what}: {name} is out of range.")
        return value

    def seconds(self, name: str) -> float:
        """Return a length of time."""
        value: float = self._value(name, (int, float), 0)
        if not 0 <= value <= MOST_SECONDS:
            raise Refused(f"{self._what}: {name} is out of range.")
        return round(float(value), 3)

    def moment(self, name: str) -> str:
        """Return a moment of somebody's clock, as it was said; it must have a zone."""
        value = self.text(name, 40)
        try:
            if datetime.fromisoformat(value).tzinfo is not None:
                return value
        except ValueError:
            pass
        raise Refused(f"{self._what}: {name} is no moment with a zone.")

    def states(self, name: str, *known: str) -> list[list[str]]:
        """Return pairs of an id and one of the words that are *known*, in their order."""
        table: dict[Any, Any] = self._value(name, dict, {})
        if len(table) > IDS or not all(
            ID.fullmatch(key) and isinstance(value, str) and value in known
            for key, value in table.items()
        ):
            raise Refused(f"{self._what}: {name} is no table of ids and {', '.join(known)}.")
        return [[key, value] for key, value in table.items()]
