"""Judge bundles that were handed in: a line for each level in each, and one table."""

import json
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, nullcontext
from pathlib import Path

import click
from rich.console import Console

from tutor.base.errors import ExitCode
from tutor.cli.outputs import Outputs
from tutor.cli.results import ResultPrinter, document_of_all
from tutor.cli.speech import paints
from tutor.grading.manifest import printable
from tutor.grading.regrade import Terms, judge_bundle
from tutor.grading.result import Result, worst
from tutor.words.texts import Texts


def judge_bundles(
    paths: Sequence[Path],
    terms: Terms,
    words: Texts,
    out: Console,
    outputs: Outputs,
    *,
    as_json: bool,
) -> ExitCode:
    """Judge what is in *paths*, tell, and return the worst exit code.

    The files are written anew after each bundle: who is interrupted after hours has those hours.
    """
    printer = ResultPrinter(words, out, outputs.points)
    rows: list[Result] = []
    for path, name in zip(paths, names_of(paths), strict=True):
        for row in _judged(path, name, terms, words, out, silent=as_json):
            rows.append(row)
            if not as_json:
                printer.tell(row)
        outputs.write_files(rows)
    if as_json:
        told = document_of_all(words, rows, outputs.points)
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        printer.table(rows)
    outputs.finish(rows)
    return worst(row.code for row in rows)


def _judged(
    path: Path, name: str, terms: Terms, words: Texts, out: Console, *, silent: bool
) -> Iterator[Result]:
    waiting = out.status(name) if paints() and not silent else nullcontext()
    with waiting, closing(judge_bundle(path, name, terms, words)) as results:
        yield from results


def names_of(paths: Sequence[Path]) -> list[str]:
    """Return what to call each bundle: its file's name, or its whole path where two share one."""
    times = Counter(_small(path.name) for path in paths)
    return [
        printable(path.name if times[_small(path.name)] == 1 else path.as_posix()) for path in paths
    ]


def _small(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
