"""How far the run is: phases, step, seconds, and how the goals stand by now."""

from collections.abc import Iterator
from itertools import zip_longest

from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget
from textual.widgets import TextArea

from tutor.learner.elsewhere import began
from tutor.tui import wording
from tutor.tui.board import Board
from tutor.tui.story import code
from tutor.tui.widgets.plain import Static
from tutor.words.texts import Texts
from tutor.words.wording import awaited, told_key

PHASES = ("prepare", "check", "load", "settle", "judge")
GAP = 2
"""Columns at least between the step and the goals."""
STEP_LINES, MOST_LINES = 2, 4
"""Lines that a step may take where the terminal is narrow, and what else is said anywhere."""
WIDE = 120
"""Columns from which a step has room in one line."""
QUICK_PHASES = ("prepare", "check", "judge")


class RunBar(Widget):
    """The phases with the seconds over the step that is on, and the goals so far."""

    DEFAULT_CSS = """
    RunBar { height: 2; padding: 0 1; background: $panel; }
    RunBar > Static { width: 100%; height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    RunBar > #step { height: 1fr; }
    """

    _shown: tuple[Board, Texts] | None = None
    """What was shown last."""

    def compose(self) -> ComposeResult:
        """Yield both lines."""
        yield Static(id="phases")
        yield Static(id="step")

    def on_mount(self) -> None:
        """Say which keys there are where letters are letters, as soon as that is so."""
        self.watch(self.screen, "focused", self._show_again, init=False)

    def _show_again(self) -> None:
        if self._shown is not None:
            self.show(*self._shown)

    def show(self, board: Board, texts: Texts) -> None:
        """Show how far the run of *board* is, in as many lines as that takes."""
        self._shown = board, texts
        step = self._step(board, texts)
        needed = step.plain.count("\n") + 1
        # A run keeps its lines from its start to its end: nothing above it moves meanwhile.
        lines = max(needed, STEP_LINES) if board.running and self._is_narrow else needed
        self.styles.height = 1 + min(lines, MOST_LINES)
        self.query_one("#phases", Static).update(self._phases(board, texts), layout=False)
        self.query_one("#step", Static).update(step, layout=False)

    @property
    def _is_narrow(self) -> bool:
        return self.app.size.width < WIDE

    def _phases(self, board: Board, texts: Texts) -> Content:
        if not board.running:
            return self._rest(board, texts)
        clocks = [Content(texts("tui.run.elapsed", seconds=board.elapsed))]
        if board.seconds_left:
            left = texts("tui.run.left", seconds=board.seconds_left)
            clocks.append(Content.styled(left, "bold"))
        width, line = self.content_size.width, Content("")
        for parts, gap in self._forms(board, texts):
            line = Content(gap).join([*parts, *clocks])
            if line.cell_length <= width:
                break
        return line

    def _forms(self, board: Board, texts: Texts) -> Iterator[tuple[list[Content], str]]:
        """Yield the phases and what parts them, in fewer columns each time."""
        names = QUICK_PHASES if board.quick else PHASES
        at = names.index(board.phase) if board.phase in names else -1
        words = [texts(f"phase.{name}") for name in names]
        over = [Content.styled(f"✔ {word}", "$text-success") for word in words[: max(at, 0)]]
        on = [Content.styled(f"▶ {word}", "bold") for word in words[at : at + 1] if at >= 0]
        ahead = [Content.styled(f"· {word}", "$text-muted") for word in words[at + 1 :]]
        yield [*over, *on, *ahead], "  "
        yield [*over, *on, *ahead], " "
        yield [*(Content.styled("✔", "$text-success") for _ in over), *on, *ahead], " "
        yield [*on, Content.styled(f"{at + 1}/{len(names)}", "$text-muted")], "  "

    def _rest(self, board: Board, texts: Texts) -> Content:
        if board.unreadable:
            told = texts("tui.run.unreadable", file=board.unreadable[0])
            return Content.styled(f"✖ {told}", "bold $text-error")
        if board.elsewhere:
            return Content.styled(f"▶ {texts('tui.run.elsewhere')}", "bold $text-warning")
        if board.finished:
            key = told_key(board.finished)
            symbol, style = wording.OUTCOME_LOOKS[key]
            said = Content.styled(f"{symbol} {texts(f'outcome.{key}')}", f"bold {style}")
            took = texts("tui.run.elapsed", seconds=board.finished.seconds)
            return Content.assemble(said, f"  {took}")
        return Content(texts("tui.run.cancelled" if board.cancelled else "tui.run.idle"))

    def _step(self, board: Board, texts: Texts) -> Content:
        if not board.running and board.unreadable:
            problem = board.unreadable[1]
            told = texts("tui.files.problem", line=problem.line, error=problem.message)
            return self._whole(Content(told))
        if not board.running and board.elsewhere:
            return self._whole(code(began(texts, board.elsewhere)))
        if not board.running:
            key = "again" if board.finished else "how"
            if isinstance(self.screen.focused, TextArea):
                key = "typing"
            return Content.styled(texts(f"tui.run.{key}"), "$text-muted")
        if board.cancelling:
            return Content(texts("tui.run.cancelling"))
        if board.awaited:
            return self._whole(Content.styled(awaited(texts, board.awaited), "$text-warning"))
        said = texts.step(board.level, board.step.id, board.step.params) if board.step else ""
        step = Content.styled(said or texts("tui.run.wait"), "$text-muted")
        goals = self._goals(board)
        room = self.content_size.width - len(goals.plain) - GAP
        if room < len(goals.plain):
            return step
        lines = zip_longest(step.wrap(room)[:STEP_LINES], [goals], fillvalue=Content(""))
        return Content("\n").join(
            [
                Content.assemble(line, " " * (room + GAP - len(line.plain)), beside)
                for line, beside in lines
            ]
        )

    def _whole(self, said: Content) -> Content:
        return wording.hanging(Content(), said, self.content_size.width)

    def _goals(self, board: Board) -> Content:
        """Return how many goals are met and missed by now, and how many are open."""
        so_far = board.standing
        return Content.assemble(
            (f"✔ {so_far.met}", "$text-success"),
            (f"  ✖ {so_far.missed}", "$text-warning" if so_far.missed else "$text-muted"),
            (f"  · {so_far.open}", "$text-muted"),
        )
