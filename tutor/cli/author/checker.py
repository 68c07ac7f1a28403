"""How the proof of a level is told, answer by answer."""

import time
from collections.abc import Iterable, Sequence

from rich.markup import escape

from tutor.author import Proof, file_problems, text_problems
from tutor.cli.console import console
from tutor.curriculum import Answer, Level


class Checker:
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
            self.out.print(f"[red]✘[/] {escape(problem)}")
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
