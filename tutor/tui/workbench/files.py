"""The learner's files: edit, save, notice what others save, bring back what was."""

from collections.abc import Callable, Sequence
from typing import Any

from textual import on, work
from textual.app import ComposeResult, SuspendNotSupported

from tutor.base.errors import TutorError
from tutor.learner.journal import Entry
from tutor.tui.keys import key
from tutor.tui.widgets.files_pane import FilesPane
from tutor.tui.workbench.messages import FilesRestored, FilesSaved
from tutor.tui.workbench.outside import command_of_editor, edit_outside
from tutor.tui.workbench.part import Part
from tutor.views.syntax import SyntaxProblem, first_problem


class FilesTab(Part):
    """The files beside the editor."""

    NAME = "files"
    KEYS = (
        key("e", "editor"),
        key("ctrl+s", "save"),
        key("j", "journal", show=False),
        key("r", "reset", show=False),
        key("k", "check_on_save", show=False),
    )

    def compose(self) -> ComposeResult:
        """Yield tree and editor."""
        yield FilesPane()

    @property
    def pane(self) -> FilesPane:
        """Tree and editor."""
        return self.query_one(FilesPane)

    def begin(self) -> None:
        """Notice from now on what other programs save; say what was left unreadable before."""
        self.watch_files()
        desk = self.model.desk

        def say(found: tuple[str, SyntaxProblem] | None) -> None:
            # Where nothing was found, a save meanwhile may know better.
            if found is not None:
                self._say_unreadable(found)

        self.background(lambda: first_problem(desk.names(), desk.text), say, group="unreadable")

    def settle(self) -> None:
        """Show the tree of files and the open one."""
        self._show_files()
        if self.model.desk.open:
            self.pane.show_file(self.model.desk, self.texts)

    def entered(self) -> None:
        """Open the first file where none is."""
        desk = self.model.desk
        if not desk.open:
            first = next((name for name in self.level.files if desk.path(name).is_file()), "")
            if first:
                self._open(first)
                self._show_files()

    def files_saved(self, names: Sequence[str]) -> None:
        """Show what was saved."""
        self._show_files()

    def _show_files(self) -> None:
        """Show the tree of files and, where it was replaced, the open one."""
        desk = self.model.desk
        with self.explained():
            self.pane.show_names(desk, self.texts)
            name = desk.open
            if name and name not in desk.unsaved and desk.path(name).is_file():
                self.pane.show_file(desk, self.texts)

    # -- editing ---------------------------------------------------------------------------------

    @on(FilesPane.Chosen)
    def open_file(self, message: FilesPane.Chosen) -> None:
        """Put the chosen file into the editor."""
        message.stop()
        self._open(message.name, edit=message.edit)

    def _open(self, name: str, *, edit: bool = False) -> None:
        with self.explained():
            self.model.desk.text(name)
            self.model.desk.open = name
            self.pane.show_file(self.model.desk, self.texts)
            if edit:
                self.pane.editor.focus()

    @on(FilesPane.Edited)
    def note_edit(self, message: FilesPane.Edited) -> None:
        """Remember what is not saved yet."""
        message.stop()
        desk = self.model.desk
        if desk.open:
            before = desk.unsaved
            desk.change(desk.open, message.text)
            if desk.unsaved != before:
                self.pane.show_marks(desk, self.texts)

    def edit_at(self, name: str, line: int) -> None:
        """Open the file *name* in the editor, at *line*."""
        self.bench.bring(self.NAME)
        self._open(name, edit=True)
        if self.model.desk.open == name:
            self.pane.show_names(self.model.desk, self.texts)
            self.call_after_refresh(self.pane.go_to, line)

    def action_editor(self) -> None:
        """Open the file in the learner's own editor, which gets the terminal meanwhile."""
        desk = self.model.desk
        name, command = desk.open or next(iter(self.level.files), ""), command_of_editor()
        if not command:
            self.tutor.navigator.explain(TutorError.named("no_editor"))
        elif name in desk.unsaved:
            self.news("files.save_first", severity="warning", file=name)
        else:
            with self.explained():
                try:
                    with self.app.suspend():
                        edit_outside(command, desk.path(name))
                except SuspendNotSupported as error:
                    raise TutorError.named("no_suspend") from error
                self.tell(FilesRestored())

    # -- saving ----------------------------------------------------------------------------------

    def action_save(self) -> None:
        """Save the open file; ask first where somebody else saved it meanwhile."""
        desk = self.model.desk
        name = desk.open
        if name not in desk.unsaved:
            self.news("files.nothing_to_save")
            return
        with self.explained():
            if not desk.is_behind(name):
                self._save(name)
                return
            self.tutor.navigator.confirm(
                lambda: self.t("files.behind", file=name),
                lambda: self.t("files.overwrite"),
                lambda yes: self._save(name) if yes else None,
            )

    def _save(self, name: str) -> None:
        self.background(
            lambda: self.model.desk.save(name),
            lambda _: self.tell(FilesSaved((name,))),
            group="save",
        )

    def find_unreadable(self, names: Sequence[str]) -> bool:
        """Return whether a file cannot even be read; say where, now and until it can be.

        A check would only say the same, later.
        """
        board = self.model.board
        before = board.unreadable
        again = dict.fromkeys((*names, *(before[:1] if before else ())))
        self._say_unreadable(first_problem(again, self.model.desk.text))
        return board.unreadable is not None

    def _say_unreadable(self, found: tuple[str, SyntaxProblem] | None) -> None:
        """Say where a file cannot be read, now and until it can be."""
        self.model.board.unreadable = found
        if found is not None:
            name, problem = found
            told = {"file": name, "line": problem.line, "error": problem.message}
            self.news("files.syntax", severity="error", **told)
        self.bench.show_board()

    def action_check_on_save(self) -> None:
        """Switch the quick check after each save on or off."""
        self.model.checks_on_save = not self.model.checks_on_save
        self.news("files.checks_on" if self.model.checks_on_save else "files.checks_off")

    @work(thread=True, exclusive=True, group="watch")
    def watch_files(self) -> None:
        """Report files of the workspace that any other program saves."""
        from tutor.learner.watch import changes

        for _ in changes(self.model.desk.workspace.folder, self.model.closing):
            if names := self.model.desk.changed_outside():
                self.tell(FilesSaved(names))

    # -- back ------------------------------------------------------------------------------------

    def action_reset(self) -> None:
        """Bring the level's files back as they were, after a question."""
        if not self.must_save_first():
            self.tutor.navigator.confirm(
                lambda: self.t(f"reset.question{self._drawn}"),
                lambda: self.t("reset.yes"),
                self._reset,
            )

    @property
    def _drawn(self) -> str:
        """Ends the keys of what is said where the level begins with another draw."""
        return "_drawn" if self.level.drawn else ""

    def _reset(self, yes: bool | None) -> None:
        if yes:
            self._bring_back(self.session.reset, f"reset.done{self._drawn}")

    def action_journal(self) -> None:
        """Show every state that was kept."""
        if not self.must_save_first():
            self.tutor.navigator.to_journal(self.level, self._restore)

    def _restore(self, entry: Entry | None) -> None:
        if entry is not None:
            self._bring_back(
                lambda: self.session.restore(entry), "journal.done", number=entry.number
            )

    def _bring_back(self, replace: Callable[[], Entry], key: str, **params: Any) -> None:
        def report(kept: Entry) -> None:
            self.tell(FilesRestored())
            self.news(key, kept=kept.number, **params)

        self.background(lambda: self.model.desk.replaced(replace), report, group="files")

    def files_restored(self) -> None:
        """Show what was put back."""
        self._show_files()
