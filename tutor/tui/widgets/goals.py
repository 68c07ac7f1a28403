"""The goals with what is known of each by now."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from tutor.judge import GoalResult
from tutor.tui import wording
from tutor.tui.board import Board
from tutor.tui.story import code
from tutor.tui.widgets.meter import meter
from tutor.tui.widgets.plain import Static
from tutor.tui.wording import hanging
from tutor.words.texts import Texts

NEEDED = 16
"""Columns of a single bound beside its value."""
METER, WIDE_METER = 12, 28
"""Columns of a value drawn against its bound."""
ROOMY = 90
"""Columns from which there is room for the wide one."""


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
        self._about: object = None
        """What is shown now."""
        self._what: tuple[Board, Texts] | None = None
        self._width = self._room = 0
        """The width that there was last, and its part for text: a tab behind others has none."""

    def compose(self) -> ComposeResult:
        """Yield the one block of text."""
        yield Static()

    def show(self, board: Board, texts: Texts) -> None:
        """Show the goals as *board* has them."""
        self._what = board, texts
        self._lay_out()

    def on_resize(self) -> None:
        """Draw anew as wide as there is room."""
        self._lay_out()

    def _lay_out(self) -> None:
        if self._what is None:
            return
        board, texts = self._what
        self._width = self.size.width or self._width
        self._room = self.scrollable_content_region.width or self._room
        about = tuple(board.goals()), board.quick, texts.language, self._width
        if about != self._about:
            self._about = about
            lines = self._by_measure if self._compact else self._one_by_one
            self.query_one(Static).update(lines(board, texts))

    def _one_by_one(self, board: Board, texts: Texts) -> Content:
        """Return each goal with its numbers, drawn against its bound, and its sentence."""
        goals = board.goals()
        states = {goal.id: wording.goal_state(texts, goal) for goal in goals}
        width = max(len(state.plain) for state in states.values())
        medal_width = max(len(wording.medal(texts, goal.medal.value)) for goal in goals)
        lines = []
        for goal in goals:
            state = states[goal.id]
            name = wording.medal(texts, goal.medal.value)
            unit = texts.unit(board.level, goal.measure)
            room = max(40, self._room)
            mark = Content.assemble(
                state,
                " " * (width - len(state.plain) + 2),
                f"{name:<{medal_width}}  ",
                (f"{texts.number(goal.value):>5} ", "bold"),
                meter(goal, self._meter_width),
                "  ",
            )
            lines.append(hanging(mark, Content(f"{texts.bound(goal)} {unit}"), room))
            sentence = code(texts.goal(board.level, goal)).stylize_before("$text-muted")
            lines.append(hanging(Content("  "), sentence, room))
        return Content("\n").join(lines)

    @property
    def _meter_width(self) -> int:
        return WIDE_METER if self._width >= ROOMY else METER

    def _by_measure(self, board: Board, texts: Texts) -> Content:
        """Return each measure once: its value, and which medals' bounds it keeps."""
        by_measure: dict[str, list[GoalResult]] = {}
        for goal in board.goals():
            by_measure.setdefault(goal.measure, []).append(goal)
        room = max(30, self._room)
        lines: list[Content] = []
        for measure, goals in by_measure.items():
            unit = Content(texts.unit(board.level, measure, goals[0].value))
            value = Content.styled(f"{texts.number(goals[0].value):>5}", "bold")
            bounds = [self._bound(goal, texts) for goal in goals]
            if len(bounds) == 1:
                needed = len(bounds[0].plain)
                mark = Content.assemble(value, bounds[0], " " * (NEEDED - needed))
                lines.append(hanging(mark, unit, room))
            else:
                lines.append(hanging(value + "  ", unit, room))
                lines.append(hanging(Content("  "), Content("").join(bounds)[2:], room))
        return Content("\n").join(lines)

    def _bound(self, goal: GoalResult, texts: Texts) -> Content:
        symbol = wording.goal_state(texts, goal)[:1]
        stars = wording.MEDAL_STARS[goal.medal.value]
        return Content.assemble("  ", symbol, f" {stars} {texts.bound(goal)}")
