"""A service's log, read so that what went wrong catches the eye."""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from tutor.base.errors import TutorError
from tutor.stack.stack import Stack
from tutor.stack.traceback import HEAD
from tutor.views.complaints import complaints

SIZE = 64_000
"""Bytes of the end of a log that are read."""
ERROR = re.compile(
    r"\b(ERROR|CRITICAL|FATAL|PANIC|SEGFAULT|Errno)\b|\[(error|crit|alert|emerg)\]"
    r"|^(\w+\.)*\w*(Error|Exception|Exit|Warning): |\braised unexpected\b|\" 5\d\d "
)
SERVERS = ("postgres", "replica")
WARNING = re.compile(r"\b(WARNING|WARN)\b|\[warn\]|\" 4\d\d ")


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a log."""

    text: str
    kind: str = ""
    """``error``, ``warning`` or nothing; what belongs to a traceback is an error."""


def log_names(stack: Stack) -> list[str]:
    """Return the names of the logs there are: services first, what ran once after them."""
    names = sorted(path.stem for path in stack.logs.glob("*.log"))
    services = [name for name in names if "-" in name or name in ("postgres", "replica")]
    return [*services, *(name for name in names if name not in services)]


def logs_meant(stack: Stack, word: str) -> list[str]:
    """Return the names of the logs that *word* may mean: its own, or those of a service so called.

    Of the shops that have the service, the one that runs is meant.
    """
    names = log_names(stack)
    if word in names:
        return [word]
    found = [name for name in names if name.rpartition("-")[0] == word]
    if len(found) < 2:
        return found
    return [name for name in found if name in _running(stack)] or found


def _running(stack: Stack) -> set[str]:
    with suppress(TutorError):
        if stack.find():
            return {name for name, one in stack.status().items() if one.running}
    return set()


def read_log(
    stack: Stack, name: str, wanted: str = "", *, errors: bool = False, size: int = SIZE
) -> list[LogLine]:
    """Return the end of the log *name*: the lines with *wanted* in them, or only errors."""
    lines = stack.tail(name, max(size, SIZE)).rstrip().splitlines()
    if name in SERVERS:
        lines += complaints(stack.folder / name)
    return chosen(marked(lines), wanted, errors=errors)


def chosen(lines: Iterable[LogLine], wanted: str, *, errors: bool = False) -> list[LogLine]:
    """Return the lines that hold *wanted*, small or capital; with *errors*, of errors only."""
    wanted = wanted.casefold()
    return [
        line
        for line in lines
        if wanted in line.text.casefold() and (line.kind == "error" or not errors)
    ]


def marked(lines: Iterable[str]) -> list[LogLine]:
    """Return *lines*, each with its kind."""
    found = []
    in_traceback = False
    for text in lines:
        in_traceback = in_traceback or HEAD in text
        found.append(LogLine(text, "error" if in_traceback else _kind(text)))
        if in_traceback and text and not text[0].isspace() and HEAD not in text:
            # The exception itself stands at the margin and ends its traceback.
            in_traceback = False
    return found


def _kind(text: str) -> str:
    if ERROR.search(text):
        return "error"
    return "warning" if WARNING.search(text) else ""
