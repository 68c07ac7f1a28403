"""What we say to the learner, in the learner's language."""

from collections.abc import Mapping
from typing import Any

from tutor.base.errors import ShopError, TutorError
from tutor.base.numeric import is_number
from tutor.catalogue import fill, filled, problem, sentences
from tutor.catalogue.forms import decimal, number
from tutor.curriculum.figures import RATIO
from tutor.curriculum.level import Level
from tutor.judge import Evidence, Finding, Goal, GoalResult
from tutor.words.rendering import ENGINE, raw, rendered

EXACT, NEAR = 0.5, 0.1
"""How far a guess may be off: as a number, and as a part of what was measured."""


class Texts:
    """The sentences of one language.

    Whatever was recorded, something is said: see :mod:`tutor.words.rendering`.
    """

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, key: str, /, **params: Any) -> str:
        """Return the sentence *key* with *params* filled in."""
        return rendered(
            lambda: fill(self.language, self._template(key), params),
            lambda: raw(key, params),
            f"The text {key!r}",
        )

    def has(self, key: str) -> bool:
        """Return whether there is a sentence *key*."""
        return key in sentences(self.language)

    def error(self, error: TutorError) -> tuple[str, str]:
        """Return what happened and what to do; only what is for authors stays English."""
        return rendered(
            lambda: self._error(error),
            lambda: (error.message, error.hint),
            f"The failure {error.message!r}",
        )

    def error_line(self, error: TutorError) -> str:
        """Return what happened and what to do, on one line."""
        return " ".join(self.error(error)).strip()

    def _error(self, error: TutorError) -> tuple[str, str]:
        if error.said:
            return problem(self.language, error.said)
        if isinstance(error, ShopError):
            return self.filled(self._template(f"findings.{error.id}"), error.params), error.hint
        return error.message, error.hint

    def finding(self, level: Level, finding: Finding) -> str:
        """Return the sentence for *finding*: the level's own, else the engine's.

        One that nobody has a sentence for any more is told by its id and its values.
        """
        whose = level.slug if finding.id in level.finding_texts else ENGINE
        return rendered(
            lambda: self._finding(level, finding),
            lambda: raw(finding.id, finding.params),
            f"The finding {finding.id!r} of {level.slug}",
            whose,
        )

    def _finding(self, level: Level, finding: Finding) -> str:
        # An older journal may name a problem that is no more; it has its English words too.
        if finding.problem and self.has(f"problems.{finding.problem['id']}"):
            return " ".join(problem(self.language, finding.problem)).strip()
        text = level.finding_texts.get(finding.id)
        template = text[self.language] if text else self._template(f"findings.{finding.id}")
        return self.filled(template, finding.params).strip()

    def _template(self, key: str) -> str:
        return sentences(self.language)[key]

    def filled(self, template: str, params: Mapping[str, Any]) -> str:
        """Return *template* with *params* filled in, as far as we have words for them in ours."""
        return filled(self.language, template, params)

    def goal(self, level: Level, result: Goal | GoalResult) -> str:
        """Return the sentence of a goal; its id where the level has it no more."""
        text = level.goal_texts.get(result.id)
        return text[self.language] if text else raw(result.id)

    def step(self, level: Level, id: str, params: Mapping[str, Any]) -> str:
        """Return what the experiment is doing."""
        if id not in level.steps:
            return raw(id, params)
        return rendered(
            lambda: fill(self.language, level.steps[id][self.language], params),
            lambda: raw(id, params),
            f"The step {id!r}",
            level.slug,
        )

    def diagnosis(self, level: Level, choice: str, shown: Evidence | None) -> str:
        """Return the learner's diagnosis beside what speaks for the right one.

        Empty where they made none. Where nothing speaks, nobody says which one is right.
        """
        asked = level.diagnosis
        if asked is None or choice not in asked.choices:
            return ""
        said, right = (asked.choices[name][self.language] for name in (choice, asked.right))
        if shown is None:
            return self("diagnosis.unknown", said=said)
        if choice != asked.right:
            against = asked.against[choice][self.language]
            return self("diagnosis.wrong", said=said, against=against, right=right)
        if shown.goal is not None:
            figure = self.beside(level, shown.goal, shown.before)
            how = "mended" if shown.by_repair else "right"
            return self(f"diagnosis.{how}", said=said, figure=figure)
        return self("diagnosis.cured" if shown.by_win else "diagnosis.found", said=said)

    def measured(self, level: Level, goal: GoalResult) -> str:
        """Return what was measured for *goal*, with what it counts; a dash where nothing was."""
        unit = self.unit(level, goal.measure, goal.value) if goal.value is not None else ""
        return f"{self.number(goal.value)} {unit}".strip()

    def beside(self, level: Level, goal: GoalResult, before: Any) -> str:
        """Return what was measured for *goal*, beside the broken shop's where that is another.

        A ratio has nothing beside it: it compares two shops itself.
        """
        measured = self.measured(level, goal)
        if before is None or before == goal.value or goal.measure.endswith(RATIO):
            return measured
        return self("grading.before", measured=measured, before=self.number(before))

    def prediction(self, level: Level, guess: float | None, measures: Mapping[str, Any]) -> str:
        """Return the learner's guess beside the measurement; empty where there is either none."""
        value = measures.get(level.prediction.measure) if level.prediction else None
        if level.prediction is None or not is_number(guess) or not is_number(value):
            return ""
        measure = level.prediction.measure
        unit = self.unit(level, measure, value) or self.measure(measure)
        off = abs(guess - value)
        how = "exact" if off < EXACT else "near" if off <= NEAR * max(abs(value), 1) else "far"
        return self(
            "prediction.beside",
            guess=self.number(guess),
            value=self.number(value),
            unit=unit,
            comment=self(f"prediction.{how}"),
        )

    def unit(self, level: Level, measure: str, value: object = None) -> str:
        """Return what *measure* counts, after its *value*; empty where the level does not say."""
        is_one = value == 1 and measure in level.units_of_one
        units = level.units_of_one if is_one else level.units
        return units[measure][self.language] if measure in units else ""

    def measure(self, measure: str) -> str:
        """Return what a measure of the engine's own counts; empty where it is for machines only."""
        return sentences(self.language).get(f"measures.{measure}", "")

    # -- numbers -----------------------------------------------------------------------------------

    def number(self, value: Any) -> str:
        """Return a measured value as people write it: three digits where it is no whole one."""
        if value is None:
            return "–"
        if not is_number(value):
            return raw(value)
        return number(self.language, value)

    def fixed(self, value: float, decimals: int = 1) -> str:
        """Return a number with as many *decimals* as the others of its column."""
        return decimal(self.language, f"{value:.{decimals}f}")

    def bound(self, goal: Goal | GoalResult) -> str:
        """Return the bound of a goal, for example ``≤ 12``."""
        if goal.at_most is not None:
            return f"≤ {self.number(goal.at_most)}"
        return f"≥ {self.number(goal.at_least)}"
