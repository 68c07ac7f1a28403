"""``tutor author check``: prove levels, once or whenever a file of one is saved."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import click
from rich.markup import escape

from tutor.author import answers_named, is_playable, levels_named, prove
from tutor.base.errors import ExitCode, TutorError, UsageError
from tutor.cli.author.checker import Checker
from tutor.cli.author.proving import proving
from tutor.cli.console import console
from tutor.cli.failure import show_failure
from tutor.cli.options import agreed_option, json_option, let_run, stack_option
from tutor.cli.spoken import Spoken
from tutor.curriculum import Level, corpus
from tutor.stack.stack import Stack


@click.command(cls=Spoken)
@click.argument("level", required=False, default="")
@click.option("--quick", is_flag=True)
@click.option("--only", multiple=True)
@click.option("--times", default=1, show_default=True)
@click.option("--watch", is_flag=True)
@agreed_option
@json_option
@stack_option
def check(
    level: str,
    quick: bool,
    only: Sequence[str],
    times: int,
    watch: bool,
    agreed: bool,
    as_json: bool,
    where: str,
) -> int:
    """Prove a level, or all of them."""
    if watch and not level:
        raise UsageError("--watch needs a level.", hint="For example: tutor author check 3 --watch")
    wanted = _Wanted(level, quick, only, times, as_json)
    # What is wrong with the words is said before anything is started.
    for one in wanted.levels():
        let_run(one, agreed=agreed)
    with proving(where) as stack:
        return wanted.watch(stack) if watch else wanted.prove(stack)


@dataclass
class _Wanted:
    """What the command line asks to be proved, and how."""

    level: str
    quick: bool
    only: Sequence[str]
    times: int
    as_json: bool
    _known: list[Level] = field(default_factory=list)

    def levels(self) -> list[Level]:
        """Read the levels anew and return those that are to be proved."""
        chosen, self._known = levels_named(self.level)
        for one in chosen:
            answers_named(corpus(one), self.only)
        return chosen

    def prove(self, stack: Stack) -> int:
        """Prove each level and tell the outcome; return the exit code."""
        problems = 0
        documents: list[dict[str, Any]] = []
        for one in self.levels():
            checker = Checker(one, self.as_json)
            problems += self._prove(one, checker, stack)
            documents += checker.documents
        if self.as_json:
            told = {"problems": problems, "answers": documents}
            click.echo(json.dumps(told, ensure_ascii=False))
        else:
            click.secho(f"\n{problems} problems" if problems else "\nProved.", bold=True)
        return ExitCode.ERROR if problems else ExitCode.DONE

    def _prove(self, level: Level, checker: Checker, stack: Stack) -> int:
        answers = answers_named(corpus(level), self.only)
        problems = checker.texts(self._known)
        checker.leave_out(answer for answer in answers if not is_playable(answer))
        playable = [answer for answer in answers if is_playable(answer)]
        for _ in range(self.times):
            for proof in prove(level, self._known, stack, playable, quick=self.quick):
                problems += checker.tell(proof)
        return problems

    def watch(self, stack: Stack) -> int:
        """Prove now, and again whenever a file of the level is saved, until interrupted."""
        from tutor.learner.watch import changes

        (level,) = self.levels()
        out = console(err=self.as_json)
        # What is saved during a proof is noticed after it.
        watched = changes(level.folder)
        try:
            self._attempt(stack)
            for changed in watched:
                out.rule(escape(", ".join(sorted(changed))), style="dim")
                self._attempt(stack)
        except KeyboardInterrupt:
            return ExitCode.INTERRUPTED
        return ExitCode.DONE

    def _attempt(self, stack: Stack) -> None:
        """Prove once; a level that cannot be read is said to be so, and may be mended."""
        try:
            self.prove(stack)
        except TutorError as error:
            show_failure(error)
