"""Find the last exception in a log, and the line of the shop it came from."""

import re
from dataclasses import dataclass
from pathlib import Path

HEAD = "Traceback (most recent call last):"
FRAME = re.compile(r'^\s*File "([^"]+)", line (\d+)')
TAIL_LINES = 8
AFTERMATH = "gunicorn.errors.HaltServer"
"""What gunicorn ends with when a worker could not load the shop: why stands before it."""


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
    heads = [match.start() for match in re.finditer(re.escape(HEAD), log)]
    tracebacks = (_of_one_traceback(log[head:].splitlines()) for head in reversed(heads))
    lines = next((t for t in tracebacks if not t[-1].strip().startswith(AFTERMATH)), None)
    if lines is None:
        return None
    file, line = "", 0
    for text in lines:
        match = FRAME.match(text)
        if match and (place := in_shop(match[1], folder)):
            file, line = place, int(match[2])
    tail = _as_known("\n".join(lines[-TAIL_LINES:]), folder, shown_as)
    return Crash(file, line, _as_known(lines[-1].strip(), folder, shown_as), tail)


def in_shop(file: str, folder: Path) -> str:
    """Return *file* relative to *folder*; empty where it lies elsewhere.

    A process knows its folder by the real path, whatever links led us there.
    """
    for root in (folder, folder.resolve()):
        if Path(file).is_relative_to(root):
            return Path(file).relative_to(root).as_posix()
    return ""


def _as_known(text: str, folder: Path, shown_as: Path) -> str:
    """Return *text* with the paths that the learner knows."""
    return text.replace(str(folder.resolve()), str(shown_as)).replace(str(folder), str(shown_as))


def _of_one_traceback(lines: list[str]) -> list[str]:
    """Return the lines up to and including the exception's own."""
    for number, text in enumerate(lines[1:], 1):
        if text and not text[0].isspace():
            return lines[: number + 1]
    return lines
