"""Plays as they are remembered: one JSON line each, appended, so that a study can go on."""

import hashlib
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tutor.author import Fault, Proof
from tutor.catalogue import LANGUAGES
from tutor.curriculum import Answer, Level
from tutor.curriculum.compose import compose, compose_answer, files_of
from tutor.events import RunFinished

JUDGED_BY = (".py", ".toml")
"""What of a level's folder decides a verdict; its prose does not."""
NEAR = 1.5
"""A measure within this factor of a bound is near it."""


@dataclass(frozen=True, slots=True)
class Play:
    """One play of one answer."""

    level: str
    answer: str
    digest: str
    """Of the shop that was played and of the level that judged it; another one is another play."""
    commit: str
    """Of the project, as it was played."""
    busy: bool
    right: bool
    """Whether the answer must win."""
    outcome: str
    medal: str
    reasons: tuple[str, ...]
    """What was found, and which goals were missed."""
    fault: str
    """As :class:`tutor.author.Fault` names it; empty where the verdict is as it must be."""
    problem: str
    seconds: float
    near: dict[str, float] = field(default_factory=dict)
    """By measure, the values that came near a bound."""

    @property
    def said(self) -> str:
        """What the learner was told, in short; empty where nothing about the shop was said."""
        if self.fault in (Fault.CANNOT_TELL, Fault.OUR_FAULT):
            return ""
        return f"{self.outcome} {self.medal}".strip()


def digest_of(level: Level, answer: Answer, levels: Sequence[Level]) -> str:
    """Return what names the shop of *answer*, and the level as it judges it."""
    judge = {n: p for n, p in files_of(level.folder).items() if "/" not in n or "experiment/" in n}
    parts: list[tuple[str, Mapping[str, Path]]] = [
        ("judge", {n: p for n, p in judge.items() if n.endswith(JUDGED_BY)}),
        ("fixed", compose(level, "fixed", levels)),
        ("answer", compose_answer(level, answer, levels)),
    ]
    found = hashlib.sha256(f"{answer.medal} {answer.refused} {answer.refused_busy}".encode())
    for part, files in parts:
        for name, path in sorted(files.items()):
            found.update(f"\0{part}\0{name}\0".encode() + _judging(path))
    return found.hexdigest()[:12]


def _judging(path: Path) -> bytes:
    """Return what of a file decides a verdict: all of it, except for the words of a level."""
    data = path.read_bytes()
    if path.name != "level.toml":
        return data
    return json.dumps(_without_words(tomllib.loads(data.decode())), sort_keys=True).encode()


def _without_words(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {name: _without_words(inner) for name, inner in value.items()}
        return {name: inner for name, inner in kept.items() if name not in LANGUAGES}
    return [_without_words(inner) for inner in value] if isinstance(value, list) else value


def near_bounds(run: RunFinished) -> dict[str, float]:
    """Return the measures of *run* that came within a factor of :data:`NEAR` of a bound."""
    near = {}
    for goal in run.verdict.goals:
        bounds = [bound for bound in (goal.at_most, goal.at_least) if bound]
        value = goal.value
        if not isinstance(value, int | float) or isinstance(value, bool):
            continue
        if any(bound / NEAR <= value <= bound * NEAR for bound in bounds):
            near[goal.measure] = float(value)
    return near


def play_of(level: Level, digest: str, proof: Proof, *, commit: str, busy: bool) -> Play:
    """Return what is remembered of *proof*."""
    run, answer = proof.run, proof.answer
    verdict = run.verdict if run else None
    found = {finding.id for finding in verdict.findings} if verdict else set()
    missed = {goal.id for goal in verdict.goals if not goal.met} if verdict else set()
    return Play(
        level=level.slug,
        answer=answer.name,
        digest=digest,
        commit=commit,
        busy=busy,
        right=answer.medal is not None,
        outcome=verdict.outcome if verdict else "none",
        medal=(verdict.medal or "") if verdict else "",
        reasons=tuple(sorted(found | missed)),
        fault=proof.fault or "",
        problem=proof.problem[:600],
        seconds=run.seconds if run else 0.0,
        near=near_bounds(run) if run else {},
    )


def read_plays(path: Path) -> list[Play]:
    """Return the plays in *path*; a last line that was cut off is left out."""
    return list(_read(path.read_text(encoding="utf-8").splitlines())) if path.exists() else []


def _read(lines: Iterable[str]) -> Iterator[Play]:
    for line in lines:
        try:
            data: dict[str, Any] = json.loads(line)
        except ValueError:
            continue
        yield Play(**{**data, "reasons": tuple(data["reasons"])})


def append(path: Path, play: Play) -> None:
    """Write *play* behind the others, on a line of its own whatever was cut off before."""
    line = json.dumps(asdict(play), ensure_ascii=False)
    with path.open("a+b") as file:
        if file.tell() and not _ends_a_line(path):
            file.write(b"\n")
        file.write(f"{line}\n".encode())


def _ends_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, 2)
        return file.read() == b"\n"
