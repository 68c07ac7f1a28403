"""Where results go for those who grade: JUnit and CSV files, and GitHub's own places."""

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tutor.base.errors import TutorError
from tutor.base.files import cannot_write, write_atomic
from tutor.cli.failure import show_notice
from tutor.grading.points import Points
from tutor.words.texts import Texts

if TYPE_CHECKING:
    from tutor.grading.result import Result

F = TypeVar("F", bound=Callable[..., Any])
FILE = click.Path(path_type=Path, dir_okay=False)


def outputs_options(function: F) -> F:
    """Add ``--junit``, ``--csv`` and ``--points``."""
    for option in (
        click.option("--points", "points", metavar="POINTS", default=str(Points())),
        click.option("--csv", "csv_file", type=FILE),
        click.option("--junit", "junit_file", type=FILE),
    ):
        function = option(function)
    return function


class Outputs:
    """Everything that one command writes its results to."""

    def __init__(
        self,
        words: Texts,
        workspace: Path,
        *,
        points: str,
        junit_file: Path | None,
        csv_file: Path | None,
        on_stderr: bool,
    ) -> None:
        """Refuse at once what could not be written at the end, minutes later.

        Raises:
            TutorError: a file cannot be written, or the points are none.
        """
        self.words = words
        self.workspace = workspace
        self.points = Points.parse(points)
        self.junit_file = junit_file
        self.csv_file = csv_file
        self.on_stderr = on_stderr
        for path in filter(None, (junit_file, csv_file)):
            _check_writable(path)

    @property
    def wants_files(self) -> bool:
        """Return whether anything is to be written to a file of the caller's."""
        return bool(self.junit_file or self.csv_file)

    def finish(self, results: "Sequence[Result]") -> None:
        """Write *results* wherever they are wanted."""
        self.write_files(results)
        if os.environ.get("GITHUB_ACTIONS") == "true":
            self._tell_github(results)

    def write_files(self, results: "Sequence[Result]") -> None:
        """Write *results* to the files that were asked for, in place of what is there."""
        if self.junit_file:
            from tutor.grading.junit import junit

            document = junit(self.words, results, self.points, time.time())
            write_atomic(self.junit_file, document)
        if self.csv_file:
            from tutor.grading.table import csv_table

            write_atomic(self.csv_file, csv_table(results, self.points).encode())

    def _tell_github(self, results: "Sequence[Result]") -> None:
        from tutor.grading.github import annotations, summary

        for found in annotations(self.words, results, self.workspace):
            click.echo(found.command(), err=self.on_stderr)
        if place := os.environ.get("GITHUB_STEP_SUMMARY"):
            text = summary(self.words, results, self.points)
            try:
                with Path(place).open("a", encoding="utf-8", errors="replace") as file:
                    file.write(text)
            except OSError as error:
                # The verdict stands, and so does the exit code.
                show_notice(cannot_write(Path(place), error))


def _check_writable(path: Path) -> None:
    folder = path.absolute().parent
    place = path if path.exists() else folder
    if not folder.is_dir():
        raise TutorError.named("no_folder_for", path=path, folder=folder)
    if not os.access(place, os.W_OK):
        raise cannot_write(path, PermissionError(13, os.strerror(13)))
