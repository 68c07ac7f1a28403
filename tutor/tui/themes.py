"""Our themes: dark, light, and one with as much contrast as there is."""

import os

from textual.app import App
from textual.theme import Theme

DARK, LIGHT, CONTRAST = "levelup-dark", "levelup-light", "levelup-contrast"
NAMES = {"dark": DARK, "light": LIGHT, "contrast": CONTRAST}
"""What the learner calls them, and what Textual does."""
THEMES = (
    Theme(
        name=DARK,
        dark=True,
        primary="#8fb8ff",
        secondary="#7f9cc7",
        accent="#f2b56b",
        warning="#f2b56b",
        error="#ef7d84",
        success="#7fce9a",
        foreground="#dfe3ee",
        background="#11141d",
        surface="#191d29",
        panel="#232938",
        variables={
            "text-muted": "#98a1b5",
            "border": "#46506a",
            "footer-key-foreground": "#f2b56b",
            "block-cursor-foreground": "#11141d",
            "block-cursor-background": "#8fb8ff",
        },
    ),
    Theme(
        name=LIGHT,
        dark=False,
        primary="#2456a6",
        secondary="#41618f",
        accent="#9a5200",
        warning="#8f5b00",
        error="#b3263a",
        success="#1f7342",
        foreground="#22262f",
        background="#faf7f1",
        surface="#f1ece2",
        panel="#e4ddcf",
        variables={
            "text-muted": "#565b66",
            "border": "#a79f8f",
            "footer-key-foreground": "#854600",
            "block-cursor-foreground": "#ffffff",
            "block-cursor-background": "#2456a6",
        },
    ),
    Theme(
        name=CONTRAST,
        dark=True,
        primary="#ffffff",
        secondary="#ffffff",
        accent="#ffff00",
        warning="#ffff00",
        error="#ff9c9c",
        success="#6dff8b",
        foreground="#ffffff",
        background="#000000",
        surface="#000000",
        panel="#1c1c1c",
        luminosity_spread=0.3,
        text_alpha=1.0,
        variables={
            "text-muted": "#e6e6e6",
            "text-disabled": "#cccccc",
            "foreground-muted": "#e6e6e6",
            "border": "#ffffff",
            "border-blurred": "#ffffff",
            "footer-key-foreground": "#ffff00",
            "block-cursor-foreground": "#000000",
            "block-cursor-background": "#ffff00",
            "block-cursor-blurred-foreground": "#000000",
            "block-cursor-blurred-background": "#ffffff",
        },
    ),
)


class KnowsThemes(App[int]):
    """The part of the app that knows our themes before it reads its first stylesheet.

    A theme that is set later has everything read, and every widget styled, a second time before
    the first frame.
    """

    def begin_with(self, theme: str) -> None:
        """Have *theme* from the start; called before the app is initialised."""
        self.set_reactive(App.theme, theme)

    @property
    def available_themes(self) -> dict[str, Theme]:
        """Textual's themes and ours."""
        return {**super().available_themes, **{theme.name: theme for theme in THEMES}}


def theme_of(remembered: str) -> str:
    """Return the theme for what was remembered; Textual's own light one means ours."""
    if remembered in NAMES.values():
        return remembered
    return LIGHT if remembered == "textual-light" else DARK


def after(theme: str) -> str:
    """Return the theme that the key switches to next."""
    order = list(NAMES.values())
    return order[(order.index(theme) + 1) % len(order)] if theme in order else DARK


def moves(remembered: bool) -> bool:
    """Return whether anything may move: the environment may forbid what is remembered."""
    return remembered and os.environ.get("LEVELUP_MOTION", "").lower() not in ("no", "0", "off")
