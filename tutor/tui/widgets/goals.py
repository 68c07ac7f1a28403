"""The goals with what is known of each by now."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tutor.judge import GoalResult
from tutor.texts import Texts
from tutor.tui import wording
from tutor.tui.board import Board
from tutor.tui.story import code


class GoalsView(VerticalScroll, can_focus=True):
    """Each goal in two lines: state, medal and numbers; then its sentence."""

    DEFAULT_CSS = """
    GoalsView { padding: 0 1; height: 1fr; }
    GoalsView > Static { width: 100%; height: auto; }
    """

    def __init__(self, *, compact: bool = False) -> None:
        super().__init__()
        self._compact = compact
        """Show the numbers without the sentences."""

    def compose(self) -> ComposeResult:
        """Yield the one block of text."""
        yield Static()

    def show(self, board: Board, texts: Texts) -> None:
        """Show the goals as *board* has them."""
        goals = board.goals()
        states = {goal.id: self._state(goal, board, texts) for goal in goals}
        width = max(len(state.plain) for state in states.values())
        medal_width = max(len(wording.medal(texts, goal.medal.value)) for goal in goals)
        lines = []
        for goal in goals:
            state = states[goal.id]
            name = wording.medal(texts, goal.medal.value)
            unit = texts.unit(board.level, goal.measure)
            lines.append(
                Content.assemble(
                    state,
                    " " * (width - len(state.plain) + 2),
                    f"{name:<{medal_width}}  ",
                    (wording.number(goal.value), "bold"),
                    f"  {wording.bound(goal)} {unit}\n",
                )
            )
            if not self._compact:
                sentence = code(f"  {texts.goal(board.level, goal)}\n")
                lines.append(sentence.stylize_before("$text-muted"))
        self.query_one(Static).update(Content("").join(lines).rstrip())

    def _state(self, goal: GoalResult, board: Board, texts: Texts) -> Content:
        known = goal.value is not None or (goal.id in board.results and not board.quick)
        return wording.goal_state(texts, goal, known=known)
