"""Every sentence of ours, in each language: ``en.toml`` and ``es.toml``, and how one is said.

What ``--help`` says is in ``en.help.toml`` and ``es.help.toml``, and what the instructor's board
says in ``en.room.toml`` and ``es.room.toml``. Everybody comes in: this is the
lowest room, so that a failure can be raised by its name wherever it happens.
It may not know anything of the tutor.
"""

import os
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from tutor.catalogue.failures import are_kinds, listed
from tutor.catalogue.forms import Value
from tutor.catalogue.words import said as said_as

LANGUAGES = ("en", "es")


def language_of_environment() -> str:
    """Return the language the terminal asks for; English where we do not speak it."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return value[:2] if value[:2] in LANGUAGES else "en"
    return "en"


@cache
def sentences(language: str) -> Mapping[str, str]:
    """Return every sentence of ours by its dotted key; read when first asked for."""
    return {**_read(language), **_read(f"{language}.room"), **help_sentences(language)}


@cache
def help_sentences(language: str) -> Mapping[str, str]:
    """Return what ``--help`` says, alone: it is read in a tenth of the time of the rest."""
    return _read(f"{language}.help")


def _read(name: str) -> dict[str, str]:
    # Most commands never fail: what only a failure needs is not imported before it.
    from pathlib import Path

    from tutor.toml import read_toml

    return dict(_flat(read_toml(Path(__file__).with_name(f"{name}.toml"))))


def _flat(table: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, dict):
            rows += _flat(value, f"{prefix}{key}.")
        else:
            rows.append((f"{prefix}{key}", value))
    return rows


def problem(language: str, said: Mapping[str, Any]) -> tuple[str, str]:
    """Return what happened and what to do: ``problems.<id>`` and its hint, with their values.

    The hint is ``problems.<hint>`` where *said* names one, because several failures share it or
    one failure has several; else ``problems.<id>_hint``, and nothing where there is none.
    """
    known = sentences(language)
    hint = known.get(f"problems.{said.get('hint') or said['id'] + '_hint'}", "")
    worded = {key: _cause(language, value) for key, value in said.items()}
    told = (filled(language, text, worded) for text in (known[f"problems.{said['id']}"], hint))
    message, cure = (text.strip() for text in told)
    return message, cure


def _cause(language: str, value: Any) -> Any:
    """Return *value*; one that is a failure itself, as its sentence with what to do about it."""
    if not isinstance(value, Mapping):
        return value
    if "finding" in value:
        return filled(language, sentences(language)[f"findings.{value['finding']}"], value)
    return " ".join(problem(language, value)).strip()


def filled(language: str, template: str, params: Mapping[str, Any]) -> str:
    """Return *template* with *params*, as far as we have words for them in those of *language*.

    ``words.<name>.<value>`` says a value that code and experiments can only say in English, and
    :mod:`tutor.catalogue.failures` what went wrong in a crowd.
    """
    known = sentences(language)
    worded = dict(params)
    for name, value in params.items():
        if are_kinds(value):
            worded[name] = listed(language, value, known)
        elif isinstance(value, str):
            word = said_as(known, name, value)
            begins = f"words.{name}.{value}" in known and template.startswith(f"{{{name}}}")
            worded[name] = word[0].upper() + word[1:] if begins else word
    return fill(language, template, worded)


def fill(language: str, template: str, params: Mapping[str, Any]) -> str:
    """Return *template*, a sentence of *language*, with its parameters.

    One that is missing stays visible, and one of a kind that nobody expected is said as it is: a
    number that is none is no reason to say nothing. ``{count:visit|visits}`` is a word in number.
    """
    told = template.format_map(_Visible(language, params)).translate(SURROGATES)
    return DOUBLED.sub(".", told)


SURROGATES = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
"""Half characters, as in names of files that are no text: neither terminal nor file takes them."""


DOUBLED = re.compile(r"(?<=[^\s./])\.\.(?=\s|$)")
"""The stop of a sentence behind a value that brought its own."""


class _Visible(dict[str, Any]):
    def __init__(self, language: str, params: Mapping[str, Any]) -> None:
        super().__init__({name: Value(language, value) for name, value in params.items()})
        self.language = language

    def __missing__(self, key: str) -> Value:
        return Value(self.language, f"{{{key}}}")
