"""What is left once every level is won: better medals, and the certificates."""

from collections.abc import Callable

from tutor.curriculum import Level
from tutor.learner.way import left
from tutor.tui.base import TutorScreen

CERTIFICATES = "certificates"
"""What is chosen beside the levels."""


def offer_what_is_left(screen: TutorScreen, go: Callable[[Level], None]) -> None:
    """Let the learner choose from *screen*; *go* goes on with the level that is chosen."""
    session = screen.session
    levels = {level.slug: level for level in left(session)}
    if not levels:
        screen.tutor.navigator.to_certificate()
        return

    def choices() -> dict[str, str]:
        medals, language = session.progress, screen.language
        rows = {
            slug: screen.t(
                "left.level",
                number=level.number,
                title=level.title[language],
                medal=screen.tutor.texts(f"medal.{medals.of(slug).medal}"),
            )
            for slug, level in levels.items()
        }
        return {**rows, CERTIFICATES: screen.t("left.certificates")}

    def then(chosen: str | None) -> None:
        if chosen == CERTIFICATES:
            screen.tutor.navigator.to_certificate()
        elif chosen is not None:
            go(levels[chosen])

    screen.tutor.navigator.choose(lambda: screen.t("left.heading"), choices, "", then)
