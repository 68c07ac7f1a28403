"""Each lesson has its parts, in both languages and in the same order."""

import re

import pytest

from tutor.catalogue import LANGUAGES
from tutor.curriculum import Level, load_levels

LEVELS = load_levels()
PARTS = {
    "en": (
        "What happened",
        "The mental model",
        "A case in the wild",
        "docs",
        "Three things to try",
    ),
    "es": (
        "Qué pasó",
        "El modelo mental",
        "Un caso real",
        "documentación",
        "Tres cosas para probar",
    ),
}
DJANGO = "https://docs.djangoproject.com/en/5.2/"
LINK = re.compile(r"\]\((https://[^)\s]+)\)")
CODE = re.compile(r"^ *```\w+[^\n]*\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
WIDEST = 72
"""Columns of a line of code in a terminal of 80: no line of code is ever wrapped."""
HEADING = re.compile(r"^## +(.+)$", re.MULTILINE)


def parts(text: str) -> dict[str, str]:
    """Return the parts of a lesson by their headings."""
    pieces = HEADING.split(text)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.slug)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_lesson_has_its_five_parts(level: Level, language: str) -> None:
    """What happened, the model, a real incident with its link, the docs, three things to try."""
    found = parts(level.text("lesson", language))
    places = [
        next((n for n, heading in enumerate(found) if part in heading), None)
        for part in PARTS[language]
    ]

    assert None not in places, f"missing: {places} of {list(found)}"
    assert places == sorted(places)  # type: ignore[type-var]
    what, model, case, docs, tries = (list(found.values())[place or 0] for place in places)
    assert len(what.split()) > 30
    assert len(model.split()) > 30
    assert [link for link in LINK.findall(case) if "docs.djangoproject.com" not in link]
    assert [link for link in LINK.findall(docs) if link.startswith(DJANGO)]
    assert re.findall(r"^(\d)\. ", tries, re.MULTILINE) == ["1", "2", "3"]


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.slug)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["briefing", "lesson", "answer"])
def test_no_code_is_cut_off_at_80_columns(level: Level, language: str, name: str) -> None:
    """Neither Python nor a drawing: its end may be what it is about."""
    lines = [line for code in CODE.findall(level.text(name, language)) for line in code.split("\n")]

    assert [line for line in lines if len(line) > WIDEST] == []


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.slug)
def test_both_languages_lead_to_the_same_places(level: Level) -> None:
    """A link of one lesson is a link of the other, and Django's docs are those of 5.2."""
    english, spanish = (LINK.findall(level.text("lesson", language)) for language in LANGUAGES)

    assert set(english) == set(spanish)
    for link in english:
        assert "docs.djangoproject.com" not in link or link.startswith(DJANGO)
