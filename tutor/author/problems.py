"""What is missing or wrong in a level's texts and files, found without playing it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tutor.base.errors import TutorError
from tutor.base.tables import nearest
from tutor.catalogue import LANGUAGES
from tutor.curriculum import Level, draws
from tutor.curriculum.compose import HERE, files_of, inherited, overlay, regressed
from tutor.curriculum.level import Text
from tutor.lab.experiment import sources_of_experiment
from tutor.words.scenes import scene_problems
from tutor.words.ways import way_problems

PROSE = ("story", "briefing", "lesson", "answer")
FEWEST_WORDS = 20
PLACEHOLDER = re.compile(r"{(\w+)")


def text_problems(level: Level) -> Iterator[str]:
    """Yield what is missing or wrong in the level's texts and files."""
    for name in PROSE:
        for language in LANGUAGES:
            path = level.folder / f"{name}.{language}.md"
            if not path.is_file():
                yield f"{path.name} is missing."
            elif len(path.read_text(encoding="utf-8").split()) < FEWEST_WORDS:
                yield f"{path.name} is all but empty."
    yield from _sentence_problems(level)
    yield from scene_problems(level)
    yield from way_problems(level)
    yield from _finding_problems(level)
    if not sources_of_experiment(level.folder):
        yield "experiment.py is missing."
    if not (level.folder / "locustfile.py").is_file():
        yield "locustfile.py is missing."


def _finding_problems(level: Level) -> Iterator[str]:
    """Yield where a finding is named that the level has not."""
    for hint in level.hints:
        for word in set(hint.after) - set(level.finding_texts):
            yield f"a hint waits for {word!r}. {nearest(word, level.finding_texts)}"
    for name, word in level.told_briefly.items():
        if word not in level.finding_texts:
            yield f"findings.{name}: quick is {word!r}. {nearest(word, level.finding_texts)}"


def _sentence_problems(level: Level) -> Iterator[str]:
    """Yield the sentences that are empty in a language, or name other values in it."""
    sentences = {f"findings.{k}": t for k, t in level.finding_texts.items()}
    sentences |= {f"goals.{k}": t for k, t in level.goal_texts.items()}
    sentences |= {f"steps.{k}": t for k, t in level.steps.items()}
    sentences |= dict(_diagnosis_sentences(level))
    sentences |= {f"hints {n}": hint.text for n, hint in enumerate(level.hints, 1)}
    sentences |= {f"regressions/{r.name}": r.title for r in level.regressions}
    for place, text in sentences.items():
        if not all(text[language].strip() for language in LANGUAGES):
            yield f"{place}: a language is empty."
        if len({frozenset(PLACEHOLDER.findall(text[language])) for language in LANGUAGES}) > 1:
            yield f"{place}: the languages name different values."


def _diagnosis_sentences(level: Level) -> Iterator[tuple[str, Text]]:
    """Yield what the level asks before the repair; none where it asks nothing."""
    if level.prediction is not None:
        yield "prediction", level.prediction.question
    asked = level.diagnosis
    if asked is not None:
        yield "diagnosis", asked.question
        yield from ((f"diagnosis.choices.{name}", text) for name, text in asked.choices.items())
        yield from ((f"diagnosis.against.{name}", text) for name, text in asked.against.items())


def file_problems(level: Level, levels: Sequence[Level]) -> Iterator[str]:
    """Yield what is wrong with the level's overlays."""
    earlier = inherited(level, levels)
    broken, fixed = (earlier | overlay(level, variant) for variant in ("broken", "fixed"))
    for name in level.files:
        if name not in broken:
            yield f"files: {name} is not in the shop. {nearest(name, broken)}"
    for variant in ("both", "broken", "fixed", HERE):
        for name, path in files_of(level.folder / variant).items():
            if name in earlier and earlier[name].read_bytes() == path.read_bytes():
                yield f"{variant}/{name} is stored although it is unchanged."
        if variant == "both":
            earlier |= files_of(level.folder / variant)
    yield from _regression_problems(level, broken)
    if _contents(broken) == _contents(fixed) and not level.regressions:
        yield "broken and fixed are the same shop."


def _regression_problems(level: Level, shop: Mapping[str, Path]) -> Iterator[str]:
    """Yield what is wrong with the level's regressions: each must fit, and any that are drawn."""
    goals, findings = {goal.id for goal in level.goals}, level.finding_texts
    for regression in level.regressions:
        if regression.breaks not in goals:
            yield f"{regression.name} breaks no goal. {nearest(regression.breaks, goals)}"
        if regression.shows not in findings:
            yield f"{regression.name} shows no finding. {nearest(regression.shows, findings)}"
        if not regression.level < level.number:
            yield f"{regression.name} is not about an earlier level."
    for drawn in draws(level):
        try:
            regressed(shop, drawn)
        except TutorError as error:
            yield f"{' + '.join(r.name for r in drawn)}: {error.message}"


def _contents(files: Mapping[str, Path]) -> dict[str, bytes]:
    return {name: path.read_bytes() for name, path in files.items()}
