"""How far the run is: phases, step, seconds."""

from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tutor.texts import Texts
from tutor.tui import wording
from tutor.tui.board import Board

PHASES = ("prepare", "check", "load", "settle", "judge")
QUICK_PHASES = ("prepare", "check", "judge")


class RunBar(Widget):
    """Two lines: the phases with the seconds, and the step that is on."""

    DEFAULT_CSS = """
    RunBar { height: 2; padding: 0 1; background: $panel; }
    RunBar > Static { width: 100%; height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    def compose(self) -> ComposeResult:
        """Yield both lines."""
        yield Static(id="phases")
        yield Static(id="step")

    def show(self, board: Board, texts: Texts) -> None:
        """Show how far the run of *board* is."""
        self.query_one("#phases", Static).update(self._phases(board, texts), layout=False)
        self.query_one("#step", Static).update(self._step(board, texts), layout=False)

    def _phases(self, board: Board, texts: Texts) -> Content:
        if not board.running:
            return self._rest(board, texts)
        names = QUICK_PHASES if board.quick else PHASES
        at = names.index(board.phase) if board.phase in names else -1
        parts: list[str | tuple[str, str]] = []
        for index, name in enumerate(names):
            word = texts(f"phase.{name}")
            if index < at:
                parts.append((f"✔ {word}  ", "$text-success"))
            elif index == at:
                parts.append((f"▶ {word}  ", "bold"))
            else:
                parts.append((f"· {word}  ", "$text-muted"))
        parts.append(texts("tui.run.elapsed", seconds=board.elapsed))
        if board.seconds_left:
            parts.append((f"  {texts('tui.run.left', seconds=board.seconds_left)}", "bold"))
        return Content.assemble(*parts)

    def _rest(self, board: Board, texts: Texts) -> Content:
        if board.finished:
            key = wording.outcome_key(board.finished)
            symbol, style = wording.OUTCOME_LOOKS[key]
            said = Content.styled(f"{symbol} {texts(f'outcome.{key}')}", f"bold {style}")
            return Content.assemble(said, f"  {texts('tui.run.elapsed', seconds=board.seconds)}")
        return Content(texts("tui.run.cancelled" if board.cancelled else "tui.run.idle"))

    def _step(self, board: Board, texts: Texts) -> Content:
        if not board.running:
            key = wording.outcome_key(board.finished) if board.finished else ""
            return Content.styled(texts("tui.run.again" if key else "tui.run.how"), "$text-muted")
        if board.cancelling:
            return Content(texts("tui.run.cancelling"))
        step = texts.step(board.level, board.step.id, board.step.params) if board.step else ""
        return Content.styled(step or texts("tui.run.wait"), "$text-muted")
