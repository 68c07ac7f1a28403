"""What a wrong fix does to the people of the story: a short scene for a verdict."""

import re
from collections.abc import Iterator

from tutor.base.tables import nearest
from tutor.catalogue import LANGUAGES
from tutor.curriculum import Level
from tutor.curriculum.story import Diagram, Paragraph, Scene, read_story
from tutor.judge import Finding, Kind, Outcome, Verdict
from tutor.words.rendering import rendered
from tutor.words.texts import Texts

NAME = "scenes"
HEADING = re.compile(r"(?P<findings>[a-z0-9_, ]+): +(?P<title>.+)")
PLACEHOLDER = re.compile(r"{(\w+)")


def scenes_of(level: Level, language: str) -> dict[str, Scene]:
    """Return the level's scenes by the finding that they follow; none where it has none.

    In ``scenes.LANG.md`` each begins with ``## FINDING: Title``; several findings may share one.
    """
    path = level.folder / f"{NAME}.{language}.md"
    if not path.is_file():
        return {}
    found: dict[str, Scene] = {}
    for scene in read_story(level.text(NAME, language)):
        heading = HEADING.fullmatch(scene.title)
        findings, title = (heading["findings"], heading["title"]) if heading else (scene.title, "")
        for finding in findings.split(","):
            found[finding.strip()] = Scene(title, scene.blocks)
    return found


def scene_for(level: Level, verdict: Verdict, texts: Texts) -> Scene | None:
    """Return the scene that *verdict* leads to, with what was found filled in; None for no scene.

    Only a repair that was judged and not accepted has one: of the first foul, else the first note,
    that the level has written a scene for.
    """
    if verdict.outcome is not Outcome.NOT_YET:
        return None
    what = f"The scene after this verdict of {level.slug}"
    return rendered(lambda: _scene_for(level, verdict, texts), lambda: None, what, level.slug)


def _scene_for(level: Level, verdict: Verdict, texts: Texts) -> Scene | None:
    scenes = scenes_of(level, texts.language)
    for kind in (Kind.FOUL, Kind.NOTE):
        for finding in verdict.findings:
            if finding.kind is kind and finding.id in scenes:
                return _told(scenes[finding.id], finding, texts)
    return None


def _told(scene: Scene, finding: Finding, texts: Texts) -> Scene:
    """Return *scene* with the values of *finding* in its sentences."""

    def said(text: str) -> str:
        return texts.filled(text, finding.params)

    blocks = [
        Paragraph(said(block.text), said(block.speaker))
        if isinstance(block, Paragraph)
        else Diagram(said(block.text), block.kind, said(block.told))
        for block in scene.blocks
    ]
    return Scene(said(scene.title), tuple(blocks))


def scene_problems(level: Level) -> Iterator[str]:
    """Yield what is wrong with the level's scenes."""
    by_language = {language: scenes_of(level, language) for language in LANGUAGES}
    names = sorted({name for scenes in by_language.values() for name in scenes})
    for name in names:
        if name not in level.finding_texts:
            yield f"{NAME}: there is no finding {name!r}. {nearest(name, level.finding_texts)}"
            continue
        known = {*PLACEHOLDER.findall(level.finding_texts[name]["en"])}
        for language, scenes in by_language.items():
            if name not in scenes:
                yield f"{NAME}.{language}.md has no scene for {name!r}."
                continue
            if not scenes[name].title or not scenes[name].blocks:
                yield f"{NAME}.{language}.md: {name!r} needs a title and something that happens."
            for value in sorted(_asked(scenes[name]) - known):
                yield f"{NAME}.{language}.md: {name!r} wants {{{value}}}, which nobody found."


def _asked(scene: Scene) -> set[str]:
    """Return the names that the scene wants filled in."""
    texts = [scene.title, *(block.text for block in scene.blocks)]
    texts += [block.speaker for block in scene.blocks if isinstance(block, Paragraph)]
    return {name for text in texts for name in PLACEHOLDER.findall(text)}
