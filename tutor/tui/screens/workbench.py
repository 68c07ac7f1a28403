"""The workbench: everything a learner needs to find and mend what is slow."""

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from textual import on
from textual.actions import parse
from textual.app import ComposeResult
from textual.binding import Binding, BindingsMap
from textual.containers import Horizontal
from textual.content import Content
from textual.timer import Timer
from textual.widgets import TabbedContent, TabPane

from tutor.base.errors import TutorError
from tutor.curriculum import Level
from tutor.events import RunFinished
from tutor.learner.desk import Desk
from tutor.tui import wording
from tutor.tui.base import TutorScreen
from tutor.tui.keys import key, translate
from tutor.tui.widgets.plain import Static
from tutor.tui.widgets.run_bar import RunBar
from tutor.tui.widgets.tabs import Tabs
from tutor.tui.workbench import registry
from tutor.tui.workbench.files import FilesTab
from tutor.tui.workbench.messages import (
    EventReported,
    FilesRestored,
    FilesSaved,
    LineAsked,
    RunAsked,
    RunEnded,
    ShopFailed,
    ShopOpened,
    StackRead,
)
from tutor.tui.workbench.model import WorkModel
from tutor.tui.workbench.part import Part
from tutor.tui.workbench.run import RunTab
from tutor.tui.workbench.shop import ShopLine
from tutor.tui.workbench.side import Side
from tutor.tui.workbench.viewing import ViewTab

REDRAW = 0.2
"""Seconds between two redraws at least, however much happens: the load test needs the CPU."""
TICK = 1.0
"""Seconds between two looks at the clock and the logs."""


class Workbench(TutorScreen):
    """The main screen of a level; it has the parts, and tells each what another one did."""

    CSS_PATH = "workbench.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (34, "-tall")]

    def __init__(self, level: Level) -> None:
        super().__init__()
        self.level = level
        self.model = model = WorkModel(level, Desk(self.session.workspace, level))
        self.shop, self.side, self.run_bar = ShopLine(model), Side(model), RunBar()
        self.viewing = ViewTab(model, [view(model) for view in registry.VIEWS])
        tabs: list[Part] = [*[tab(model) for tab in registry.TABS], self.viewing]
        self.tabs = {tab.NAME: tab for tab in tabs}
        around = (self.shop, self.side)
        self.parts: dict[str, Part] = {
            part.NAME: part for part in (*around, *tabs, *self.viewing.views.values())
        }
        self._bindings = BindingsMap.merge([self._bindings, BindingsMap(self._keys())])
        self._shown_at = 0.0
        """When the board was shown last, on the monotonic clock."""
        self._redraw: Timer | None = None
        """What will show it once more."""
        self._offered_running: bool | None = None
        """Whether a run was on when the keys were offered last."""

    # -- keys ------------------------------------------------------------------------------------

    def _keys(self) -> list[Binding]:
        """Return the keys of the parts, each as an action of its part, and those of the tabs."""
        of_parts = [
            replace(binding, action=f"part({name!r}, {binding.action!r})")
            for name, part in self.parts.items()
            for binding in part.own_keys()
        ]
        digits = [
            key(str(number), f"tab({name!r})", f"tab_{name}", show=False)
            for number, name in enumerate(self.tabs, 1)
        ]
        return [*registry.in_order([*of_parts, key("m", "to_map")]), *digits]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what the part offers whose key it is."""
        if action != "part":
            return True
        name, its_action = parameters
        _, action, parameters = parse(str(its_action))
        return self.parts[str(name)].check_action(action, parameters)

    async def action_part(self, name: str, action: str) -> None:
        """Do what a key of the part *name* does."""
        await self.app.run_action(action, self.parts[name])

    def action_to_map(self) -> None:
        """Return to the map; not while a run is on, nor with changes that are not saved."""
        if self.model.board.running:
            self.news("run.wait_for_end", severity="warning")
        elif not self.shop.must_save_first():
            self.tutor.navigator.to_map()

    # -- composing -------------------------------------------------------------------------------

    def content(self) -> ComposeResult:
        """Yield heading, tabs, side and run bar."""
        with Horizontal(id="heading"):
            yield Static(id="level-name")
            yield self.shop
        with Horizontal(id="room"):
            with Tabs(initial=self.model.tab, id="tabs"):
                for name, tab in self.tabs.items():
                    with TabPane(self._label(name), id=name):
                        yield tab
            yield self.side
        yield self.run_bar

    def _label(self, name: str) -> Content:
        """Return the number of a tab, which is its key too, and what it is called."""
        number = list(self.tabs).index(name) + 1
        return Content.assemble((f"{number}", "bold"), f" {self.tabs[name].title()}")

    def on_mount(self) -> None:
        """Show what is known, start the shop, watch files and stack."""
        self.settle()
        for part in self.parts.values():
            part.begin()
        self.set_interval(TICK, self.tick)

    def settle(self) -> None:
        """Show everything anew."""
        self._settle_screen()
        for part in self._outer_parts():
            part.settle()
        self.focus_front()

    async def change_language(self) -> None:
        """Say everything again: the parts stay, and so do their workers."""
        translate(self._bindings, self.tutor.texts)
        self.refresh_bindings()
        self._settle_screen()
        for part in self._outer_parts():
            await part.change_language()
        self.focus_front()

    def _settle_screen(self) -> None:
        self._name_level()
        for name in self.tabs:
            self._name_tab(name)
        self.show_board()

    def _name_level(self) -> None:
        """Say which level this is, and with what it was won."""
        said = f"{self.level.number}  {self.level.title[self.language]}"
        with suppress(TutorError):
            medal = self.session.level_progress(self.level).medal
            said += f"  {wording.MEDAL_STARS[medal]}" if medal else ""
        self.query_one("#level-name", Static).update(said)

    def _outer_parts(self) -> Iterator[Part]:
        """Yield the parts that are in no other: the views are their tab's affair."""
        yield from (self.shop, self.side, *self.tabs.values())

    def on_resize(self) -> None:
        """Show what there is room for now."""
        self.call_after_refresh(self.show_board)

    # -- tabs ------------------------------------------------------------------------------------

    def bring(self, tab: str, view: str = "", *, focus: bool = False) -> None:
        """Bring a tab to the front, filled: the screen is laid out and drawn once."""
        self.model.view = view or self.model.view
        self.query_one("#tabs", TabbedContent).active = tab
        self._fill(tab)
        if focus:
            self.call_after_refresh(self.focus_front)

    def action_tab(self, name: str) -> None:
        """Bring the tab *name* to the front and its content into reach of the keys."""
        if name == self.model.tab == self.viewing.NAME:
            self.viewing.next_view()
        else:
            self.bring(name, focus=True)

    @on(TabbedContent.TabActivated)
    def enter_tab(self, event: TabbedContent.TabActivated) -> None:
        """Fill a tab that was brought to the front by the mouse."""
        # Of two keys in a row the first one's message comes when the second one's tab is in front.
        name = event.tabbed_content.active
        if name != self.model.tab:
            self._fill(name)

    def _fill(self, name: str) -> None:
        """Show what the tab *name* shows."""
        self.model.tab = name
        if name == self.viewing.NAME:
            self._name_tab(name)
        self.side.make_room()
        self.show_board()
        self.tabs[name].entered()

    def _name_tab(self, name: str) -> None:
        self.query_one("#tabs", TabbedContent).get_tab(name).label = self._label(name)

    def focus_front(self) -> None:
        """Bring the content of the tab in front into reach of the keys."""
        front = self.parts[self.model.in_front]
        inside = next((w for w in (front, *front.query("*")) if w.focusable), None)
        if inside is not None:
            inside.focus(scroll_visible=False)

    # -- showing the model -----------------------------------------------------------------------

    def show_board_soon(self) -> None:
        """Show it at once, or with what else comes in the next moment."""
        if time.monotonic() - self._shown_at >= REDRAW:
            self.show_board()
        elif self._redraw is None:
            self._redraw = self.set_timer(REDRAW, self.show_board)

    def show_board(self) -> None:
        """Show what the model has by now, wherever somebody can see it."""
        if self._redraw is not None:
            self._redraw.stop()
            self._redraw = None
        self._shown_at = time.monotonic()
        if not self.run_bar.is_mounted:
            return
        self.run_bar.show(self.model.board, self.tutor.texts)
        for part in self._outer_parts():
            if part.is_seen:
                part.show_board()
        if self._offered_running != self.model.board.running:
            # Only then: the footer is empty for a moment each time it is made anew.
            self._offered_running = self.model.board.running
            self.refresh_bindings()

    def tick(self) -> None:
        """Let the seconds pass on the screen, and the service's log grow."""
        if self.model.board.running:
            self.run_bar.show(self.model.board, self.tutor.texts)
        for part in self.parts.values():
            part.tick()

    # -- what one part did and others must know --------------------------------------------------

    @on(EventReported)
    def take_in(self, message: EventReported) -> None:
        """Show what a run, or the start of the shop, reported."""
        message.stop()
        self.model.board.apply(message.event)
        self.show_board_soon()
        for part in self.parts.values():
            part.follow(message.event)

    @on(StackRead)
    def take_reading(self, message: StackRead) -> None:
        """Remember what the monitor saw, and show it where somebody looks."""
        message.stop()
        board = self.model.board
        board.watch(message.reading)
        if message.reading.services and self.model.shop.url and not board.running:
            board.take_stock(message.reading)
        for part in self.parts.values():
            part.reading_taken()

    @on(ShopOpened)
    def take_in_address(self, message: ShopOpened) -> None:
        """Show where the shop is, unless another one was asked for meanwhile."""
        message.stop()
        if message.variant == self.model.shop.variant:
            self.shop.note_address(message.url)
            self._tell_shop_changed()

    @on(ShopFailed)
    def take_in_failure(self, message: ShopFailed) -> None:
        """Show that it does not come up, unless another one was asked for meanwhile."""
        message.stop()
        if message.variant == self.model.shop.variant:
            self.shop.note_failure(message.error)
            self._tell_shop_changed()

    def _tell_shop_changed(self) -> None:
        self.show_board()
        for part in self.parts.values():
            part.shop_changed()

    @on(RunAsked)
    def run_level(self, message: RunAsked) -> None:
        """Begin the run that was asked for."""
        message.stop()
        self._run_tab.run_level(quick=message.quick)

    @on(RunEnded)
    def take_in_end(self, message: RunEnded) -> None:
        """Show how the run ended; let the shop take in what had to wait for it."""
        message.stop()
        self._run_tab.end_run(message.error)
        self._name_level()
        self.refresh_bindings()
        if not self.model.board.running:
            self.shop.serve_anew()

    @on(FilesSaved)
    def take_in_files(self, message: FilesSaved) -> None:
        """Show what was saved, and check it."""
        message.stop()
        for part in self.parts.values():
            part.files_saved(message.names)
        files = ", ".join(message.names)
        if self._files_tab.find_unreadable(message.names):
            return
        if self.model.checks_on_save:
            self.news("files.saved_checking", file=files)
            self._run_tab.run_level(quick=True, quiet=True)
        else:
            self.news("files.saved", file=files)
            self.shop.serve_anew()

    @on(FilesRestored)
    def take_in_restored(self, message: FilesRestored) -> None:
        """Show the files as they are again."""
        message.stop()
        for part in self.parts.values():
            part.files_restored()

    @on(LineAsked)
    def show_line(self, message: LineAsked) -> None:
        """Show that line in the editor."""
        message.stop()
        self._files_tab.edit_at(message.file, message.line)

    @property
    def _run_tab(self) -> RunTab:
        return self.query_one(RunTab)

    @property
    def _files_tab(self) -> FilesTab:
        return self.query_one(FilesTab)

    # -- what other tutors do --------------------------------------------------------------------

    def other_run_changed(self, run: RunFinished | None) -> None:
        """Show who measures, or what came of it where it was of the learner's files here."""
        self.model.board.elsewhere = self.tutor.other_run
        if run is not None and (run.level, run.variant) == (self.level.slug, "mine"):
            self._run_tab.take_over(run)
        self._name_level()
        self.show_board()

    # -- beneath other screens -------------------------------------------------------------------

    def on_screen_resume(self) -> None:
        """Let the parts know that the learner sees the workbench again."""
        for part in self.parts.values():
            part.uncovered()

    # -- the end ---------------------------------------------------------------------------------

    def how_to_leave(self) -> str:
        """Say what stops a run, where one is on: that may be what was meant."""
        return self.t("quit.during_run") if self.model.board.running else super().how_to_leave()

    @property
    def unsaved(self) -> list[str]:
        """The files with changes that are not on disk."""
        return self.model.desk.unsaved

    def keep_unsaved(self) -> None:
        """Put what is on no disk into the journal: whoever ends us may not have been asked."""
        if self.unsaved:
            with suppress(TutorError):
                desk = self.model.desk
                self.session.keep_unsaved({name: desk.text(name) for name in desk.unsaved})

    def cancel_everything(self) -> None:
        """Ask every worker of this workbench to end."""
        self.model.closing.set()
        for part in self.parts.values():
            part.end()

    def on_unmount(self) -> None:
        """Leave no worker behind."""
        self.cancel_everything()
