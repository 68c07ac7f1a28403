"""Results for GitHub Actions: annotations beside the lines, and a summary of the step in Markdown.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

import os
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from tutor.base.text import cut
from tutor.grading.cases import place_of, why_left_out
from tutor.grading.points import Points
from tutor.grading.result import Result
from tutor.judge import Finding, GoalResult, Kind, Outcome
from tutor.words.texts import Texts

MOST = 10
"""Annotations of one kind that GitHub takes from a step; it drops the others in silence."""
LARGEST = 1_000_000
"""Bytes; a summary of more than a megabyte is refused as a whole."""
DETAILED = 20
"""So many results have their goals told one by one."""
KINDS = {Outcome.WON: "notice", Outcome.CANNOT_TELL: "warning"}
"""By outcome, what kind of annotation tells of it; an error the others."""
MARKS = {True: "✔", False: "✘"}
STRUCTURE = re.compile(r"[\\`*_\[\]{}<>()#|~@&!$]|:(?=//)")
LONGEST = 600
"""Characters of a reason in the table."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """One message, beside a line of a file where it has one."""

    kind: str
    """``error``, ``warning`` or ``notice``."""
    message: str
    title: str
    file: str = ""
    line: int = 0

    def command(self) -> str:
        """Return the workflow command that makes it."""
        where = {"file": self.file, "line": str(self.line)} if self.file else {}
        named = ",".join(f"{k}={_property(v)}" for k, v in {**where, "title": self.title}.items())
        return f"::{self.kind} {named}::{_data(self.message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


# -- annotations -----------------------------------------------------------------------------------


def annotations(
    texts: Texts, results: Sequence[Result], workspace: Path, env: Mapping[str, str] = os.environ
) -> list[Annotation]:
    """Return what is worth a note on the page of the run: each verdict, and each line it names.

    No more of a kind than GitHub shows; the last of them says how many are missing.
    """
    root = Path(env.get("GITHUB_WORKSPACE", "."))
    by_kind: dict[str, list[Annotation]] = {"error": [], "warning": [], "notice": []}
    for result in results:
        by_kind[_kind(result)].append(_verdict(texts, result))
    for result in results:
        for found in _places(texts, result, workspace, root):
            by_kind[found.kind].append(found)
    return [one for kind in by_kind.values() for one in _fitting(texts, kind)]


def _fitting(texts: Texts, found: list[Annotation]) -> list[Annotation]:
    if len(found) <= MOST:
        return found
    more = texts("grading.more", count=len(found) - MOST + 1)
    return [*found[: MOST - 1], Annotation(found[0].kind, more, "Level Up")]


def _kind(result: Result) -> str:
    return KINDS.get(result.run.verdict.outcome, "error") if result.run else "error"


def _verdict(texts: Texts, result: Result) -> Annotation:
    lines = [outcome_of(texts, result), *_reasons(texts, result)]
    if result.counters:
        lines.append(texts("grading.counters"))
    return Annotation(_kind(result), "\n".join(filter(None, lines)), name_of(texts, result))


def _reasons(texts: Texts, result: Result) -> list[str]:
    """Return everything for which a level is not won."""
    level, run = result.level, result.run
    if run is None or level is None or run.verdict.won:
        return [result.why]
    grave = [f for f in run.verdict.findings if f.kind is not Kind.NOTE and not place_of(f)]
    missed = [goal for goal in run.verdict.goals if not goal.met and goal.value is not None]
    told = [texts.finding(level, finding) for finding in grave]
    return list(dict.fromkeys([*told, *(texts.goal(level, goal) for goal in missed)]))


def _places(texts: Texts, result: Result, workspace: Path, root: Path) -> Iterator[Annotation]:
    """Yield what a run says of a line; where a bundle was judged, the line is in no repository."""
    level, run = result.level, result.run
    if run is None or level is None or result.source or result.variant != "mine":
        return
    for finding in run.verdict.findings:
        if place := place_of(finding):
            file, line = place
            said = texts.finding(level, finding)
            path = _in_repository(workspace / file, root)
            yield Annotation(_kind(result), said, name_of(texts, result), path, line)


def _in_repository(path: Path, root: Path) -> str:
    path, root = path.absolute(), root.absolute()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


# -- the summary -----------------------------------------------------------------------------------


def summary(texts: Texts, results: Sequence[Result], points: Points) -> str:
    """Return *results* as Markdown: a table, and what each goal came to."""
    won = sum(result.medal is not None for result in results)
    reached = sum(points.of(result.medal) for result in results)
    head = texts(
        "grading.summary",
        won=won,
        levels=len(results),
        points=reached,
        most=points.gold * len(results),
    )
    worth = texts("grading.points", bronze=points.bronze, silver=points.silver, gold=points.gold)
    lines = [f"## Level Up: {plain(head)}", ""]
    if any(result.counters for result in results):
        lines += [plain(texts("grading.counters")), ""]
    if any(result.quick for result in results):
        lines += [plain(texts("grading.quick")), ""]
    columns = ("level", "verdict", "medal", "points", "why")
    titles = [texts(f"grading.column.{name}") for name in columns]
    lines += [_row(titles), _row(["---"] * len(titles), as_is=True)]
    lines += [_row(_cells(texts, result, points)) for result in results]
    lines += ["", plain(worth), ""]
    if len(results) <= DETAILED:
        lines += [line for result in results for line in _details(texts, result)]
    return _bounded(texts, lines)


def _bounded(texts: Texts, lines: Sequence[str]) -> str:
    """Return *lines* as far as GitHub takes them; the last one says how many are missing."""
    ends = list(accumulate(len(line.encode(errors="replace")) + 1 for line in lines))
    kept = bisect_right(ends, LARGEST)
    told = [] if kept == len(lines) else ["", plain(texts("grading.more", count=len(lines) - kept))]
    return "\n".join([*lines[:kept], *told]) + "\n"


def _cells(texts: Texts, result: Result, points: Points) -> list[str]:
    medal = texts(f"medal.{result.medal}") if result.medal else "–"
    verdict = texts(f"outcome.{result.outcome}")
    worth = f"{points.of(result.medal)}/{points.gold}"
    return [name_of(texts, result), verdict, medal, worth, cut(result.why, LONGEST)]


def _details(texts: Texts, result: Result) -> Iterator[str]:
    level, run = result.level, result.run
    if run is None or level is None:
        return
    yield from ("<details>", f"<summary>{plain(name_of(texts, result))}</summary>", "")
    titles = [texts(f"grading.column.{name}") for name in ("goal", "medal", "measured", "needed")]
    yield _row(["", *titles])
    yield _row(["---"] * (len(titles) + 1), as_is=True)
    for goal in run.verdict.goals:
        measured = texts.measured(level, goal)
        sentence, medal = texts.goal(level, goal), texts(f"medal.{goal.medal}")
        yield _row([_mark(goal), sentence, medal, measured, texts.bound(goal)])
    for left in result.left_out:
        medal, why = texts(f"medal.{left.medal}"), why_left_out(texts, result, left)
        yield _row(["–", texts.goal(level, left), medal, why, texts.bound(left)])
    yield ""
    yield from (f"- {plain(_told(texts, result, finding))}" for finding in run.verdict.findings)
    yield from ("", "</details>", "")


def _told(texts: Texts, result: Result, finding: Finding) -> str:
    assert result.level is not None
    return texts.finding(result.level, finding)


def _mark(goal: GoalResult) -> str:
    return MARKS[goal.met] if goal.value is not None else "–"


def _row(cells: Sequence[str], *, as_is: bool = False) -> str:
    return f"| {' | '.join(cells if as_is else map(plain, cells))} |"


def plain(text: str) -> str:
    """Return *text* as Markdown that says it letter by letter, on one line.

    What could be markup, a link or somebody's name is written as the number of its character.
    """
    return STRUCTURE.sub(lambda found: f"&#{ord(found[0])};", " ".join(text.split()))


def name_of(texts: Texts, result: Result) -> str:
    """Return what a result is about: the bundle, the level's number and its title."""
    level = result.level
    named = f"{level.number} {level.title[texts.language]}" if level else ""
    return " · ".join(filter(None, (result.source, named)))


def outcome_of(texts: Texts, result: Result) -> str:
    """Return the outcome and the medal that counts."""
    said = texts(f"outcome.{result.outcome}")
    return f"{said} – {texts(f'medal.{result.medal}')}" if result.medal else said
