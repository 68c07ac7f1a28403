"""How the learner likes it: language, theme, motion, pace."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets.option_list import Option

from tutor.catalogue import LANGUAGES
from tutor.tui import themes
from tutor.tui.base import Dialog
from tutor.tui.keys import key
from tutor.tui.widgets.plain import OptionList, Static

SWITCH = ("on", "off")


@dataclass(frozen=True, slots=True)
class Setting:
    """One line of the dialog."""

    name: str
    values: tuple[str, ...]
    current: str
    choose: Callable[[str], Awaitable[None] | None]


class SettingsDialog(Dialog[None]):
    """A line per setting; enter or the arrows change it at once."""

    CSS_PATH = "settings.tcss"
    BINDINGS = [
        key("escape,q,f2", "close", display="esc"),
        key("right,space", "change(1)", "next_value", display="→"),
        key("left", "change(-1)", "previous_value", display="←"),
    ]

    def content(self) -> ComposeResult:
        """Show each setting with its value."""
        with Vertical(classes="dialog"):
            yield Static(self.t("settings.title"), classes="strong")
            yield OptionList(*self._rows(), id="settings")
            yield Static(self.t("settings.how"), classes="muted")

    def on_mount(self) -> None:
        """Let the arrows choose a line."""
        self.settle()

    def settle(self) -> None:
        """Begin at the first line."""
        rows = self.query_one("#settings", OptionList)
        rows.highlighted = 0 if rows.highlighted is None else rows.highlighted
        rows.focus()

    @property
    def settings(self) -> list[Setting]:
        """Every setting as it is by now."""
        mine, language = self.tutor.preferences, self.language
        theme = next((n for n, t in themes.NAMES.items() if t == self.app.theme), "dark")
        return [
            Setting("language", LANGUAGES, language, mine.speak),
            Setting("theme", tuple(themes.NAMES), theme, lambda v: mine.use_theme(themes.NAMES[v])),
            Setting("motion", SWITCH, _word(mine.motion), lambda v: mine.allow_motion(v == "on")),
            Setting("pace", SWITCH, _word(mine.paced), lambda v: mine.set_pace(v == "on")),
        ]

    def _rows(self) -> list[Option]:
        return [Option(self._row(setting), id=setting.name) for setting in self.settings]

    def _row(self, setting: Setting) -> Content:
        name = self.t(f"settings.name.{setting.name}")
        value = self.t(f"settings.{setting.name}.{setting.current}")
        return Content.assemble(f"{name:<16}‹ ", (value, "bold"), " ›")

    @on(OptionList.OptionSelected)
    async def choose(self) -> None:
        """Change the line that was chosen."""
        await self.action_change(1)

    async def action_change(self, step: int) -> None:
        """Go to the next value, or back to the one before."""
        rows = self.query_one("#settings", OptionList)
        line = rows.highlighted or 0
        setting = self.settings[line]
        at = setting.values.index(setting.current)
        done = setting.choose(setting.values[(at + step) % len(setting.values)])
        if done is not None:
            await done
        rows = self.query_one("#settings", OptionList)
        rows.set_options(self._rows())
        rows.highlighted = line

    def theme_changed(self) -> None:
        """Show which theme it is by now."""
        rows = self.query_one("#settings", OptionList)
        line = rows.highlighted
        rows.set_options(self._rows())
        rows.highlighted = line

    def action_close(self) -> None:
        """Return to the screen below."""
        self.dismiss()


def _word(value: bool) -> str:
    return "on" if value else "off"
