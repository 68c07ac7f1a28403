"""Every sentence is there in both languages and asks for the same values."""

import re
from collections.abc import Iterator
from string import Formatter

import pytest

from tutor.catalogue import LANGUAGES, fill, filled, language_of_environment, sentences
from tutor.curriculum import Level, load_levels
from tutor.curriculum.level import Text
from tutor.curriculum.story import Paragraph, read_story
from tutor.judge import Finding, Kind
from tutor.lab.experiment import sources_of_experiment
from tutor.lab.instruments.outsiders import AT_WORK
from tutor.words.texts import Texts

LEVELS = load_levels()
PROSE = ("story", "briefing", "lesson", "answer")


def placeholders(text: str) -> set[str]:
    """Return the names that *text* wants filled in."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def sentences_of(level: Level) -> Iterator[tuple[str, Text]]:
    """Yield every sentence of a level under the name of its place."""
    yield "title", level.title
    yield "summary", level.summary
    for place in ("goal_texts", "units", "finding_texts", "steps"):
        for name, text in getattr(level, place).items():
            yield f"{place}.{name}", text
    if asked := level.diagnosis:
        yield "diagnosis", asked.question
        for name, text in {**asked.choices, **asked.against}.items():
            yield f"diagnosis.{name}", text
    for number, hint in enumerate(level.hints, 1):
        yield f"hints.{number}", hint.text


def test_both_catalogues_have_the_same_sentences() -> None:
    """A key of one language is a key of the other."""
    first, second = (set(sentences(language)) for language in LANGUAGES)

    assert first == second


@pytest.mark.parametrize("key", sorted(sentences("en")))
def test_a_sentence_asks_for_the_same_values_in_both_languages(key: str) -> None:
    """Neither language drops or invents a value, and none is empty."""
    texts = [sentences(language)[key] for language in LANGUAGES]

    assert all(text.strip() for text in texts)
    assert placeholders(texts[0]) == placeholders(texts[1])


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.slug)
def test_a_level_speaks_both_languages(level: Level) -> None:
    """Each of its sentences is there twice and wants the same values."""
    for place, text in sentences_of(level):
        assert set(text) == set(LANGUAGES), place
        assert all(text[language].strip() for language in LANGUAGES), place
        assert placeholders(text["en"]) == placeholders(text["es"]), place


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.slug)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_level_tells_its_story_in_both_languages(level: Level, language: str) -> None:
    """Story, briefing, lesson and answer are written."""
    for name in PROSE:
        assert level.text(name, language).strip(), name


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.slug)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_story_ends_with_an_open_picture(level: Level, language: str) -> None:
    """What stands on the stage after any verdict tells nothing that the verdict may contradict."""
    pictures = [scene.stack for scene in read_story(level.text("story", language)) if scene.stack]

    assert "?" in pictures[-1]


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.slug)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["story", "scenes"])
def test_the_story_itself_names_no_code(level: Level, language: str, name: str) -> None:
    """What it says stands in italics as a whole, and marks of code within are shown as they are."""
    scenes = read_story(level.text(name, language))

    told = [
        block.text for scene in scenes for block in scene.blocks if isinstance(block, Paragraph)
    ]
    told = [text for text in told if text.startswith("*")]

    assert told
    assert not [text for text in told if "`" in text]


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.slug)
def test_an_experiment_says_only_what_its_level_can_say(level: Level) -> None:
    """Each finding, foul and step that the code names has a sentence; each goal has a unit."""
    sources = sources_of_experiment(level.folder)
    code = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    found = set(re.findall(r'lab\.(?:find|foul)\(\s*"(\w+)"', code))
    steps = set(re.findall(r'lab\.step\(\s*"(\w+)"', code))

    assert found, "the pattern finds nothing"
    assert found <= set(level.finding_texts)
    assert steps <= set(level.steps)
    assert {goal.measure for goal in level.goals} <= set(level.units)
    assert {word for hint in level.hints for word in hint.after} <= set(level.finding_texts)


@pytest.mark.parametrize(
    ("language", "many", "one"),
    [("en", "statements", "statement"), ("es", "sentencias", "sentencia")],
)
def test_one_of_it_is_counted_as_one(language: str, many: str, one: str) -> None:
    """One statement, two statements, no statements; as a label it stands for all."""
    texts, level = Texts(language), LEVELS[0]

    assert texts.unit(level, "queries", 1) == one
    assert {texts.unit(level, "queries", value) for value in (None, 0, 1.5, 2)} == {many}
    assert texts.unit(level, "p95_ms", 1) == texts.unit(level, "p95_ms")


def test_a_level_s_own_sentence_comes_before_the_engine_s() -> None:
    """A finding of the level is told in the level's words, any other in ours."""
    level = LEVELS[0]
    name, text = next(iter(level.finding_texts.items()))

    assert Texts("es").finding(level, Finding(name, Kind.FOUL)) == fill("es", text["es"], {})
    ours = Finding("ours", Kind.OURS, {"message": "It broke.", "hint": "Mend it."})
    assert Texts("en").finding(level, ours) == "It broke. Mend it."


def test_what_an_experiment_says_in_english_is_said_in_the_language_of_the_game() -> None:
    """Nobody without a name and no job stays English, nor small at the head of a sentence."""
    level = next(level for level in LEVELS if "wrong_cart" in level.finding_texts)
    values = {"who": "a stranger", "path": "/", "pieces": 2, "shown": 0}
    finding = Finding("wrong_cart", Kind.NOTE, values)

    assert Texts("en").finding(level, finding).startswith("A stranger has 2 things")
    assert Texts("es").finding(level, finding).startswith("Una desconocida tiene 2 cosas")


def test_fields_and_queues_are_said_in_the_language_of_the_game() -> None:
    """A field by what people call it; of a queue each, with its lock behind; names stay."""
    chain = "accountant ← migrate (AccessExclusive) ← reader (AccessShare)"
    said = filled("es", "{field}, {chain}", {"field": "old_price", "chain": chain})

    queue = "contable ← migrate (AccessExclusive) ← quien lee (AccessShare)"
    assert said == f"El precio anterior, {queue}"
    assert filled("es", "{field}", {"field": "is_monday"}) == "is_monday"
    assert filled("en", "{chain}", {"chain": chain}) == chain


def test_those_outside_are_said_in_the_language_of_the_game() -> None:
    """The bank and the tax office, alone and together, as whoever looks after them names them."""
    names = sorted(set(re.findall(r"\('([a-z ]+)', '\w+'", AT_WORK)))
    assert len(names) == 2

    for language in LANGUAGES:
        for off in ([names[0]], [names[1]], names):
            said = filled(language, "{who}", {"who": ", ".join(off)})
            assert said.casefold() != ", ".join(off), language


def test_decimals_are_written_as_the_language_writes_them() -> None:
    """In sentences, in numbers beside them and in bounds; what the shop said stays as it was."""
    told = "{seconds:g} s, {ratio}, {page}"
    values = {"seconds": 1.5, "ratio": 0.25, "page": "19.90"}
    assert fill("es", "{seconds} s", {"seconds": 2.0}) == "2 s"

    assert fill("es", told, values) == "1,5 s, 0,25, 19.90"
    assert fill("en", told, values) == "1.5 s, 0.25, 19.90"
    assert [Texts("es").number(value) for value in (58.72, 201.4, 3.0, None)] == [
        "58,7",
        "201",
        "3",
        "–",
    ]
    assert Texts("es").fixed(3) == "3,0"
    goal = next(goal for goal in LEVELS[0].goals if goal.measure == "time_ratio")
    assert (Texts("es").bound(goal), Texts("en").bound(goal)) == ("≤ 0,6", "≤ 0.6")


def test_a_word_beside_a_number_is_in_its_number() -> None:
    """One visit, two visits, no visits."""
    told = "{count} {count:visita|visitas}"

    assert [fill("es", told, {"count": count}) for count in (0, 1, 2)] == [
        "0 visitas",
        "1 visita",
        "2 visitas",
    ]


def test_a_sentence_has_one_full_stop() -> None:
    """Also behind a reason that brings its own; dots that mean something stay."""
    told = "{path}: {reason}."

    assert fill("en", told, {"path": "../x", "reason": "It is gone."}) == "../x: It is gone."
    assert fill("en", "cd {path}", {"path": "../.."}) == "cd ../.."


def test_a_missing_value_stays_visible() -> None:
    """A sentence is never lost because a value is."""
    assert fill("en", "{shown} of {expected}", {"shown": 3}) == "3 of {expected}"


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({"LANG": "es_MX.UTF-8"}, "es"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LC_ALL": "es_ES", "LANG": "en_US"}, "es"),
        ({"LC_ALL": "", "LANG": "es"}, "es"),
        ({}, "en"),
    ],
)
def test_the_terminal_chooses_the_language(
    variables: dict[str, str], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Spanish for a Spanish terminal, English for every other."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert language_of_environment() == language


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.slug)
def test_a_machine_too_busy_is_told_without_a_blank(level: Level) -> None:
    """The engine's sentence names a factor of a race; a level that knows none has its own."""
    for path in sources_of_experiment(level.folder):
        for given in re.findall(r"\.too_noisy\((.*)\)$", path.read_text(), re.MULTILINE):
            assert "noise=" in given or "too_noisy" in level.finding_texts, given
