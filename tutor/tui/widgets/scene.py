"""One scene of the story on a stage: the stack above, who speaks below, what was said between."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.timer import Timer

from tutor.tui.art.diagram import diagram, wiped
from tutor.tui.art.portraits import portrait
from tutor.tui.story import Diagram, Paragraph, Scene, inline
from tutor.tui.widgets.plain import Static
from tutor.tui.wording import hanging

PACE = 1 / 30
"""Seconds between two steps of the typing."""
STEP = 3
"""Characters that appear at each; a sentence takes about a second."""
WIPE = 6
"""Columns of a new picture that appear at each."""
SPEAKERS, MOST_SPEAKERS = 9, 14
"""Columns for the name before what somebody said; longer names have a line of their own."""
CAST = 2
"""How many portraits fit beside a scene that is shown as a whole."""


class SceneView(Vertical):
    """A scene that is told line by line, or shown as a whole."""

    DEFAULT_CSS = """
    SceneView { height: 1fr; align: center middle; }
    SceneView > * { max-width: 100; }
    SceneView #scene-title { width: 100%; height: 1; text-style: bold; color: $text-primary;
        padding: 0 2; margin: 1 0 0 0; }
    SceneView #stack-drawn { width: 100%; height: auto; max-height: 11; padding: 0 2;
        text-wrap: nowrap; }
    SceneView #room-of-scene { width: 100%; height: 1fr; max-height: 14; }
    SceneView.-whole #room-of-scene { max-height: 100%; }
    SceneView #told { height: 1fr; padding: 0 2; scrollbar-size-vertical: 1; }
    SceneView #said-before { width: 100%; height: auto; }
    SceneView #cast { width: 20; padding: 0 0 0 2; display: none; }
    SceneView .actor { width: 16; height: 10; }
    SceneView .actor Static { width: 16; height: auto; }
    SceneView .cast-name { text-align: center; }
    SceneView #box { width: 100%; height: 10; border: round $border; padding: 0 1;
        border-title-style: bold; border-title-color: $text-accent; background: $surface; }
    SceneView #portrait { width: 16; height: 8; margin-right: 2; }
    SceneView #line { width: 1fr; height: 8; }
    SceneView.-whole #box { display: none; }
    SceneView.-whole #cast { display: block; }
    """

    def __init__(
        self,
        scene: Scene,
        *,
        before: str = "",
        paced: bool = True,
        moving: bool = True,
        at: int = 0,
    ) -> None:
        """Show *scene*; *before* is the stack as an earlier scene left it.

        Args:
            scene: What is played.
            before: The picture of the stack that is there when the scene begins.
            paced: Tell line by line; otherwise the scene is there as a whole.
            moving: Type the lines and draw the pictures; otherwise they are there at once.
            at: The line to begin with.
        """
        super().__init__(classes="" if paced else "-whole")
        self.scene = scene
        self.paced = paced
        self.at = at
        """The line that is said; all before it were."""
        self._moving = moving
        self._before = before
        self._lines = [b for b in scene.blocks if not _is_stack(b)]
        self._typed = 0
        self._wiped = 0
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Yield title, stack, what was said, and the box of who speaks."""
        yield Static(self.scene.title, id="scene-title")
        yield Static(id="stack-drawn")
        with Horizontal(id="room-of-scene"):
            with Vertical(id="cast"):
                for number, speaker in enumerate(self._cast()):
                    with Vertical(classes="actor" if number else "actor first"):
                        yield Static(portrait(speaker))
                        yield Static(speaker, classes="cast-name")
            with VerticalScroll(id="told", can_focus=True):
                yield Static(id="said-before")
        with Horizontal(id="box"):
            yield Static(id="portrait")
            yield Static(id="line")

    def on_mount(self) -> None:
        """Begin."""
        self.call_after_refresh(self._begin)

    def on_resize(self) -> None:
        """Lay the lines out anew."""
        self._show()

    # -- going on --------------------------------------------------------------------------------

    @property
    def is_typing(self) -> bool:
        """Whether the line, or the picture above it, is still appearing."""
        return self._timer is not None

    @property
    def is_over(self) -> bool:
        """Whether the last line is there."""
        return not self.paced or self.at >= len(self._lines) - 1

    def complete(self) -> None:
        """Show at once what is still appearing."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._show()

    def next_line(self) -> None:
        """Say the next line."""
        self.at += 1
        self._begin()

    def _begin(self) -> None:
        """Let the line appear."""
        self.complete()
        if self._moving and self.paced:
            self._typed = self._wiped = 0
            if not self._drawn_anew():
                self._wiped = _width(self._stack())
            self._timer = self.set_interval(PACE, self._appear)
        self._show()

    def _appear(self) -> None:
        if self._wiped < _width(self._stack()):
            self._wiped += WIPE
            self._show_stack()
            return
        self._typed += STEP
        if self._typed >= len(self._text().plain):
            self.complete()
        else:
            self._show_line()

    # -- what is there by now --------------------------------------------------------------------

    @property
    def _line(self) -> Paragraph | Diagram | None:
        return self._lines[self.at] if self.at < len(self._lines) else None

    def _stacks(self) -> list[str]:
        """Return the pictures of the stack up to this line, the one from before first."""
        last = self._line if self.paced and not self.is_over else None
        seen = []
        for block in self.scene.blocks:
            if block is last:
                break
            if _is_stack(block):
                seen.append(block.text)
        return [self._before, *seen]

    def _stack(self) -> str:
        return self._stacks()[-1]

    def _drawn_anew(self) -> bool:
        """Return whether a picture stands directly before this line."""
        blocks = list(self.scene.blocks)
        line = self._line
        place = next((n for n, block in enumerate(blocks) if block is line), 0)
        return place > 0 and _is_stack(blocks[place - 1])

    def _text(self) -> Content:
        return _said(self._line)

    def _show(self) -> None:
        if not self.is_mounted or not self.query("#line"):
            return
        self._show_stack()
        self._show_told()
        if self.paced:
            self._show_line()

    def _show_stack(self) -> None:
        stacks = self._stacks()
        picture = diagram(stacks[-1], stacks[-2] if len(stacks) > 1 else stacks[-1])
        if self.is_typing:
            picture = wiped(picture, self._wiped)
        drawn = self.query_one("#stack-drawn", Static)
        drawn.display = bool(stacks[-1])
        drawn.styles.height = len(stacks[-1].split("\n"))
        drawn.update(picture)

    def _show_told(self) -> None:
        told = self.query_one("#said-before", Static)
        lines = self._lines[: self.at] if self.paced else self._lines
        width = max(20, self.query_one("#told").size.width - 5)
        column = _column(self._lines)
        rows: list[Content] = []
        for line in lines:
            row = _row(line, width, column)
            rows += [row.stylize("$text-muted") if self.paced else row]
            if not self.paced:
                rows.append(Content(""))
        told.update(Content("\n").join(rows))
        if self.paced:
            self.query_one("#told", VerticalScroll).scroll_end(animate=False)

    def _show_line(self) -> None:
        box, line = self.query_one("#box"), self._line
        speaker = line.speaker if isinstance(line, Paragraph) else ""
        box.border_title = Content(speaker)
        box.border_subtitle = "" if self.is_typing else "▼"
        self.query_one("#portrait", Static).update(portrait(speaker))
        text = self._text()
        if self.is_typing:
            text = _first(text, self._typed, self.query_one("#line").size.width)
        self.query_one("#line", Static).update(text)

    def _cast(self) -> list[str]:
        """Return who speaks in the scene, in the order of their entry."""
        speakers = dict.fromkeys(
            block.speaker
            for block in self.scene.blocks
            if isinstance(block, Paragraph) and block.speaker
        )
        return list(speakers)[:CAST] or [""]


def _is_stack(block: Paragraph | Diagram) -> bool:
    return isinstance(block, Diagram) and block.kind == "stack"


def _width(picture: str) -> int:
    return max(map(len, picture.split("\n")))


def _said(line: Paragraph | Diagram | None) -> Content:
    if line is None:
        return Content("")
    return inline(line.text) if isinstance(line, Paragraph) else Content(line.text)


def _column(lines: Sequence[Paragraph | Diagram]) -> int:
    """Return the columns that the names of the whole scene take, so that none moves later."""
    names = [len(line.speaker) for line in lines if isinstance(line, Paragraph)]
    return max([SPEAKERS, *(name for name in names if name <= MOST_SPEAKERS)])


def _row(line: Paragraph | Diagram, width: int, column: int) -> Content:
    """Return a line of the dialogue with its speaker before it, in so many columns."""
    if isinstance(line, Diagram):
        return Content(line.text)
    if not line.speaker:
        return hanging(Content(""), inline(line.text), width)
    name = Content.styled(f"{line.speaker:<{column}} ", "bold")
    if len(line.speaker) <= column:
        return hanging(name, inline(line.text), width)
    text = hanging(Content(" " * (column + 1)), inline(line.text), width)
    return Content.assemble(name, "\n", text)


def _first(text: Content, count: int, width: int) -> Content:
    """Return the first *count* characters, broken into lines as the whole text is."""
    shown: list[Content] = []
    for line in text.wrap(max(10, width)):
        if count <= 0:
            break
        shown.append(line[:count])
        count -= len(line.plain) + 1
    return Content("\n").join(shown)
