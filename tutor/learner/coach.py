"""``AGENTS.md``: how a coding assistant in the learner's folder is asked to coach.

The file is ours, and no part of the shop: it is never judged, kept or compared.
"""

import shutil
from pathlib import Path

from tutor.base.files import cannot_write, write_atomic
from tutor.words.texts import Texts

FILE = "AGENTS.md"
MARK = "<!-- Level Up"
"""How ours begins; one that does not is somebody else's."""


def write_coach_file(folder: Path, texts: Texts) -> None:
    """Write the file into the workspace *folder*; one without our mark is left alone.

    Raises:
        TutorError: it cannot be written.
    """
    path = folder / FILE
    page = f"{MARK}: {texts('agents.mark')} -->\n{texts('agents.page', tutor=_program())}"
    try:
        there = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        there = MARK
    except OSError as error:
        raise cannot_write(path, error) from error
    if there.startswith(MARK) and there != page:
        write_atomic(path, page.encode())


def _program() -> str:
    """Return where the command is, for whoever has it on no path."""
    import sysconfig

    beside = Path(sysconfig.get_path("scripts"), "tutor")
    return str(beside if beside.is_file() else shutil.which("tutor") or "tutor")
