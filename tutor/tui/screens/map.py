"""The level map: every level, what was won there, and the way in."""

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tutor.curriculum import Level
from tutor.tui import wording
from tutor.tui.base import TutorScreen
from tutor.tui.keys import key
from tutor.tui.widgets.chooser import Chooser


class MapScreen(TutorScreen):
    """All levels of the campaign."""

    CSS_PATH = "map.tcss"
    BINDINGS = [
        key("s", "story"),
        key("c", "certificate"),
        key("escape", "back"),
    ]

    def __init__(self, start: Level | None = None, resume: Level | None = None) -> None:
        super().__init__()
        self._start, self._resume = start, resume

    def content(self) -> ComposeResult:
        """Show a row per level."""
        yield Static(self.t("map.heading"), id="heading", markup=False)
        yield Chooser(enter="play", id="levels")
        yield Static(self.t("map.kept"), id="kept", markup=False)

    def on_mount(self) -> None:
        """Fill the list, and go where the learner was going."""
        self.refresh_levels()
        if self._resume is not None:
            self._open(self._resume, story=False)
        elif self._start is not None:
            self.enter_level(self._start, story=self._is_new(self._start))

    def settle(self) -> None:
        """Fill the list again."""
        self.refresh_levels()

    def on_screen_resume(self) -> None:
        """Show what was won meanwhile."""
        self.refresh_levels()

    def refresh_levels(self) -> None:
        """Show each level with the learner's progress in it."""
        if not self.query("#levels"):
            return
        levels = self.query_one("#levels", OptionList)
        with self.explained():
            chosen = levels.highlighted
            rows = [Option(self._row(level), id=level.slug) for level in self.session.levels]
            levels.clear_options()
            levels.add_options(rows)
            slugs = [level.slug for level in self.session.levels]
            current = self.session.workspace.level
            here = slugs.index(current) if current in slugs else 0
            levels.highlighted = here if chosen is None else chosen
            levels.focus()

    def _row(self, level: Level) -> Content:
        mine = self.session.level_progress(level)
        current = level.slug == self.session.workspace.level
        facts = [wording.medal(self.tutor.texts, mine.medal)]
        if mine.attempts:
            facts.append(
                self.t("map.attempts" if mine.attempts > 1 else "map.attempt", count=mine.attempts)
            )
        if current:
            facts.append(self.t("map.current"))
        return Content.assemble(
            (f"{'▶' if current else ' '} {level.number}  {level.title[self.language]}", "bold"),
            "\n     ",
            level.summary[self.language],
            "\n     ",
            ("  ·  ".join(facts), "$text-muted"),
            "\n",
        )

    def _chosen(self) -> Level:
        index = self.query_one("#levels", OptionList).highlighted or 0
        return self.session.levels[index]

    def _is_new(self, level: Level) -> bool:
        return level.slug != self.session.workspace.level

    @on(OptionList.OptionSelected, "#levels")
    def action_play(self) -> None:
        """Play the chosen level; a new one begins with its story."""
        with self.explained():
            level = self._chosen()
            self.enter_level(level, story=self._is_new(level))

    def action_story(self) -> None:
        """Play the chosen level from its story on."""
        self.enter_level(self._chosen(), story=True)

    def action_certificate(self) -> None:
        """Show what was reached by now."""
        from tutor.tui.screens.certificate import CertificateScreen

        self.app.push_screen(CertificateScreen())

    def action_back(self) -> None:
        """Return to the title."""
        self.app.pop_screen()

    def enter_level(self, level: Level, *, story: bool) -> None:
        """Put the level's files into the workspace, then open it."""
        self.background(
            lambda: self.session.enter(level),
            lambda _: self._open(level, story=story),
            group="enter",
        )

    def _open(self, level: Level, *, story: bool) -> None:
        from tutor.tui.screens.story import StoryScreen
        from tutor.tui.screens.workbench import Workbench

        self.app.push_screen(StoryScreen(level, then_work=True) if story else Workbench(level))
