"""The question before the program of a level pack first runs."""

from collections.abc import Callable

from tutor.curriculum import Level
from tutor.tui.base import TutorScreen


def once_agreed(screen: TutorScreen, level: Level, then: Callable[[], None]) -> None:
    """Do *then*, if *level* is ours or of a pack the learner lets run; else ask first."""
    file, pack, texts = screen.session.progress_file, level.pack, screen.tutor.texts
    if pack is None or file.is_agreed(level):
        then()
        return

    def answered(yes: bool | None) -> None:
        if yes:
            with screen.explained():
                file.agree(pack)
                then()

    def question() -> str:
        told = texts("pack.told", pack=pack.key, folder=level.folder.parent)
        return f"{told}\n\n{texts('pack.question')}"

    screen.tutor.navigator.confirm(question, lambda: texts("pack.yes"), answered)
