"""What went wrong with requests of a crowd, said in the learner's language."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, TypeGuard

from tutor.catalogue.words import said as said_as

Kinds = list[tuple[int, str]]
"""How often, and what, in the words of the load generator."""

_PLACEHOLDER = re.compile(r"\\\{(\w+)\\\}")


def are_kinds(value: Any) -> TypeGuard[Kinds]:
    """Return whether *value* is a list of kinds, or the JSON that was made of one."""
    return (
        isinstance(value, list | tuple)
        and bool(value)
        and all(
            isinstance(kind, list | tuple) and len(kind) == 2 and isinstance(kind[1], str)
            for kind in value
        )
    )


def listed(language: str, kinds: Iterable[tuple[int, str]], words: Mapping[str, str]) -> str:
    """Return *kinds* with their numbers, as part of a sentence."""
    return ", ".join(f"{count} × {failure(language, message, words)}" for count, message in kinds)


def failure(language: str, message: str, words: Mapping[str, str]) -> str:
    """Return *message* in *language*, its values in *words*; as it is where nobody knows it."""
    if language == "en":
        return message
    for pattern, said in _sentences(language):
        if match := pattern.fullmatch(message):
            values = match.groupdict()
            return said.format(**{name: said_as(words, name, values[name]) for name in values})
    return message


@cache
def _sentences(language: str) -> list[tuple[re.Pattern[str], str]]:
    """Return a pattern for each English sentence, the longest first, and what is said for it."""
    import tomllib
    from pathlib import Path

    data = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    rows = sorted(data["failure"], key=lambda row: -len(row["en"]))
    return [
        (
            re.compile(_PLACEHOLDER.sub(r"(?P<\1>.*?)", re.escape(row["en"])), re.DOTALL),
            row[language],
        )
        for row in rows
    ]
