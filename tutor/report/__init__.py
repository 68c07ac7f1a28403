"""The report: what was done in each level, as one HTML file that needs nothing else.

The command line and the game come in, with a session.
It may not know a service or a screen, and measures nothing: it reads what the learner's room kept.
"""

from pathlib import Path

from tutor.base.files import write_atomic
from tutor.learner.session import Session
from tutor.report.data import gather
from tutor.report.page import page
from tutor.words.texts import Texts

DEFAULT_FILE = "levelup-report.html"


def write_report(session: Session, texts: Texts, path: Path, name: str = "Betty") -> Path:
    """Write the report of a learner to *path* and return it, absolute.

    Raises:
        TutorError: it cannot be written there.
    """
    html = page(gather(session, texts), texts, name)
    target = path.expanduser().absolute()
    write_atomic(target, html.encode(errors="replace"), mode=0o644)
    return target
