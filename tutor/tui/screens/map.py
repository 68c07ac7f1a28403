"""The level map: the campaign as a path, what was won on it, and the way in."""

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.widgets.option_list import Option

from tutor.curriculum import Level
from tutor.events import RunFinished
from tutor.judge import judge
from tutor.learner.progress import Progress
from tutor.learner.way import current, has_begun, is_through, needs_story, way_on
from tutor.tui import wording
from tutor.tui.base import TutorScreen
from tutor.tui.keys import key
from tutor.tui.left import offer_what_is_left
from tutor.tui.packs import once_agreed
from tutor.tui.path import WON, state_of
from tutor.tui.story import code
from tutor.tui.widgets.chooser import Chooser
from tutor.tui.widgets.plain import OptionList, Static
from tutor.tui.widgets.trail import Stop, stop

WIDE = 110
"""Columns from which the details stand beside the path."""


MOST_AIR = 3
"""Lines that a stop may have beyond its two."""


class MapScreen(TutorScreen):
    """All levels of the campaign."""

    CSS_PATH = "map.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]
    BINDINGS = [
        key("space", "go_on", "go_on_map"),
        key("c", "certificate"),
        key("s", "story"),
        key("l", "lesson", "lesson_map"),
        key("r", "replay"),
        key("escape", "back", display="esc"),
    ]

    def __init__(self, start: Level | None = None, resume: Level | None = None) -> None:
        super().__init__()
        self._start, self._resume = start, resume
        self._drawn_for = Size()
        self._here = ""
        """The level of the workspace when the path was drawn last."""
        self._progress = Progress()
        """What the learner did, as it was when the screen looked last."""

    def content(self) -> ComposeResult:
        """Show the path, and what is known of the chosen level."""
        yield Static(id="heading")
        with Horizontal(id="land"):
            yield Chooser(enter="play", id="levels")
            with VerticalScroll(id="details", can_focus=True):
                yield Static(id="detail")
        yield Static(id="detail-below")

    def on_mount(self) -> None:
        """Fill the list, and go where the learner was going."""
        self.refresh_levels()
        if self._resume is not None:
            self.enter_level(self._resume)
        elif self._start is not None:
            self.enter_level(self._start)

    def settle(self) -> None:
        """Fill the list again."""
        self.refresh_levels()

    def on_screen_resume(self) -> None:
        """Show what was won meanwhile."""
        self.refresh_levels()

    def other_run_changed(self, run: RunFinished | None) -> None:
        """Show what was won elsewhere."""
        self.refresh_levels()

    def on_resize(self, event: events.Resize) -> None:
        """Draw the path for the new width."""
        if event.size != self._drawn_for:
            self.refresh_levels()

    # -- the path --------------------------------------------------------------------------------

    def refresh_levels(self) -> None:
        """Show each level with the learner's progress in it."""
        if not self.query("#levels"):
            return
        rows = self.query_one("#levels", OptionList)
        with self.explained():
            self._progress, self._drawn_for = self.session.progress, self.app.size
            chosen, levels = rows.highlighted, self.session.levels
            won = sum(state_of(self.session, self._progress, level) == WON for level in levels)
            counted = self.t("map.won", won=won, levels=len(levels))
            self.query_one("#heading", Static).update(f"{self.t('map.heading')}  ·  {counted}")
            width = max(40, (self.app.size.width - (44 if self._is_wide else 0)) - 4)
            slugs = [level.slug for level in levels]
            here = self.session.workspace.level
            first = slugs.index(here) if here in slugs else 0
            if here != self._here:
                # Another level was gone on with since: the path begins there.
                chosen, self._here = None, here
            airs = self._airs(len(levels), first)
            lines = [self._row(level, width, air) for level, air in zip(levels, airs, strict=True)]
            rows.set_options([Option(row, id=s) for row, s in zip(lines, slugs, strict=True)])
            rows.highlighted = first if chosen is None else chosen
            rows.focus()
            self._show_details()

    @property
    def _is_wide(self) -> bool:
        return self.app.size.width >= WIDE

    def _row(self, level: Level, width: int, air: int) -> Content:
        mine = self._progress.of(level.slug)
        texts = self.tutor.texts
        state = state_of(self.session, self._progress, level)
        facts = wording.medal(texts, mine.medal) if mine.medal else self.t(f"map.{state}")
        if level == current(self.session) and mine.medal:
            facts = f"{facts} · {self.t('map.here')}"
        last = level == self.session.levels[-1]
        place = self.session.levels.index(level)
        title = f"{level.number}  {level.title[self.language]}"
        below = self._best(level) or level.summary[self.language]
        return stop(Stop(state, title, facts, below), place, width, air, last=last)

    def _airs(self, count: int, here: int) -> list[int]:
        """Return how many lines each of *count* stops has beyond its two.

        Where there is no room for two of each, those far from *here* have one: all are seen.
        """
        lines = self.app.size.height - 3 - (0 if self._is_wide else 7)
        if lines >= 2 * count:
            return [max(0, min(MOST_AIR, (lines - 1) // max(1, count) - 2))] * count
        nearest = sorted(range(count), key=lambda place: abs(place - here))
        whole = nearest[: max(0, lines - count)]
        return [0 if place in whole else -1 for place in range(count)]

    def _best(self, level: Level) -> str:
        """Return the best figure of the learner's wins, with its unit; empty before the first."""
        best = self._progress.of(level.slug).best
        texts = self.tutor.texts
        told = [
            f"{texts.number(value)} {texts.unit(level, goal.measure, value)}"
            for goal in level.goals
            if (value := best.get(goal.measure)) is not None
        ]
        return " · ".join(list(dict.fromkeys(told))[:2])

    @on(OptionList.OptionHighlighted, "#levels")
    def _show_details(self) -> None:
        """Say of the chosen level what the path has no room for."""
        if not self.query("#detail") or not self.session.levels:
            return
        said = self._details(self._chosen())
        goals = self._goals(self._chosen())
        self.query_one("#detail", Static).update(Content("\n\n").join([said, goals]))
        self.query_one("#detail-below", Static).update(said)
        self.refresh_bindings()

    def _details(self, level: Level) -> Content:
        mine = self._progress.of(level.slug)
        lines = [
            Content.styled(f"{level.number}  {level.title[self.language]}", "bold $text-primary"),
            code(level.summary[self.language]),
        ]
        facts = [wording.medal(self.tutor.texts, mine.medal)]
        if mine.attempts:
            one = "map.attempt" if mine.attempts == 1 else "map.attempts"
            facts.append(self.t(one, count=mine.attempts))
        if mine.hints:
            facts.append(self.t("map.hints", taken=mine.hints, total=len(level.hints)))
        if level == current(self.session):
            facts.append(self.t("map.here"))
        lines.append(Content("  ·  ".join(facts)))
        if best := self._best(level):
            lines.append(Content(self.t("map.best", figures=best)))
        if not mine.attempts:
            # Who has tried it knows by now, and there are figures to be read instead.
            lines.append(Content.styled(self.t("map.kept"), "$text-muted"))
        return Content("\n").join(lines)

    def _goals(self, level: Level) -> Content:
        """Return what wins the level, and how near the learner's best came."""
        texts, best = self.tutor.texts, self._progress.of(level.slug).best
        lines = [Content.styled(self.t("tab.goals"), "bold")]
        for result in judge(level.goals, best, (), quick=False).goals:
            unit = f"{texts.bound(result)} {texts.unit(level, result.measure)}"
            named = f"{wording.medal(texts, result.medal.value)}"
            lines.append(Content.assemble((f"{named}\n", "$text-accent"), f"  {unit}"))
        return Content("\n").join(lines)

    def _chosen(self) -> Level:
        index = self.query_one("#levels", OptionList).highlighted or 0
        return self.session.levels[index]

    # -- where to --------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer lesson and replay of what was won, and the way on once there is one."""
        if action in ("lesson", "replay"):
            won = self.query("#levels") and self.session.levels
            return bool(won and self._progress.of(self._chosen().slug).medal)
        if action == "go_on":
            # Who has begun nothing chooses where to begin; there is nothing to continue.
            has_way = way_on(self.session) is not None or is_through(self.session)
            return has_way and has_begun(self.session)
        return True

    @on(OptionList.OptionSelected, "#levels")
    def action_play(self) -> None:
        """Play the chosen level; a new one begins with its story."""
        with self.explained():
            self.enter_level(self._chosen())

    def action_go_on(self) -> None:
        """Go on where the learner was."""
        with self.explained():
            if level := way_on(self.session):
                self.enter_level(level)
            elif is_through(self.session):
                offer_what_is_left(self, self.enter_level)

    def action_story(self) -> None:
        """Play the chosen level from its story on."""
        self.enter_level(self._chosen(), story=True)

    def action_lesson(self) -> None:
        """Read again what the chosen level taught."""
        self.tutor.navigator.to_lesson(self._chosen())

    def action_replay(self) -> None:
        """Begin the chosen level anew, after a question."""
        level = self._chosen()

        def begin(yes: bool | None) -> None:
            if yes:
                self._begin_anew(level)

        self.tutor.navigator.confirm(
            lambda: self.t("map.replay", title=level.title[self.language]),
            lambda: self.t("map.replay_yes"),
            begin,
        )

    def _begin_anew(self, level: Level) -> None:
        def begin() -> None:
            self.session.enter(level)
            self.session.reset()

        def enter() -> None:
            self.background(begin, lambda _: self._open(level, story=True), group="enter")

        once_agreed(self, level, enter)

    def action_certificate(self) -> None:
        """Show what was reached by now."""
        self.tutor.navigator.to_certificate()

    def action_back(self) -> None:
        """Return to the title."""
        self.app.pop_screen()

    def enter_level(self, level: Level, *, story: bool = False) -> None:
        """Put the level's files into the workspace, then open it; its story is told once.

        With *story* it is told again.
        """

        def enter() -> None:
            self.background(
                lambda: self.session.enter(level),
                lambda _: self._open(level, story=story),
                group="enter",
            )

        once_agreed(self, level, enter)

    def _open(self, level: Level, *, story: bool) -> None:
        if self.tutor.is_closed_level(level.slug):
            closed = self.tutor.texts("room.closed_level", number=level.number)
            self.notify(closed, severity="warning")
        if story or needs_story(self.session, level):
            self.tutor.navigator.to_story(level)
        else:
            self.tutor.navigator.to_work(level)
