"""What levels, goals, findings and hints are called: the tutor's own words, for a page."""

import re
from collections.abc import Sequence
from functools import cache

from tutor.curriculum import Level, load_levels
from tutor.curriculum.story import Paragraph, Scene
from tutor.words.scenes import scenes_of
from tutor.words.texts import Texts

VALUE = re.compile(r"{\w+(?:[:!][^{}]*)?}")
TAIL = re.compile(r"\s*[:—] …\W*(?:\w+ …\W*)?$")
"""The end of a sentence that has nothing but values: ``: … — …, line ….``"""
ASIDE = re.compile(r" \([^()]*…\)")


@cache
def known_levels() -> dict[str, Level]:
    """Return the levels that this machine knows, in the order they are played."""
    return {level.slug: level for level in load_levels()}


@cache
def _scenes(slug: str, language: str) -> dict[str, Scene]:
    """Return the scenes of a level by their finding; like the levels, read once."""
    return scenes_of(known_levels()[slug], language)


def first_goal(slug: str) -> str:
    """Return the goal that a level begins with; empty where we do not know the level."""
    level = known_levels().get(slug)
    return level.goals[0].id if level and level.goals else ""


def goals_of(slug: str, sent: Sequence[str] = ()) -> list[str]:
    """Return the goals of a level in its order; as they were *sent*, where we do not know it."""
    level = known_levels().get(slug)
    return [goal.id for goal in level.goals] if level else list(sent)


class Titles:
    """The words of one language; what we do not know is called by its id."""

    def __init__(self, texts: Texts) -> None:
        self.texts = texts

    def number(self, slug: str) -> str:
        """Return the number of a level."""
        return slug.partition("_")[0].lstrip("0") or slug

    def level(self, slug: str) -> str:
        """Return the title of a level."""
        level = known_levels().get(slug)
        return level.title[self.texts.language] if level else slug

    def goal(self, slug: str, id: str) -> str:
        """Return the sentence of a goal."""
        level = known_levels().get(slug)
        text = level.goal_texts.get(id) if level else None
        return text[self.texts.language] if text else id

    def finding(self, slug: str, id: str) -> str:
        """Return a finding in a few words: the title of its scene, else its first sentence."""
        level = known_levels().get(slug)
        if not id or level is None:
            return id
        scene = _scenes(level.slug, self.texts.language).get(id)
        if scene and scene.title and not VALUE.search(scene.title):
            return scene.title
        text = level.finding_texts.get(id)
        key = f"findings.{id}"
        told = text[self.texts.language] if text else self.texts(key) if self.texts.has(key) else id
        return in_short(without_values(re.split(r"(?<=[.?!]) ", told)[0]))

    def scene(self, slug: str, id: str) -> tuple[str, list[tuple[str, str]]]:
        """Return the scene after a finding: its title, and who says what; nothing where is none."""
        scene = _scenes(slug, self.texts.language).get(id) if slug in known_levels() else None
        if scene is None:
            return "", []
        said = [
            (block.speaker if isinstance(block, Paragraph) else "", block.text)
            for block in scene.blocks
        ]
        told = [(speaker, without_values(text).strip("*")) for speaker, text in said]
        return without_values(scene.title), told

    def hints(self, slug: str) -> list[str]:
        """Return the hints of a level, from gentle to nearly the answer."""
        level = known_levels().get(slug)
        return [hint.text[self.texts.language] for hint in level.hints] if level else []

    def check(self, id: str) -> str:
        """Return what a check of ``tutor doctor`` is called."""
        key = f"doctor.part.{id}"
        return self.texts(key) if self.texts.has(key) else id


def in_short(told: str) -> str:
    """Return a sentence without asides and an end that only values would fill."""
    said = TAIL.sub(".", ASIDE.sub("", told))
    return said.replace("….", "…")


def without_values(text: str) -> str:
    """Return a sentence without the values that only the learner's run knows."""
    return VALUE.sub("…", text)
