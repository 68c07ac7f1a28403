"""The hints taken so far."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from tutor.curriculum import Hint, Level
from tutor.tui.story import inline
from tutor.tui.widgets.plain import Static
from tutor.words.texts import Texts


class HintsView(VerticalScroll, can_focus=True):
    """Each hint with its number; the next one is only named."""

    DEFAULT_CSS = """
    HintsView { height: 1fr; padding: 0 1; }
    HintsView > Static { width: 100%; max-width: 90; height: auto; }
    """

    def compose(self) -> ComposeResult:
        """Yield the text."""
        yield Static()

    def show(self, level: Level, hints: list[Hint], texts: Texts, *, has_more: bool) -> None:
        """Show the *hints* taken in *level*, and whether another one leads further."""
        total, taken = len(level.hints), len(hints)
        parts = [
            Content.styled(texts("tui.hints.taken", taken=taken, total=total) + "\n", "$text-muted")
        ]
        for number, hint in enumerate(hints, 1):
            parts.append(
                Content.styled(
                    f"\n{texts('tui.hints.number', number=number, total=total)}\n", "bold"
                )
            )
            parts += [inline(hint.text[texts.language]), Content("\n")]
        parts.append(Content("\n" + texts("tui.hints.next" if has_more else "tui.hints.all")))
        self.query_one(Static).update(Content("").join(parts))
        if taken:
            self.call_after_refresh(self.scroll_end, animate=False)
