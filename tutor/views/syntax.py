"""Where a file cannot be read by the program it is for, as far as that can be told at once."""

import ast
import re
import tomllib
import warnings
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from tutor.base.errors import TutorError

TOML_PLACE = re.compile(r"\s*\(at line (\d+), column (\d+)\)|\s*\(at end of document\)")
TAG = re.compile(r"\{%\s*(\w+)[^%]*%\}")
BLOCKS = (
    *("if", "for", "with", "block", "autoescape", "comment", "filter", "spaceless"),
    *("cache", "ifchanged"),
)
"""Template tags that must be closed."""


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """A place at which a file stops making sense."""

    line: int
    column: int
    """Both from 1; the column 0 where only the line is known."""
    message: str


def problem_in(name: str, text: str) -> SyntaxProblem | None:
    """Return what is wrong with *text*, the content of the file *name*; None where nothing is."""
    if name.endswith(".py"):
        return _in_python(name, text)
    if name.endswith(".toml"):
        return _in_toml(text)
    return _in_template(text) if name.endswith(".html") else None


def first_problem(
    names: Iterable[str], text_of: Callable[[str], str]
) -> tuple[str, SyntaxProblem] | None:
    """Return the first of the files *names* with which something is wrong, and what.

    One that is gone by now has nothing wrong with it.
    """
    for name in names:
        with suppress(TutorError):
            problem = problem_in(name, text_of(name))
            if problem is not None:
                return name, problem
    return None


def _in_python(name: str, text: str) -> SyntaxProblem | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text, name)
    except SyntaxError as error:
        return SyntaxProblem(error.lineno or 1, error.offset or 0, error.msg)
    except (ValueError, RecursionError, MemoryError) as error:
        return SyntaxProblem(1, 0, str(error))
    return None


def _in_toml(text: str) -> SyntaxProblem | None:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        place = TOML_PLACE.search(said)
        message = TOML_PLACE.sub("", said)
        if place and place[1]:
            return SyntaxProblem(int(place[1]), int(place[2]), message)
        return SyntaxProblem(text.count("\n") + 1, 0, message)
    return None


def _in_template(text: str) -> SyntaxProblem | None:
    """Return the first block tag that is not closed, or closes nothing."""
    opened: list[tuple[str, int]] = []
    for number, line in enumerate(text.splitlines(), 1):
        for match in TAG.finditer(line):
            tag = match[1]
            if opened and opened[-1][0] == "comment" and tag != "endcomment":
                continue
            if tag in BLOCKS:
                opened.append((tag, number))
            elif tag.startswith("end") and tag.removeprefix("end") in BLOCKS:
                if not opened or opened[-1][0] != tag.removeprefix("end"):
                    return SyntaxProblem(number, match.start() + 1, f"{{% {tag} %}}?")
                opened.pop()
    if opened:
        tag, number = opened[-1]
        return SyntaxProblem(number, 0, f"{{% {tag} %}} … {{% end{tag} %}}?")
    return None
