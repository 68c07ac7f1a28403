"""What we say to the learner, in the learner's language."""

import os
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tutor.curriculum.level import LANGUAGES, Level
from tutor.errors import TutorError
from tutor.judge import Finding, GoalResult

EXACT, NEAR = 0.5, 0.1
"""How far a guess may be off: as a number, and as a part of what was measured."""
EXACT_FROM = 100
"""From here on decimals say nothing."""
FOLDER = Path(__file__).with_name("catalogue")


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Return every sentence of ours by its dotted key."""
    data = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    return dict(_flat(data))


def _flat(table: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, dict):
            rows += _flat(value, f"{prefix}{key}.")
        else:
            rows.append((f"{prefix}{key}", value))
    return rows


class Texts:
    """The sentences of one language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, key: str, /, **params: Any) -> str:
        """Return the sentence *key* with *params* filled in."""
        return fill(catalogue(self.language)[key], params)

    def has(self, key: str) -> bool:
        """Return whether there is a sentence *key*."""
        return key in catalogue(self.language)

    def error(self, error: TutorError) -> tuple[str, str]:
        """Return what happened and what to do, in this language where it can be said in it."""
        return self.problem(error.said) if error.said else (error.message, error.hint)

    def problem(self, said: Mapping[str, Any]) -> tuple[str, str]:
        """Return the sentence about a file of the learner's, and its hint."""
        hints = [name for name in ("near", "known") if name in said]
        hint = f"problems.{hints[0] if hints else said['id'] + '_hint'}"
        return self(f"problems.{said['id']}", **said), self(hint, **said)

    def finding(self, level: Level, finding: Finding) -> str:
        """Return the sentence for *finding*: the level's own, else the engine's."""
        if said := finding.params.get("said"):
            return " ".join(self.problem(said))
        text = level.finding_texts.get(finding.id)
        template = (
            text[self.language] if text else catalogue(self.language)[f"findings.{finding.id}"]
        )
        return self.filled(template, finding.params)

    def filled(self, template: str, params: Mapping[str, Any]) -> str:
        """Return *template* with *params* filled in, as far as we have words for them in ours."""
        return fill(template, self._worded(template, params))

    def _worded(self, template: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return *params* with what an experiment can only say in English said in this language."""
        worded = dict(params)
        for name, value in params.items():
            if isinstance(value, str) and self.has(f"words.{name}.{value}"):
                word = self(f"words.{name}.{value}")
                begins = template.startswith(f"{{{name}}}")
                worded[name] = word[0].upper() + word[1:] if begins else word
        return worded

    def goal(self, level: Level, result: GoalResult) -> str:
        """Return the sentence of a goal."""
        return level.goal_texts[result.id][self.language]

    def step(self, level: Level, id: str, params: Mapping[str, Any]) -> str:
        """Return what the experiment is doing."""
        return fill(level.steps[id][self.language], params) if id in level.steps else id

    def diagnosis(self, level: Level, choice: str) -> str:
        """Return the learner's diagnosis beside the measurement; empty where there is none."""
        asked = level.diagnosis
        if asked is None or choice not in asked.choices:
            return ""
        said, right = (asked.choices[name][self.language] for name in (choice, asked.right))
        if choice == asked.right:
            return self("diagnosis.right", said=said)
        against = asked.against[choice][self.language]
        return self("diagnosis.wrong", said=said, against=against, right=right)

    def prediction(self, level: Level, guess: float | None, measures: Mapping[str, Any]) -> str:
        """Return the learner's guess beside the measurement; empty where there is either none."""
        value = measures.get(level.prediction.measure) if level.prediction else None
        if level.prediction is None or guess is None or not isinstance(value, int | float):
            return ""
        measure = level.prediction.measure
        unit = self.unit(level, measure) or self.measure(measure)
        off = abs(guess - value)
        how = "exact" if off < EXACT else "near" if off <= NEAR * max(abs(value), 1) else "far"
        return self(
            "prediction.beside",
            guess=numeral(guess),
            value=numeral(value),
            unit=unit,
            comment=self(f"prediction.{how}"),
        )

    def unit(self, level: Level, measure: str) -> str:
        """Return what *measure* counts; empty where the level does not say."""
        return level.units[measure][self.language] if measure in level.units else ""

    def measure(self, measure: str) -> str:
        """Return what a measure of the engine's own counts; empty where it is for machines only."""
        return catalogue(self.language).get(f"measures.{measure}", "")


def fill(template: str, params: Mapping[str, Any]) -> str:
    """Return *template* with its parameters; one that is missing stays visible."""
    return template.format_map(_Visible(params))


def numeral(value: float) -> str:
    """Return a number as people write it: three digits are enough where it is no whole one."""
    if float(value).is_integer() or abs(value) >= EXACT_FROM:
        return f"{value:.0f}"
    return f"{value:.3g}"


class _Visible(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


def language_of_environment() -> str:
    """Return the language the terminal asks for; English where we do not speak it."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return value[:2] if value[:2] in LANGUAGES else "en"
    return "en"
