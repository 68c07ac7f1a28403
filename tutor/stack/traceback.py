"""Find the last exception in a log, and the line of the shop it came from."""

import re
from dataclasses import dataclass
from pathlib import Path

HEAD = "Traceback (most recent call last):"
FRAME = re.compile(r'^\s*File "([^"]+)", line (\d+)')
NOTE = re.compile(r"\[?\d{4}-\d\d-\d\d ")
"""What begins a line of a log, the shop's, gunicorn's or Celery's. Processes that share one write
into each other's tracebacks."""
RAISED = re.compile(r"[A-Za-z_][\w.]*(:|$)")
"""What begins the line that ends a traceback."""
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
    tracebacks = [_of_one_traceback(log[head:].splitlines()) for head in reversed(heads)]
    causes = [lines for lines in tracebacks if not lines[-1].startswith(AFTERMATH)]
    if not causes:
        return None
    # One that was cut, or that another process wrote into, says less than a whole one.
    lines = next((lines for lines in causes if RAISED.match(lines[-1])), causes[0])
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
    """Return the lines up to and including the exception's own, without those of a log."""
    kept = lines[:1]
    for text in lines[1:]:
        if NOTE.match(text):
            continue
        kept.append(text)
        if text and not text[0].isspace():
            break
    return kept
