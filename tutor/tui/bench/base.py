"""What every part of the workbench shares."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from textual.content import Content

from tutor.curriculum import Level
from tutor.errors import Cancelled, TutorError
from tutor.stack.cancel import Cancel
from tutor.tui.base import TutorScreen
from tutor.tui.board import Board
from tutor.tui.desk import Desk
from tutor.tui.seen import Looks


class Bench(TutorScreen):
    """A level's state: what the run does, what the shop does, which files are open."""

    tab = "briefing"
    """The tab in front."""

    def __init__(self, level: Level) -> None:
        super().__init__()
        self.level = level
        self.board = Board(level)
        self.desk = Desk(self.session.workspace, level)
        self.looks = Looks(level.views[0], level.page)
        self.run_cancel = Cancel()
        self.shop_cancel = Cancel()
        self.shop_variant = "mine"
        self.shop_url = ""
        """The page that the level is about."""
        self.shop_error: TutorError | None = None
        self.restock = False
        """stack.toml was saved, and the shop in the browser still runs on the old one."""
        self.watching = threading.Event()
        """Set when the watcher of the files should end."""

    @property
    def in_front(self) -> str:
        """The tab in front; of the looks at the shop, which one."""
        return self.looks.view if self.tab == "view" else self.tab

    @property
    def unsaved(self) -> list[str]:
        """The files with changes that are not on disk."""
        return self.desk.unsaved

    def keep_unsaved(self) -> None:
        """Put what is on no disk into the journal: whoever ends us may not have been asked."""
        if self.unsaved:
            with suppress(TutorError):
                self.session.keep_unsaved({name: self.desk.text(name) for name in self.unsaved})

    def cancel_everything(self) -> None:
        """Ask every worker of this workbench to end."""
        self.run_cancel.set()
        self.shop_cancel.set()
        self.watching.set()
        self.looks.end()

    def on_unmount(self) -> None:
        """Leave no worker behind."""
        self.cancel_everything()

    @contextmanager
    def ground(self, cancel: Cancel) -> Iterator[None]:
        """Hold the right to start services; called by workers only.

        Raises:
            Cancelled: an end was asked for while waiting.
        """
        lock = self.tutor.ground_lock
        while not lock.acquire(timeout=0.05):
            cancel.check()
        try:
            cancel.check()
            yield
        finally:
            lock.release()

    def serve_anew(self) -> None:
        """Serve the learner's shop again if its stack.toml was changed meanwhile."""
        raise NotImplementedError

    def show_tab(self, name: str) -> None:
        """Bring the tab *name* to the front."""
        raise NotImplementedError

    def show_board(self) -> None:
        """Show what the board has by now."""
        raise NotImplementedError

    def show_board_soon(self) -> None:
        """Show it at once, or with what else comes in the next moment."""
        raise NotImplementedError

    def show_files(self) -> None:
        """Show the files as they are by now."""
        raise NotImplementedError

    def focus_tab(self) -> None:
        """Bring the content of the tab in front into reach of the keys."""
        raise NotImplementedError

    def edit_at(self, name: str, line: int) -> None:
        """Open the file *name* in the editor, at *line*."""
        raise NotImplementedError

    def files_changed(self) -> None:
        """Note that files were saved, here or elsewhere."""
        raise NotImplementedError

    def shop_changed(self) -> None:
        """Note that another shop answers, or the same one anew."""
        raise NotImplementedError

    def read_log(self) -> None:
        """Read the log that is shown anew."""
        raise NotImplementedError

    def tab_label(self, name: str) -> Content:
        """Return what the tab *name* is called."""
        raise NotImplementedError

    def follow_log(self) -> None:
        """Let the log that is shown grow."""
        raise NotImplementedError

    def take_work(self) -> None:
        """Note what queues and workers do by now."""
        raise NotImplementedError


__all__ = ["Bench", "Cancelled"]
