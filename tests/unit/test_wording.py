"""How it is said: numbers as the language writes them, one word for one thing, hints that begin gently."""

import re
from collections.abc import Iterator

import pytest

from tests.unit.test_docs import GLOSSARY
from tests.unit.test_texts import PROSE, sentences_of
from tutor.catalogue import LANGUAGES, sentences
from tutor.curriculum import Level, load_levels
from tutor.events import RaceStarted, RunFinished
from tutor.judge import Finding, Goal, Kind, Medal, Outcome, Verdict
from tutor.words.texts import Texts
from tutor.words.wording import explained, lanes

LEVELS = load_levels()
CODE = re.compile(
    r"^ *```(?!text|stack)\w+\n.*?^ *```$|`[^`]*`|\]\([^)]*\)", re.MULTILINE | re.DOTALL
)
"""What is quoted as a program writes it; drawings and sums are read as text."""
POINT = re.compile(r"(\S+\s)?(?<![\w.=])\d+\.\d+(?!\.?\w)")
"""A number with decimals behind a point, and the word before it."""
VERSIONED = {"Django", "PostgreSQL", "Redis", "pgbouncer", "la"}
"""After these a number is that of a version."""
ANSWERS = re.compile(r" = |@|\bSET\b|\w\.\w+\(")
"""An assignment, a decorator, a setting of SQL, a call: what to write, and not where to look."""
AVOIDED = re.findall(r"\"([^\"\n]+)\"", GLOSSARY.partition("## In Spanish")[2])


def spoken(language: str) -> Iterator[tuple[str, str]]:
    """Yield everything that is said in *language*, under the name of its place."""
    yield from sentences(language).items()
    for level in LEVELS:
        for name in (*PROSE, "scenes"):
            yield f"{level.slug}, {name}", level.text(name, language)
        for place, text in sentences_of(level):
            yield f"{level.slug}, {place}", text[language]


def test_spanish_decimals_have_a_comma() -> None:
    """In prose, tables and drawings; versions and code stay as programs write them."""
    points = [
        (place, found[0])
        for place, text in spoken("es")
        for found in POINT.finditer(CODE.sub("", text))
        if (found[1] or "").strip(" (*") not in VERSIONED
    ]

    assert points == []


@pytest.mark.parametrize("word", AVOIDED)
def test_spanish_has_one_word_for_one_thing(word: str) -> None:
    """What the glossary says otherwise is said otherwise."""
    said = re.compile(rf"\b{re.escape(word)}", re.IGNORECASE)

    assert [place for place, text in spoken("es") if said.search(" ".join(text.split()))] == []


def test_the_glossary_has_words_that_are_avoided() -> None:
    """The test above looks for something."""
    assert len(AVOIDED) > 8


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.slug)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_hint_asks_and_does_not_answer(level: Level, language: str) -> None:
    """It says where to look; what to write comes later, and comes at last."""
    first, *_, last = (hint.text[language] for hint in level.hints)

    assert not ANSWERS.search(first)
    assert re.search(r"[=(/]", last)


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_lanes_of_a_race_never_bear_one_name(language: str) -> None:
    """The broken shop races against itself where nothing was mended yet."""
    texts = Texts(language)
    for shops in (("broken", "mine"), ("broken", "broken"), ("broken", "fixed"), ("made", "kept")):
        named = lanes(texts, RaceStarted("time_ratio", shops, 5))
        assert len(set(named)) == len(shops), named


@pytest.mark.parametrize(
    ("measured", "said"), [(3, "and not for a number"), (9, "Nothing is lost")]
)
def test_a_fix_that_no_number_refuses_is_said_to_be_refused_by_what_was_seen(
    measured: int, said: str
) -> None:
    """Whoever reads that every goal is met, and is not there yet, looks for the reason."""
    goals = [Goal("few", "queries", Medal.BRONZE, at_most=5), Goal("lean", "slope", Medal.SILVER)]
    results = tuple(goal.compare({"queries": measured}) for goal in goals)
    verdict = Verdict(Outcome.NOT_YET, None, results, (Finding("page_gone", Kind.FOUL),))
    run = RunFinished("r", LEVELS[0].slug, "mine", False, 1.0, verdict, {})

    assert said in explained(Texts("en"), LEVELS[0], run)
