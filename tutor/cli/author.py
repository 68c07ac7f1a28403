"""``tutor author``: tools for authors of levels."""

import json
import time
from collections.abc import Iterable, Sequence

import click

from tutor import interrupts
from tutor.author import Proof, file_problems, is_playable, prove, text_problems
from tutor.cli.console import console
from tutor.cli.options import json_option
from tutor.cli.spoken import SpokenGroup
from tutor.curriculum import Answer, Level, corpus, find_level, load_levels
from tutor.errors import ExitCode, UsageError
from tutor.paths import data_root
from tutor.stack.runlock import run_lock
from tutor.stack.stack import Stack
from tutor.tables import nearest


@click.group(cls=SpokenGroup)
def command() -> None:
    """Tools for authors of levels."""


@command.command()
@click.argument("level", required=False, default="")
@click.option("--quick", is_flag=True)
@click.option("--only", multiple=True)
@click.option("--times", default=1, show_default=True)
@json_option
def check(level: str, quick: bool, only: Sequence[str], times: int, as_json: bool) -> int:
    """Prove a level, or all of them."""
    levels = load_levels()
    chosen = [find_level(level, levels)] if level else levels
    problems = 0
    documents = []
    stack = Stack(data_root() / "stacks" / "author")
    with run_lock(stack.folder):
        # Nobody else proves anything here: otherwise every answer would fail for that.
        stack.up()
    try:
        for one in chosen:
            answers = _chosen(corpus(one), only)
            checker = _Checker(one, as_json)
            problems += checker.texts(levels)
            checker.leave_out(answer for answer in answers if not is_playable(answer))
            answers = [answer for answer in answers if is_playable(answer)]
            for _ in range(times):
                for proof in prove(one, levels, stack, answers, quick=quick):
                    problems += checker.tell(proof)
            documents += checker.documents
    finally:
        stack.release()
        interrupts.wait(stack.wait_until_gone)
    if as_json:
        click.echo(json.dumps({"problems": problems, "answers": documents}, ensure_ascii=False))
    else:
        click.secho(f"\n{problems} problems" if problems else "\nProved.", bold=True)
    return ExitCode.ERROR if problems else ExitCode.DONE


def _chosen(answers: list[Answer], only: Sequence[str]) -> list[Answer]:
    names = [answer.name for answer in answers]
    for name in only:
        if name not in names:
            raise UsageError(f"There is no answer {name!r}.", hint=nearest(name, names))
    return [answer for answer in answers if not only or answer.name in only]


class _Checker:
    """Prints how the proof goes."""

    def __init__(self, level: Level, as_json: bool) -> None:
        self.level = level
        self.out = console(err=as_json)
        self.documents: list[dict[str, object]] = []
        self._since = time.monotonic()

    def texts(self, levels: Sequence[Level]) -> int:
        """Print what is wrong with texts and files; return how much."""
        self.out.rule(self.level.slug)
        found = [*text_problems(self.level), *file_problems(self.level, levels)]
        for problem in found:
            self.out.print(f"[red]✘[/] {problem}", markup=True)
        if not found:
            self.out.print("[green]✔[/] texts and files")
        return len(found)

    def leave_out(self, answers: Iterable[Answer]) -> None:
        """Print which answers cannot be played on this machine."""
        for answer in answers:
            self.out.print(f"[dim]– {answer.name:32} needs {answer.needs}, which is not here[/]")

    def tell(self, proof: Proof) -> int:
        """Print one proof; return 1 if it failed."""
        seconds = time.monotonic() - self._since
        self._since = time.monotonic()
        verdict = proof.run.verdict if proof.run else None
        said = (verdict.medal or verdict.outcome) if verdict else "–"
        sign = "[red]✘[/]" if proof.problem else "[green]✔[/]"
        why = proof.answer.refused or (proof.answer.medal or "refused")
        self.out.print(
            f"{sign} {proof.answer.name:32} {said!s:12} {why!s:18} [dim]{seconds:5.1f} s[/]"
        )
        if proof.problem:
            self.out.print(f"    {proof.problem}", markup=False)
        self.documents.append(
            {
                "level": self.level.slug,
                "answer": proof.answer.name,
                "outcome": str(said),
                "problem": proof.problem or None,
                "seconds": round(seconds, 2),
                "measures": proof.run.measures if proof.run else {},
            }
        )
        return bool(proof.problem)
