"""A level's sentences with example values, to be read before anything was played."""

from collections.abc import Iterator
from dataclasses import dataclass
from string import Formatter

from tutor.catalogue.forms import EITHER
from tutor.curriculum import Level
from tutor.curriculum.level import Text
from tutor.words.texts import Texts

NUMBER, COUNT = 12.3, 12
"""Stand for a value that a sentence wants in the form of a number, or has a word in number for."""
VALUES = {
    "product": "Monday Warrior Cork Mat",
    "example": "Monday Warrior Cork Mat",
    "field": "price",
    "before": "19.90",
    "after": "20.90",
    "file": "catalog/views.py",
    "line": 12,
    "service": "gunicorn",
    "server": "server1",
}
"""Examples of values that several levels have; any other one is shown by its name."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a level as the learner may read it."""

    place: str
    """Where it stands in ``level.toml``."""
    text: str


def sentences_of(level: Level, language: str) -> Iterator[Sentence]:
    """Yield the sentences of the level's goals, findings and hints, with example values."""
    words = Texts(language)
    texts: dict[str, Text] = {f"goals.{name}": text for name, text in level.goal_texts.items()}
    texts |= {f"findings.{name}": text for name, text in level.finding_texts.items()}
    texts |= {f"hints {number}": hint.text for number, hint in enumerate(level.hints, 1)}
    for place, text in texts.items():
        template = text[language]
        yield Sentence(place, words.filled(template, _values(template, level)))


def _values(template: str, level: Level) -> dict[str, object]:
    """Return an example of each value that *template* asks for."""
    known = {**VALUES, "page": level.page, "path": level.page}
    fields = ((name, form) for _, name, form, _ in Formatter().parse(template) if name)
    return {name: _example(form) or known.get(name, f"‹{name}›") for name, form in fields}


def _example(form: str | None) -> float | None:
    if not form:
        return None
    return COUNT if EITHER in form else NUMBER
