"""What is read on screens, as plain lines and in a shell names no key that only one of them has."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.test_texts import sentences_of
from tests.unit.test_wording import spoken
from tutor.author.problems import text_problems
from tutor.base.paths import PACKAGE
from tutor.catalogue import LANGUAGES, sentences
from tutor.cli.plain import commands  # noqa: F401 - it registers them
from tutor.cli.plain.words import find
from tutor.curriculum import Level, load_levels
from tutor.tui.workbench.registry import NAMES, VIEWS
from tutor.words.texts import Texts
from tutor.words.ways import FRONTS, LINK, PROSE, prose, way_names

LEVELS = load_levels()
KEY = re.compile(
    r"\b(tab|pestaña) \d"
    r"|\b(key|tecla) [a-zñ]\b"
    r"|`[a-z]`"
    r"|\b(press|pulsa) [a-z]\b"
    r"|(?<![-\w])[b-z] (shows|opens|takes|answers|changes|runs|checks|gives|looks|swaps|plays)\b"
    r"|\bcon [bcdfghj-np-tv-xz]\b"
    r"|\^[a-z]\b",
    re.IGNORECASE,
)
"""A tab or a key, as it is named to whoever sits before the screens."""
REFERRED = re.compile(r'"(tui\.[a-z_.]+)(\{)?')
SCREENS = ("tui.", "ways.screens.")
ON_SCREENS_ONLY = {"problems.no_editor_hint", "problems.no_suspend_hint", "room.keys"}
"""Hints for failures of a key of the workbench, and the foot of a screen."""


def said_without_screens() -> set[str]:
    """Return the sentences of the screens that plain game and shell say as well."""
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for folder in ("cli", "learner", "seat", "views", "words", "report", "grading")
        for path in sorted(Path(PACKAGE, folder).rglob("*.py"))
    )
    named = REFERRED.findall(code)
    return {
        key
        for key in sentences("en")
        for name, is_begun in named
        if key == name or (is_begun and key.startswith(name))
    }


def test_the_pattern_knows_a_key_when_it_sees_one() -> None:
    """As the briefings said it, and as the screens do."""
    for named in (
        "Tab 4 shows which",
        "en la pestaña 5",
        "and `d` takes your diagnosis",
        "(key z; where you type",
        "(tecla z)",
        "Press b for the details",
        "then press v to run again",
        "Con v llega la prueba",
        "not saved: ^s",
    ):
        assert KEY.search(named), named
    for harmless in (
        "con una sola",
        "a key per visitor",
        "the tab of the browser",
        "`id` and `pk`",
    ):
        assert not KEY.search(harmless), harmless


def test_sentences_of_the_screens_that_others_say_are_found() -> None:
    """Those by name, and those that are put together."""
    assert {"tui.answer.price", "tui.swap.mine", "tui.run.cancelled"} <= said_without_screens()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_for_all_names_a_key_or_a_tab(language: str) -> None:
    """Of levels none; of our sentences none that is said anywhere but on screens."""
    shared = said_without_screens()
    named = [
        f"{place}: {found[0]}"
        for place, text in spoken(language)
        if not place.startswith(SCREENS) or place in shared
        for found in [KEY.search(text)]
        if found and place not in ON_SCREENS_ONLY
    ]

    assert named == []


def test_a_hint_for_screens_is_given_on_screens_only() -> None:
    """The plain game and the shell give another one, or say nothing of the kind."""
    code = "".join(path.read_text() for path in sorted(Path(PACKAGE, "cli").rglob("*.py")))

    for name in ON_SCREENS_ONLY:
        said = name.removeprefix("problems.").removesuffix("_hint")
        assert code.count(f'"{said}"') == code.count(f'"{said}", hint='), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_way_leads_where_it_says(language: str) -> None:
    """The digit is the tab's, the letter is the key's, and the word is a command's."""
    texts, keys = Texts(language), {view.NAME: view.KEY for view in VIEWS}

    assert texts("ways.screens.monitor").endswith(f" {NAMES.index('stack') + 1}")
    assert texts("ways.screens.locks").endswith(f" {keys['locks']}")
    assert texts("ways.screens.diagnose").endswith(" d")
    for name in ("diagnose", "locks"):
        word = re.search(r"`(\S+)`", texts(f"ways.plain.{name}"))
        assert word
        assert find(word[1], texts).name == name


def test_every_front_end_knows_each_way() -> None:
    """None is known on screens alone."""
    ways = {key for key in sentences("en") if key.startswith("ways.")}

    assert len(way_names()) >= 3
    assert ways == {f"ways.{front}.{name}" for front in FRONTS for name in way_names()}


def used(level: Level) -> Iterator[tuple[str, str, str]]:
    """Yield text, language and name of each way that *level* names."""
    for name in PROSE:
        for language in LANGUAGES:
            for found in LINK.finditer(level.text(name, language)):
                yield name, language, found["name"]


def test_levels_say_ways_in_the_words_of_whoever_shows_them() -> None:
    """The same in both languages; nothing of the mark is left."""
    with_ways = [level for level in LEVELS if list(used(level))]
    assert [level.number for level in with_ways] == [2, 3, 5, 11]

    for level in with_ways:
        in_english, in_spanish = (
            sorted(name for _, spoken_in, name in used(level) if spoken_in == language)
            for language in LANGUAGES
        )
        assert in_english == in_spanish
        for front in FRONTS:
            shown = prose(level, "briefing", Texts("en"), front)
            assert "game:" not in shown
            for name in in_english:
                assert f"({Texts('en')(f'ways.{front}.{name}')})" in shown


def test_an_author_is_told_of_a_way_that_there_is_not(tmp_path: Path) -> None:
    """With the nearest one."""
    level = LEVELS[0]
    (tmp_path / "briefing.en.md").write_text("See [the monitor](game:monitr). " + "Look. " * 20)
    astray = Level(**{**{n: getattr(level, n) for n in Level.__slots__}, "folder": tmp_path})

    assert [told for told in text_problems(astray) if "monitr" in told] == [
        "briefing.en.md: no way is called 'monitr'. Did you mean 'monitor'?"
    ]


def test_sentences_of_levels_are_looked_at_too() -> None:
    """The test above reads findings, hints and questions, not prose alone."""
    assert all(any(place.startswith("hints") for place, _ in sentences_of(one)) for one in LEVELS)
