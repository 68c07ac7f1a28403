"""Bring a level of an older format to the newest, and keep what its author wrote as it is."""

import ast
from collections.abc import Callable, Mapping
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from tutor.base.errors import TutorError
from tutor.base.files import write_atomic
from tutor.curriculum.format import FORMAT

PHASES = ("prepare", "check", "load", "settle")
HANDED_ON = '''

class Experiment:
    """Hands the functions of this module the lab, phase by phase: `tutor author migrate` wrote it.

    The level was of format 0, where the phases were functions. What the run has to remember may
    stand on this class now, and the functions may become its methods.
    """

    def __init__(self, lab):
        self.lab = lab
'''
PHASE = """
    def {phase}(self):
        {phase}(self.lab)
"""


def migrate(folder: Path) -> tuple[int, int]:
    """Bring the level in *folder* to the newest format; return the one it had, and that.

    Raises:
        TutorError: it is newer than we are, or it cannot be read.
    """
    description = folder / "level.toml"
    document = _document(description)
    before = _format_of(folder, document)
    if before > FORMAT:
        raise TutorError(
            f"{description} has format {before}; this Level Up knows up to {FORMAT}.",
            hint="Update Level Up.",
        )
    for number in range(before, FORMAT):
        MIGRATIONS[number](folder)
    if document.get("format") != FORMAT:
        write_atomic(description, _with_format(document).encode())
    return before, FORMAT


def _document(path: Path) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise TutorError(
            f"{path} cannot be read: {error.strerror}.", hint="Name the folder of a level."
        ) from error
    except (TOMLKitError, ValueError) as error:
        raise TutorError(f"{path} is not TOML: {error}.", hint="Mend that line.") from error


def _with_format(document: tomlkit.TOMLDocument) -> str:
    """Return *document* with the newest format: in the place of the old one, else at its top."""
    if "format" in document:
        document["format"] = FORMAT
        return tomlkit.dumps(document)
    return f"format = {FORMAT}\n{tomlkit.dumps(document)}"


def _format_of(folder: Path, document: tomlkit.TOMLDocument) -> int:
    """Return the format a level has: the one it says, else the one its experiment is written in."""
    said = document.get("format")
    if isinstance(said, int):
        return int(said)
    return 0 if _functions(folder / "experiment.py") else FORMAT


def _functions(path: Path) -> list[str]:
    """Return the phases that are functions of the module at *path*; none beside a class for them.

    Raises:
        TutorError: it is not Python.
    """
    if not path.is_file():
        return []
    try:
        body = ast.parse(path.read_text(encoding="utf-8")).body
    except (SyntaxError, ValueError) as error:
        raise TutorError(f"{path} is not Python: {error}.", hint="Mend that line.") from error
    if any(isinstance(node, ast.ClassDef) and node.name == "Experiment" for node in body):
        return []
    names = {node.name for node in body if isinstance(node, ast.FunctionDef)}
    return [phase for phase in PHASES if phase in names]


def _into_a_class(folder: Path) -> None:
    """Append the class that format 1 asks for to an experiment whose phases are functions."""
    path = folder / "experiment.py"
    phases = _functions(path)
    if phases:
        written = path.read_text(encoding="utf-8").rstrip("\n") + "\n"
        handed = "".join(PHASE.format(phase=phase) for phase in phases)
        write_atomic(path, f"{written}{HANDED_ON}{handed}".encode())


MIGRATIONS: Mapping[int, Callable[[Path], None]] = {0: _into_a_class}
"""From each format to the next, in place."""
