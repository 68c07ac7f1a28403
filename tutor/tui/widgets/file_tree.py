"""The files as a tree to walk through: the level's folders are open, the others closed."""

from collections.abc import Collection, Sequence

from rich.style import Style
from rich.text import Text
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from tutor.base.text import cut
from tutor.tui.folders import Branch, branches, folders_above
from tutor.tui.keys import key, translate
from tutor.words.texts import Texts

UNSAVED, OWN, OTHER = "* ", "◆ ", "  "
"""What stands before a file: not saved, one of the level's, or any other."""


class FileTree(Tree[Branch]):
    """Every file of the workspace; its names are never markup."""

    DEFAULT_CSS = """
    FileTree {
        border: none; padding: 0 1; background: $background; background-tint: $background 0%;
        overflow-x: hidden; scrollbar-size-vertical: 1;
    }
    FileTree:focus { background-tint: $background 0%; }
    FileTree > .tree--cursor { background: $panel; color: $foreground; text-style: none; }
    FileTree:focus > .tree--cursor {
        background: $primary 25%; color: $foreground; text-style: bold;
    }
    """
    ICON_NODE, ICON_NODE_EXPANDED = "▸ ", "▾ "
    BINDINGS = [
        key("left", "close_folder", show=False, display="←"),
        key("right", "open_folder", show=False, display="→"),
    ]

    def __init__(self, *, id: str) -> None:
        super().__init__(Text(), id=id)
        self.show_root = self.show_guides = False
        self.guide_depth = 2
        self._about: tuple[Sequence[str], Sequence[str]] = ((), ())
        """The files that are there, and those of them that the level is about."""
        self._unsaved: frozenset[str] = frozenset()
        self._by_path: dict[str, TreeNode[Branch]] = {}

    # -- what is shown ---------------------------------------------------------------------------

    def show(self, names: Sequence[str], first: Sequence[str], texts: Texts) -> None:
        """Show the files *names*, those of the level *first*; folders stay as they were left."""
        translate(self._bindings, texts)
        about = tuple(names), tuple(first)
        if about != self._about:
            self._about = about
            self._grow(*about)

    def mark(self, unsaved: Collection[str]) -> None:
        """Mark the files that are *unsaved*, and closed folders that have some of them."""
        changed, self._unsaved = self._unsaved ^ frozenset(unsaved), frozenset(unsaved)
        for path in {node for name in changed for node in (name, *folders_above(name))}:
            if path in self._by_path:
                self._by_path[path].refresh()

    def reveal(self, name: str) -> None:
        """Open the folders of the file *name*, and bring the cursor to it."""
        for folder in folders_above(name):
            node = self._by_path.get(folder)
            if node is not None and not node.is_expanded:
                node.expand()
        # Lines are counted when they are asked for: before the last one no node knows its own.
        if name in self._by_path and self.last_line >= 0:
            if self.size.height:
                self.move_cursor(self._by_path[name])
            else:
                # Behind other tabs there is nothing to scroll; it is done when it comes in front.
                self.cursor_line = self._by_path[name].line

    def on_resize(self) -> None:
        """Show the line under the cursor, whatever became of the room."""
        if self.cursor_line >= 0:
            self.scroll_to_line(self.cursor_line, animate=False)

    @property
    def file(self) -> str:
        """The file under the cursor; empty where it is on a folder, or nowhere."""
        branch = self.cursor_node.data if self.cursor_node else None
        return branch.path if branch and not branch.is_folder else ""

    def _grow(self, names: Sequence[str], first: Sequence[str]) -> None:
        """Make the tree anew; what was open stays open, and the cursor where it was."""
        here = self.cursor_node.data.path if self.cursor_node and self.cursor_node.data else ""
        known = {path: node.is_expanded for path, node in self._by_path.items()}
        self._by_path = {}
        self.unselect()
        self.root.remove_children()
        self._add(self.root, branches(names, first), known)
        self.root.expand()
        self.reveal(here)

    def _add(
        self, parent: TreeNode[Branch], inside: Sequence[Branch], known: dict[str, bool]
    ) -> None:
        for branch in inside:
            label = Text(branch.label, end="")
            node = parent.add(
                label,
                branch,
                expand=branch.is_folder and known.get(branch.path, branch.is_touched),
                allow_expand=branch.is_folder,
            )
            self._by_path[branch.path] = node
            self._add(node, branch.inside, known)

    def render_label(self, node: TreeNode[Branch], base_style: Style, style: Style) -> Text:
        """Return the sign of a file or folder and its name; the level's own are bold."""
        branch = node.data
        if branch is None:
            return Text()
        bold = Style(bold=True) if branch.is_touched and not branch.is_folder else Style()
        room = max(8, self.scrollable_content_region.width - 2 * _depth(node) - len(OTHER))
        name = Text(cut(branch.label, room), base_style + bold + style, end="")
        if branch.is_folder:
            icon = self.ICON_NODE_EXPANDED if node.is_expanded else self.ICON_NODE
            mark = UNSAVED if node.is_collapsed and self._hides_unsaved(branch) else icon
            toggle = base_style + Style.from_meta({"toggle": True})
            return Text.assemble((mark, toggle), name, end="")
        mark = UNSAVED if branch.path in self._unsaved else OWN if branch.is_touched else OTHER
        return Text.assemble((mark, base_style), name, end="")

    def _hides_unsaved(self, folder: Branch) -> bool:
        return any(name.startswith(folder.path) for name in self._unsaved)

    # -- keys ------------------------------------------------------------------------------------

    def action_close_folder(self) -> None:
        """Close the folder under the cursor; from what is in one, go to it."""
        node = self.cursor_node
        if node is None:
            return
        if node.allow_expand and node.is_expanded:
            node.collapse()
        elif node.parent is not None and not node.parent.is_root:
            self.move_cursor(node.parent)

    def action_open_folder(self) -> None:
        """Open the folder under the cursor; in one that is open, go to what is in it."""
        node = self.cursor_node
        if node is None or not node.allow_expand:
            return
        if node.is_expanded:
            self.move_cursor(node.children[0])
        else:
            node.expand()


def _depth(node: TreeNode[Branch]) -> int:
    """Return how many folders *node* is in."""
    depth, parent = 0, node.parent
    while parent is not None and not parent.is_root:
        depth, parent = depth + 1, parent.parent
    return depth
