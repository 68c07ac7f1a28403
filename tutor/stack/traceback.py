"""Find the last exception in a log, and the line of the shop it came from."""

import re
from dataclasses import dataclass
from pathlib import Path

HEAD = "Traceback (most recent call last):"
FRAME = re.compile(r'^\s*File "([^"]+)", line (\d+)')
TAIL_LINES = 8


@dataclass(frozen=True, slots=True)
class Crash:
    """An exception: where it came from and what it said."""

    file: str
    """Relative to the shop; empty where the shop's files are not in the traceback."""
    line: int
    error: str
    """The last line: the exception's name and message."""
    tail: str
    """The traceback's last lines, with paths as the learner knows them."""


def last_crash(log: str, folder: Path, shown_as: Path) -> Crash | None:
    """Return the last exception in *log*; None where there is none."""
    start = log.rfind(HEAD)
    if start < 0:
        return None
    lines = _of_one_traceback(log[start:].splitlines())
    file, line = "", 0
    for text in lines:
        match = FRAME.match(text)
        if match and Path(match[1]).is_relative_to(folder):
            file, line = Path(match[1]).relative_to(folder).as_posix(), int(match[2])
    tail = "\n".join(lines[-TAIL_LINES:]).replace(str(folder), str(shown_as))
    error = lines[-1].strip().replace(str(folder), str(shown_as))
    return Crash(file, line, error, tail)


def _of_one_traceback(lines: list[str]) -> list[str]:
    """Return the lines up to and including the exception's own."""
    for number, text in enumerate(lines[1:], 1):
        if text and not text[0].isspace():
            return lines[: number + 1]
    return lines
