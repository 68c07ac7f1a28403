"""``tutor author preview``: what a level says, as the learner reads it."""

from collections.abc import Sequence
from dataclasses import replace

import click
from rich.console import Console
from rich.markup import escape

from tutor.author import (
    Proof,
    answers_named,
    is_playable,
    levels_named,
    prove,
    sentences_of,
)
from tutor.base.errors import ExitCode
from tutor.catalogue import LANGUAGES
from tutor.cli.author.proving import proving
from tutor.cli.console import console, print_verdict
from tutor.cli.language import asked_language, language_option
from tutor.cli.options import agreed_option, let_run
from tutor.cli.spoken import Spoken
from tutor.curriculum import Level, corpus
from tutor.curriculum.story import Diagram, Paragraph
from tutor.events import RunFinished
from tutor.words.scenes import scene_for
from tutor.words.texts import Texts


@click.command(cls=Spoken)
@click.argument("level")
@click.option("--texts", "texts_only", is_flag=True)
@click.option("--full", is_flag=True)
@click.option("--only", multiple=True)
@agreed_option
@language_option
def preview(level: str, texts_only: bool, full: bool, only: Sequence[str], agreed: bool) -> int:
    """Read what a level says."""
    (chosen,), levels = levels_named(level)
    languages = [asked_language()] if asked_language() else list(LANGUAGES)
    told = _Preview(console(), chosen, [Texts(language) for language in languages])
    if texts_only:
        told.sentences()
        return ExitCode.DONE
    answers = answers_named(corpus(chosen), only)
    let_run(chosen, agreed=agreed)
    playable = [answer for answer in answers if is_playable(answer)]
    for answer in answers:
        if answer not in playable:
            told.left_out(answer.name, f"needs {answer.needs}, which is not here")
        elif answer.full_only and not full:
            told.left_out(answer.name, "is seen with --full only")
    problems = 0
    with proving() as stack:
        for proof in prove(chosen, levels, stack, playable, quick=not full):
            told.verdict(proof)
            problems += bool(proof.problem)
    return ExitCode.ERROR if problems else ExitCode.DONE


class _Preview:
    """Prints what a level says, in one language after the other."""

    def __init__(self, out: Console, level: Level, languages: Sequence[Texts]) -> None:
        self.out = out
        self.level = level
        self.languages = languages

    def sentences(self) -> None:
        """Print the sentence of each goal, finding and hint, with example values."""
        rows = [list(sentences_of(self.level, texts.language)) for texts in self.languages]
        for same in zip(*rows, strict=True):
            self.out.print(f"[bold]{escape(same[0].place)}[/]")
            for texts, sentence in zip(self.languages, same, strict=True):
                self.out.print(f"  [dim]{texts.language}[/]  {escape(sentence.text)}")

    def left_out(self, name: str, why: str) -> None:
        """Print which answer is not played, and why."""
        self.out.print(f"[dim]– {escape(name)} {escape(why)}[/]")

    def verdict(self, proof: Proof) -> None:
        """Print the verdict of an answer and the scene after it."""
        self.out.rule(escape(proof.answer.name))
        if proof.problem:
            self.out.print(f"[red]✘[/] {escape(proof.problem)}")
        if proof.run is None:
            return
        # The learner's own shop is what they read of.
        run = replace(proof.run, variant="mine")
        for texts in self.languages:
            self.out.print(f"\n[dim]{texts.language}[/]")
            print_verdict(self.out, texts, self.level, run)
            self._scene(texts, run)

    def _scene(self, texts: Texts, run: RunFinished) -> None:
        scene = scene_for(self.level, run.verdict, texts)
        if scene is None:
            return
        self.out.print(f"\n[bold]{escape(scene.title)}[/]")
        for block in scene.blocks:
            self.out.print(escape(_as_line(block)))


def _as_line(block: Paragraph | Diagram) -> str:
    who = f"{block.speaker}: " if isinstance(block, Paragraph) and block.speaker else ""
    return f"{who}{block.text}"
