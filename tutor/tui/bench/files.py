"""The learner's files: look, edit, save, notice what others save."""

import os
import shlex
import subprocess
from contextlib import suppress

from textual import on, work
from textual.app import SuspendNotSupported

from tutor.errors import TutorError
from tutor.stack.plan import STACK_FILE
from tutor.tui.bench.runs import RunsLevel
from tutor.tui.messages import FilesChanged
from tutor.tui.widgets.files_pane import FilesPane
from tutor.views.syntax import problem_in


class EditsFiles(RunsLevel):
    """The part of the workbench that edits."""

    checks_on_save = True

    @on(FilesPane.Chosen)
    def open_file(self, message: FilesPane.Chosen) -> None:
        """Put the chosen file into the editor."""
        message.stop()
        with self.explained():
            self.desk.text(message.name)
            self.desk.open = message.name
            pane = self.query_one(FilesPane)
            pane.show_file(self.desk, self.tutor.texts)
            if message.edit:
                pane.editor.focus()

    @on(FilesPane.Edited)
    def note_edit(self, message: FilesPane.Edited) -> None:
        """Remember what is not saved yet."""
        message.stop()
        if self.desk.open:
            before = self.desk.unsaved
            self.desk.change(self.desk.open, message.text)
            if self.desk.unsaved != before:
                self.show_files()

    def edit_at(self, name: str, line: int) -> None:
        """Open the file *name* in the editor, at *line*."""
        self.show_tab("files")
        self.open_file(FilesPane.Chosen(name, edit=True))
        if self.desk.open == name:
            pane = self.query_one(FilesPane)
            pane.show_names(self.desk, self.tutor.texts)
            self.call_after_refresh(pane.go_to, line)

    def action_save(self) -> None:
        """Save the open file; ask first where somebody else saved it meanwhile."""
        name = self.desk.open
        if name not in self.desk.unsaved:
            self.news("files.nothing_to_save")
            return
        with self.explained():
            if not self.desk.is_behind(name):
                self._save(name)
                return
            self.tutor.navigator.confirm(
                lambda: self.t("files.behind", file=name),
                lambda: self.t("files.overwrite"),
                lambda yes: self._save(name) if yes else None,
            )

    def _save(self, name: str) -> None:
        self.background(lambda: self.desk.save(name), lambda _: self._saved((name,)), group="save")

    def _saved(self, names: tuple[str, ...]) -> None:
        self.show_files()
        self.restock = self.restock or STACK_FILE in names
        self.files_changed()
        if self._is_unreadable(names):
            return
        if self.checks_on_save:
            self.news("files.saved_checking", file=", ".join(names))
            self.begin_run(quick=True, quiet=True)
        else:
            self.news("files.saved", file=", ".join(names))
            self.serve_anew()

    def _is_unreadable(self, names: tuple[str, ...]) -> bool:
        """Return whether a file cannot even be read; say where, now and until it can be.

        A check would only say the same, later.
        """
        before = self.board.unreadable
        self.board.unreadable = None
        for name in dict.fromkeys((*names, *(before[:1] if before else ()))):
            with suppress(TutorError):
                problem = problem_in(name, self.desk.text(name))
                if problem is not None:
                    self.board.unreadable = (name, problem)
                    told = {"file": name, "line": problem.line, "error": problem.message}
                    self.news("files.syntax", severity="error", **told)
                    break
        self.show_board()
        return self.board.unreadable is not None

    def action_check_on_save(self) -> None:
        """Switch the quick check after each save on or off."""
        self.checks_on_save = not self.checks_on_save
        self.news("files.checks_on" if self.checks_on_save else "files.checks_off")

    def action_editor(self) -> None:
        """Open the file in the learner's own editor, which gets the terminal meanwhile."""
        name = self.desk.open or next(iter(self.level.files), "")
        command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
        if not command.strip():
            self.tutor.navigator.explain(TutorError.named("no_editor"))
        elif name in self.desk.unsaved:
            self.news("files.save_first", severity="warning", file=name)
        else:
            with self.explained():
                self._edit_outside(command, name)

    def _edit_outside(self, command: str, name: str) -> None:
        try:
            argv = [*shlex.split(command), str(self.desk.path(name))]
            with self.app.suspend():
                code = subprocess.run(argv, check=False).returncode
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", "") or str(error)
            raise _failed(command, reason) from error
        except SuspendNotSupported as error:
            raise TutorError.named("no_suspend") from error
        if code != 0:
            raise _failed(command, str(code))
        self.show_files()

    # -- saved by somebody else ------------------------------------------------------------------

    @work(thread=True, exclusive=True, group="watch")
    def watch_files(self) -> None:
        """Report files of the workspace that any other program saves."""
        from tutor.watch import changes

        for _ in changes(self.desk.workspace.folder, self.watching):
            if names := self.desk.changed_outside():
                self.post_message(FilesChanged(names))

    @on(FilesChanged)
    def take_in_files(self, message: FilesChanged) -> None:
        """Show what was saved elsewhere, and check it."""
        message.stop()
        self._saved(message.names)


def _failed(command: str, reason: str) -> TutorError:
    return TutorError.named("editor_failed", hint="no_editor_hint", command=command, reason=reason)
