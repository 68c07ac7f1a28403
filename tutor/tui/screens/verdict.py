"""The verdict: what was measured, what was needed, where to look next."""

from collections.abc import Mapping
from typing import Any

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content

from tutor.curriculum import Level
from tutor.curriculum.story import Scene
from tutor.events import RunFinished
from tutor.judge import Kind, Outcome, noisy
from tutor.learner.certificate import FINALES
from tutor.learner.progress import LevelProgress
from tutor.learner.results import counted_medal, diagnosed, gold_is_gone, predicted
from tutor.tui import wording
from tutor.tui.base import TutorScreen
from tutor.tui.keys import key
from tutor.tui.story import code
from tutor.tui.widgets.figures import figures
from tutor.tui.widgets.more import More
from tutor.tui.widgets.plain import Static
from tutor.words.scenes import scene_for
from tutor.words.wording import explained, outcome_key, told_key

MARKS = {Kind.FOUL: "✖", Kind.NOTE: "▸", Kind.NOISE: "?", Kind.OURS: "!"}
UNDECIDED = ("quick_passed", "cannot_tell", "our_fault")
"""The outcomes after which the full run is the next thing to do."""


class VerdictScreen(TutorScreen):
    """How a run ended."""

    CSS_PATH = "verdict.tcss"
    AUTO_FOCUS = "#report"
    BINDINGS = [
        key("escape,w", "back_to_work", display="esc"),
        key("l", "lesson"),
        key("v", "verify_now"),
        key("n", "next_level"),
        key("s", "scene"),
        key("m", "to_map"),
    ]

    def __init__(
        self, level: Level, finished: RunFinished, first: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__()
        self.level, self.finished = level, finished
        self.first = first or {}
        """What was measured before anything was mended."""
        if level.number in FINALES:
            # As after its lesson: there comes no level but what was reached.
            self._bindings.key_to_bindings["n"] = [key("n", "certificate")]

    @property
    def outcome(self) -> str:
        """The outcome's key; a quick check that passed has its own."""
        return outcome_key(self.finished)

    def content(self) -> ComposeResult:
        """Show outcome, findings, goals, figures and what to do next."""
        told, texts = told_key(self.finished), self.tutor.texts
        symbol, _ = wording.OUTCOME_LOOKS[told]
        kind = told.replace("_", "-")
        with VerticalScroll(id="report", classes=f"-{kind}") as report:
            yield Static(self._headline(symbol), id="outcome")
            yield Static(code(explained(texts, self.level, self.finished)), id="explained")
            yield Static(code(self.t(f"next.{self._next()}")), id="next")
            if self.scene is not None:
                yield from self._said("▸", self.t("verdict.scene", title=self.scene.title))
            if note := self._medal_note():
                yield from self._said("▸", note)
            yield from self._won() if self.outcome == "won" else self._not_won()
        yield More(report)

    def _won(self) -> ComposeResult:
        """Show what became of it: the guess, before and after, the diagnosis, then the goals."""
        if told := predicted(self.tutor.texts, self.level, self.finished, self._mine):
            yield from self._said("▸", told)
        yield from self._figures()
        if told := self._diagnosed():
            yield from self._said("▸", told)
        yield from self._findings()
        yield from self._goals()

    def _not_won(self) -> ComposeResult:
        """Show where to look next, then what was measured."""
        yield from self._findings()
        if told := self._diagnosed():
            yield from self._said("▸", told)
        if self.outcome != "our_fault":
            yield from self._goals()
            yield from self._figures()

    def _diagnosed(self) -> str:
        texts, mine = self.tutor.texts, self._mine
        return diagnosed(texts, self.level, self.finished, mine, self.first)

    def _findings(self) -> ComposeResult:
        """Show what was observed."""
        findings = self.finished.verdict.findings
        if findings and self.finished.verdict.outcome in (Outcome.WON, Outcome.NOT_YET):
            yield Static(self.t("verdict.look"), classes="part")
        for finding in findings:
            text = self.tutor.texts.finding(self.level, finding)
            yield from self._said(MARKS[finding.kind], text)

    def _next(self) -> str:
        """Return the key of what to do next."""
        if self.outcome == "won" and self.finished.verdict.medal == "gold":
            return "won_gold"
        return "not_yet_silent" if self._says_no_more else self.outcome

    @property
    def _says_no_more(self) -> bool:
        """Whether a quick check refused and found no words for it; the full run sees more."""
        finished = self.finished
        silent = finished.quick and not finished.verdict.findings
        return silent and self.outcome == "not_yet"

    def _said(self, mark: str, text: str) -> ComposeResult:
        with Horizontal(classes="finding"):
            yield Static(mark, classes="mark")
            yield Static(code(text))

    def on_mount(self) -> None:
        """Celebrate a win, once."""
        finished = self.finished
        won = finished.verdict.won and not finished.quick
        if won and self.tutor.celebrates and finished is not self.tutor.celebrated:
            self.tutor.celebrated = finished
            self.tutor.navigator.to_win(self.level, finished)

    @property
    def scene(self) -> Scene | None:
        """What happens in the office because of this verdict; None where nothing does."""
        return scene_for(self.level, self.finished.verdict, self.tutor.texts)

    def settle(self) -> None:
        """Let the arrows scroll."""
        self.query_one("#report").focus()

    def _headline(self, symbol: str) -> Content:
        texts = self.tutor.texts
        words = f"{symbol}  {texts(f'outcome.{told_key(self.finished)}').upper()}"
        medal = counted_medal(self.finished, self._mine)
        kind = self.t("verdict.quick") if self.finished.quick else ""
        kind = wording.medal(texts, medal) if medal else kind
        seconds = self.t("run.elapsed", seconds=self.finished.seconds)
        return Content.assemble((words, "bold"), f"   {kind}   " if kind else "   ", seconds)

    def _medal_note(self) -> str:
        gone = gold_is_gone(self.finished, self._mine)
        return self.t("verdict.gold_is_gone") if gone else ""

    @property
    def _mine(self) -> LevelProgress:
        return self.session.level_progress(self.level)

    def _figures(self) -> ComposeResult:
        """Show before and after as bars, where there is anything to draw."""
        measures, texts = self.finished.measures, self.tutor.texts
        if bars := figures(self.level, measures, texts, first=self.first):
            yield Static(self.t("verdict.figures"), classes="part")
            yield Static(bars, id="figures")

    def _goals(self) -> ComposeResult:
        """Show each goal: what was measured, what was needed, and of what."""
        texts = self.tutor.texts
        if not self.finished.verdict.goals:
            return
        yield Static(self.t("verdict.goals"), classes="part")
        findings = self.finished.verdict.findings
        unsure = noisy(findings)
        with Vertical(id="goals"):
            for result in self.finished.verdict.goals:
                state = wording.goal_state(texts, result, sure=result.measure not in unsure)
                numbers = Content.assemble(
                    state,
                    " " * (14 - len(state.plain)),
                    f"{wording.medal(texts, result.medal.value):<12}",
                    (f"{texts.number(result.value):>6}", "bold"),
                    f"  {texts.bound(result):<6} ",
                )
                with Horizontal(classes="goal"):
                    yield Static(numbers, classes="numbers")
                    yield Static(texts.unit(self.level, result.measure))

    # -- where to --------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer scene, lesson, next level and the full run where there is one or one is due."""
        won = bool(self.session.level_progress(self.level).medal)
        if action in ("lesson", "certificate"):
            return won
        if action == "next_level":
            return won and self.session.next_level(self.level) is not None
        if action == "verify_now":
            return self._says_no_more or self.outcome in UNDECIDED
        return self.scene is not None if action == "scene" else True

    def action_back_to_work(self) -> None:
        """Return to the workbench."""
        self.app.pop_screen()

    def action_lesson(self) -> None:
        """Read what happened."""
        self.tutor.navigator.to_lesson(self.level)

    def action_scene(self) -> None:
        """Play the scene."""
        self.tutor.navigator.to_scene(self.level, self.finished.verdict)

    def action_verify_now(self) -> None:
        """Return to the workbench and begin the full run."""
        self.tutor.navigator.verify()

    def action_next_level(self) -> None:
        """Begin the next level."""
        self.tutor.navigator.to_map(start=self.session.next_level(self.level))

    def action_certificate(self) -> None:
        """Show what was reached."""
        self.tutor.navigator.to_certificate()

    def action_to_map(self) -> None:
        """Return to the map."""
        self.tutor.navigator.to_map()
