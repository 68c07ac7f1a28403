"""The terminal game: screens that read events and send wishes.

Only this room knows Textual; the command line opens it with :func:`run` and nobody else comes in.
It may not know a rule of the game. Importing this package is cheap: Textual comes with the call.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tutor.curriculum import Level
    from tutor.learner.session import Session


def run(
    session: "Session",
    level: "Level | None" = None,
    language: str = "",
    *,
    showroom: "Callable[[Session], Any] | None" = None,
) -> int:
    """Play the game in this terminal until the learner leaves; return the exit code.

    Args:
        session: The learner and the workspace.
        level: Where to begin; without it the title comes first.
        language: ``en`` or ``es``; without it the one that is remembered, else the terminal's.
        showroom: What serves the shop to a browser; without it the real one.
    """
    from tutor.tui.garbage import wait_for_first_frame
    from tutor.tui.lean import without_tls

    wait_for_first_frame()
    with without_tls():
        from tutor.tui.app import TutorApp

    app = TutorApp(session, level, language, showroom=showroom)
    try:
        app.run()
    finally:
        session.stack.release()
    return app.return_code or 0
