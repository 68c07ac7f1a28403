"""The tree of files, and the one in the editor."""

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import TextArea, Tree

from tutor.learner.desk import Desk
from tutor.tui.folders import Branch
from tutor.tui.widgets.editor import Editor
from tutor.tui.widgets.file_tree import FileTree
from tutor.tui.widgets.plain import Static
from tutor.views.syntax import problem_in
from tutor.words.texts import Texts

NARROW = 100
"""Columns below which the editor needs all of them."""


class FilesPane(Horizontal):
    """The tree of files beside the editor."""

    DEFAULT_CSS = """
    FilesPane { height: 1fr; }
    FilesPane #names { width: 34; height: 1fr; }
    FilesPane.-editing #names { display: none; }
    FilesPane #paper { width: 1fr; height: 1fr; }
    FilesPane #title { height: auto; background: $surface; }
    FilesPane #path { width: 1fr; height: auto; padding: 0 1; }
    FilesPane #place { width: auto; padding: 0 1; color: $text-muted; }
    FilesPane #syntax { height: auto; padding: 0 1; color: $text-error; display: none; }
    FilesPane #syntax.-told { display: block; }
    FilesPane #editor { height: 1fr; border: none; padding: 0; scrollbar-size: 1 1; }
    """

    @dataclass
    class Chosen(Message):
        """The learner wants to see the file *name*."""

        name: str
        edit: bool

    @dataclass
    class Edited(Message):
        """The text of the open file changed."""

        text: str

    def compose(self) -> ComposeResult:
        """Yield the tree beside the editor."""
        yield FileTree(id="names")
        with Vertical(id="paper"):
            with Horizontal(id="title"):
                yield Static(id="path")
                yield Static(id="place")
            yield Editor(id="editor")
            yield Static(id="syntax")

    @property
    def editor(self) -> Editor:
        """The editor."""
        return self.query_one(Editor)

    @property
    def tree_of_files(self) -> FileTree:
        """The tree."""
        return self.query_one(FileTree)

    def show_names(self, desk: Desk, texts: Texts) -> None:
        """Show the files that there are; the open one can be seen, wherever it is."""
        tree = self.tree_of_files
        tree.show(desk.names(), desk.level.files, texts)
        if desk.open and desk.open != tree.file and not tree.has_focus:
            tree.reveal(desk.open)
        self.show_marks(desk, texts)

    def show_marks(self, desk: Desk, texts: Texts) -> None:
        """Mark the files with changes that are not saved."""
        self.tree_of_files.mark(desk.unsaved)
        self._show_path(desk, texts)

    def show_file(self, desk: Desk, texts: Texts) -> None:
        """Put the open file into the editor, unless it is there already."""
        text = desk.text(desk.open)
        editor = self.editor
        editor.read_only = False
        if editor.text != text or editor.file != desk.open:
            with self.prevent(TextArea.Changed):
                editor.show_file(desk.open, text)
            self._tell_place(1, 1)
        self._show_path(desk, texts)

    def go_to(self, line: int) -> None:
        """Put the cursor on *line*, in the middle of the editor."""
        self.editor.focus()
        self.editor.move_cursor((line - 1, 0), center=True)

    def _show_path(self, desk: Desk, texts: Texts) -> None:
        if not desk.open:
            self.query_one("#path", Static).update(texts("tui.files.choose"))
            return
        unsaved = desk.open in desk.unsaved
        state = (f"  * {texts('tui.files.unsaved')}", "$text-warning") if unsaved else ""
        self.query_one("#path", Static).update(Content.assemble((desk.open, "bold"), state))
        self._show_syntax(desk, texts)

    def _show_syntax(self, desk: Desk, texts: Texts) -> None:
        """Say where the file on the disk cannot be read; what is being typed need not be whole."""
        if desk.open in desk.unsaved:
            return
        problem = problem_in(desk.open, desk.text(desk.open))
        said = self.query_one("#syntax", Static)
        said.set_class(problem is not None, "-told")
        if problem is not None:
            told = texts("tui.files.problem", line=problem.line, error=problem.message)
            said.update(f"✖ {told}")
        self.editor.mark(problem.line if problem else 0)

    @on(TextArea.SelectionChanged)
    def show_place(self, event: TextArea.SelectionChanged) -> None:
        """Say where the cursor is."""
        event.stop()
        row, column = event.selection.end
        self._tell_place(row + 1, column + 1)

    def _tell_place(self, line: int, column: int) -> None:
        lines = self.editor.document.line_count
        self.query_one("#place", Static).update(f"{line}:{column} / {lines}")

    def focus_list(self) -> None:
        """Return from the editor to the tree."""
        self.remove_class("-editing")
        self.call_after_refresh(self.tree_of_files.focus)

    def on_mount(self) -> None:
        """Give the editor the tree's room while it has the focus and there is little."""
        self.watch(self.editor, "has_focus", self._make_room)

    def on_resize(self) -> None:
        """Look how much room there is: behind other tabs there was none."""
        self._make_room(self.editor.has_focus)

    def _make_room(self, editing: bool) -> None:
        self.set_class(editing and self.size.width < NARROW, "-editing")

    @on(Tree.NodeHighlighted, "#names")
    def look_at(self, event: Tree.NodeHighlighted[Branch]) -> None:
        """Show the file under the cursor."""
        event.stop()
        self._choose(event.node.data, edit=False)

    @on(Tree.NodeSelected, "#names")
    def edit(self, event: Tree.NodeSelected[Branch]) -> None:
        """Edit the chosen file."""
        event.stop()
        self._choose(event.node.data, edit=True)

    def _choose(self, branch: Branch | None, *, edit: bool) -> None:
        """Tell of a file that the learner came to; the game itself moves the cursor, too."""
        if branch is not None and not branch.is_folder and self.tree_of_files.has_focus:
            self.post_message(self.Chosen(branch.path, edit))

    @on(TextArea.Changed)
    def note_change(self, event: TextArea.Changed) -> None:
        """Tell the workbench what the editor has."""
        event.stop()
        self.post_message(self.Edited(event.text_area.text))

    @on(Editor.Left)
    def leave_editor(self, event: Editor.Left) -> None:
        """Return to the tree."""
        event.stop()
        self.focus_list()
