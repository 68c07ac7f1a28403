"""One scene of the story, laid out as a page."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Static

from tutor.tui.story import Diagram, Paragraph, Scene, inline


class SceneView(VerticalScroll):
    """Narration across the page, dialogue beside its speaker."""

    DEFAULT_CSS = """
    SceneView {
        align-horizontal: center;
        padding: 1 2;
    }
    SceneView > .page { width: 100%; max-width: 76; height: auto; }
    SceneView .scene-title { text-style: bold; color: $text-primary; margin-bottom: 1; }
    SceneView .told { margin-bottom: 1; height: auto; }
    SceneView .line { height: auto; margin-bottom: 1; }
    SceneView .speaker { width: 10; text-style: bold; color: $text-accent; }
    SceneView .said { width: 1fr; height: auto; }
    SceneView .diagram { margin-bottom: 1; width: auto; color: $text-secondary; text-wrap: nowrap; }
    """

    def __init__(self, scene: Scene) -> None:
        super().__init__()
        self.scene = scene

    def compose(self) -> ComposeResult:
        """Yield the blocks in order."""
        with Vertical(classes="page"):
            yield Static(self.scene.title, classes="scene-title", markup=False)
            for block in self.scene.blocks:
                if isinstance(block, Diagram):
                    yield Static(block.text, classes="diagram", markup=False)
                elif block.speaker:
                    yield from self._line(block)
                else:
                    yield Static(inline(block.text), classes="told")

    def _line(self, block: Paragraph) -> ComposeResult:
        with Horizontal(classes="line"):
            yield Static(block.speaker, classes="speaker", markup=False)
            yield Static(inline(block.text), classes="said")
