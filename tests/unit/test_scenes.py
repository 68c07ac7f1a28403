"""A wrong fix has its scene: found by what the verdict found, in both languages."""

from dataclasses import replace
from pathlib import Path

import pytest

from tutor.author import text_problems
from tutor.catalogue import LANGUAGES
from tutor.curriculum import Level, load_levels
from tutor.curriculum.story import Diagram, Paragraph, read_story
from tutor.judge import Finding, Kind, Outcome, Verdict
from tutor.words.scenes import scene_for, scene_problems, scenes_of
from tutor.words.texts import Texts

LEVELS = load_levels()
FEWEST = {1: 3, 2: 3, 3: 3, 4: 3, 5: 3, 6: 3, 7: 2, 8: 3, 9: 3, 10: 3, 11: 7, 12: 7}
STALE = Finding("stale_page", Kind.FOUL, {"product": "Cork Mat", "before": "39", "after": "44"})
REPEATS = Finding("repeats", Kind.NOTE, {"times": 200})
WIDEST, HIGHEST = 74, 9
"""What a picture may take on a stage of 80×24."""


def verdict(*findings: Finding, outcome: Outcome = Outcome.NOT_YET) -> Verdict:
    return Verdict(outcome, None, (), findings)


def said(scene: object) -> str:
    return " ".join(block.text for block in scene.blocks)  # type: ignore[attr-defined]


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.slug)
def test_each_scene_follows_a_finding_and_speaks_both_languages(level: Level) -> None:
    """What `tutor author check` says of the scenes of our own levels: nothing."""
    assert not list(scene_problems(level))
    for language in LANGUAGES:
        different = {scene.title for scene in scenes_of(level, language).values()}
        assert len(different) >= FEWEST[level.number]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_scene_tells_what_was_found(language: str) -> None:
    """Product and prices are those of the run."""
    scene = scene_for(LEVELS[0], verdict(STALE), Texts(language))

    assert scene is not None
    assert "Cork Mat" in said(scene)
    assert "44" in said(scene)
    assert "{" not in said(scene)


def test_who_was_found_may_speak() -> None:
    """A speaker may be a value of the finding, by the name that the learner reads."""
    level = next(level for level in LEVELS if "anothers_token" in level.finding_texts)
    finding = Finding("anothers_token", Kind.NOTE, {"who": "a stranger", "status": 403})

    for language, speaker in (("en", "A stranger"), ("es", "Una desconocida")):
        scene = scene_for(level, verdict(finding), Texts(language))
        assert scene is not None
        assert isinstance(first := scene.blocks[0], Paragraph)
        assert first.speaker == speaker


def test_a_foul_comes_before_a_note() -> None:
    """What refused the repair decides, wherever it stands in the verdict."""
    english = Texts("en")
    both, note = verdict(REPEATS, STALE), verdict(REPEATS)

    assert scene_for(LEVELS[0], both, english) == scene_for(LEVELS[0], verdict(STALE), english)
    assert scene_for(LEVELS[0], note, english) != scene_for(LEVELS[0], both, english)


@pytest.mark.parametrize("outcome", [one for one in Outcome if one is not Outcome.NOT_YET])
def test_only_a_refused_repair_has_a_scene(outcome: Outcome) -> None:
    """Nobody is teased for a win, for a busy machine or for a fault of ours."""
    assert scene_for(LEVELS[0], verdict(STALE, outcome=outcome), Texts("en")) is None


def test_a_finding_without_a_scene_has_none() -> None:
    """A level need not have a scene for everything, nor any at all."""
    unknown = Finding("page_fails", Kind.FOUL, {})

    assert scene_for(LEVELS[0], verdict(unknown), Texts("en")) is None


@pytest.mark.parametrize(
    ("english", "problem"),
    [
        ("## stale_pag: T\n\n**Betty:** Oh.\n", "there is no finding 'stale_pag'"),
        ("## stale_page: T\n\n**Betty:** {nobody}.\n", "wants {nobody}, which nobody found"),
        ("## stale_page\n\n**Betty:** Oh.\n", "needs a title"),
        ("## repeats: T\n\n**Betty:** Oh.\n", "scenes.es.md has no scene for 'repeats'"),
    ],
)
def test_the_author_hears_of_a_scene_that_cannot_be_played(
    tmp_path: Path, english: str, problem: str
) -> None:
    """A typo in a finding, a value, a title, or only one language."""
    level = replace(LEVELS[0], folder=tmp_path)
    spanish = english.replace("repeats", "stale_page")
    (tmp_path / "scenes.en.md").write_text(english)
    (tmp_path / "scenes.es.md").write_text(spanish)

    assert any(problem in told for told in scene_problems(level))
    assert any(problem in told for told in text_problems(level))


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.slug)
@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_fit_the_smallest_stage(level: Level, language: str) -> None:
    """No picture of the stack is wider or higher than a terminal of 80×24 can show."""
    story = read_story(level.text("story", language))
    scenes = [*story, *scenes_of(level, language).values()]
    pictures = [b.text for scene in scenes for b in scene.blocks if isinstance(b, Diagram)]

    assert pictures
    for picture in pictures:
        lines = picture.split("\n")
        assert len(lines) <= HIGHEST, picture
        assert max(map(len, lines)) <= WIDEST, picture


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.slug)
def test_the_stack_grows_alike_in_both_languages(level: Level) -> None:
    """A story draws it at least twice, in the same scenes in English and in Spanish."""
    drawn = [[bool(s.stack) for s in read_story(level.text("story", lang))] for lang in LANGUAGES]

    assert drawn[0] == drawn[1]
    assert sum(drawn[0]) >= 2


def test_a_story_is_read_block_by_block() -> None:
    """Narration, dialogue and pictures keep their order; a picture knows its kind."""
    text = "## One\n\n*Quiet.*\n\n```stack\n A -> B\n```\n\n**Betty:** Two\nlines.\n\n```html\n<p>\n```\n"

    (scene,) = read_story(text)

    assert scene.title == "One"
    assert scene.stack == " A -> B"
    assert scene.blocks == (
        Paragraph("*Quiet.*"),
        Diagram(" A -> B", "stack"),
        Paragraph("Two lines.", "Betty"),
        Diagram("<p>", "html"),
    )
