"""Tell a run's events as lines of text."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.errors import MarkupError
from rich.markup import escape
from rich.text import Text

from tutor.cli.columns import Columns
from tutor.curriculum import Level
from tutor.events import (
    Event,
    LapFinished,
    LoadFinished,
    LoadSampled,
    Measured,
    PhaseStarted,
    RaceFinished,
    RaceStarted,
    Repaired,
    RunAwaited,
    RunFinished,
    RunStarted,
    ServerSampled,
    ServiceDied,
    ServiceStarted,
    StepStarted,
    WorkersAwaited,
)
from tutor.judge import GoalResult, Kind, Outcome, Verdict, asked_of_run
from tutor.learner.progress import LevelProgress
from tutor.learner.results import counted_medal, diagnosed, gold_is_gone, predicted
from tutor.words.rendering import raw, rendered
from tutor.words.texts import Texts
from tutor.words.wording import awaited, explained, lanes, service_of, told_key

SIGNS = {
    Outcome.WON: ("✔", "green"),
    Outcome.NOT_YET: ("✘", "red"),
    Outcome.CANNOT_TELL: ("?", "yellow"),
    Outcome.OUR_FAULT: ("!", "magenta"),
}


class EscapingConsole(Console):
    """A console that shows as it is what looks like markup and is none, whoever wrote it.

    Values are escaped where they are put into markup; a bracket that was forgotten costs a style.
    """

    def render_str(self, text: str, **options: Any) -> Text:
        """Return *text* with its markup as styles, or as it is."""
        try:
            return super().render_str(text, **options)
        except MarkupError:
            return super().render_str(text, **{**options, "markup": False})


def console(*, err: bool = False) -> Console:
    """Return a console that never breaks words of ours in odd places."""
    return EscapingConsole(stderr=err, highlight=False, soft_wrap=False)


def bar(percent: float, width: int) -> str:
    """Return a bar of blocks, *width* columns at 100 %; more than that it cannot show."""
    eighths = round(min(100.0, max(0.0, percent)) / 100 * width * 8)
    full, rest = divmod(eighths, 8)
    return f"{'█' * full}{' ▏▎▍▌▋▊▉'[rest] if rest else ''}".ljust(width)


class Narrator:
    """Prints what happens during a run, one line per fact."""

    def __init__(self, out: Console, texts: Texts, level: Level) -> None:
        self.out = out
        self.texts = texts
        self.level = level
        self._race: RaceStarted | None = None
        self._raced: set[str] = set()
        """What was raced for already: a race is run again where the noise could decide it."""
        self._laps: list[float] = []
        self._quick = self._counters = False
        self._judged = True
        self._stand: dict[str, bool] = {}
        """By goal, whether it was met when it was told of last."""
        self._said: dict[str, Any] = {}
        self._latest: dict[str, Any] = {}
        """By measure, the number that was told last, and the last one there was."""

    def tell(self, event: Event) -> None:
        """Print *event*, if it is worth a line."""
        name = type(event).__name__
        rendered(
            lambda: self._tell(event),
            lambda: self.out.print(f"  {raw(name, event.to_json())}", markup=False),
            f"The event {name}",
        )

    def _tell(self, event: Event) -> None:  # noqa: C901 - one case per event
        match event:
            case RunStarted():
                self._quick, self._counters, self._stand = event.quick, event.counters, {}
                self._judged = event.judged
                self._said, self._latest, self._raced = {}, {}, set()
            case RunAwaited():
                self.out.print(f"[yellow]{escape(awaited(self.texts, event))}[/]")
                self.out.print(escape(self.texts("run.give_up")))
            case Measured(measure, value):
                self._tell_measured(self._news(measure, value))
            case PhaseStarted(phase):
                self._tell_grown()
                self.out.print(f"[bold]{self.texts(f'phase.{phase}')}[/]")
            case StepStarted(id, params):
                self._tell_grown()
                self.out.print(f"  · {escape(self.texts.step(self.level, id, params))}")
            case ServiceStarted(_, server, port, seconds):
                took = self.texts.fixed(seconds)
                who = service_of(self.texts, event)
                where = escape(f"{who} ▸ {server}, 127.0.0.1:{port}, {took} s")
                self.out.print(f"  [dim]{where}[/]")
            case RaceStarted():
                if self._is_run_again(event.measure):
                    self.out.print(f"  {escape(self.texts('run.race_again'))}")
                self._race, self._laps = event, []
            case LapFinished(_, number, ms) if self._race:
                self._laps.append(ms)
                if len(self._laps) == len(self._race.shops):
                    self._tell_round(self._race, number)
            case RaceFinished(_, medians) if self._race:
                self.out.print(f"  {self._beside(self._race, medians)}")
            case Repaired(id, params):
                said = self.texts(f"repaired.{id}", **params)
                self.out.print(f"  [yellow]{escape(said)}[/]")
            case ServiceDied(service, _, code, _):
                self.out.print(f"  [red]✘ {escape(service)} ({code})[/]")
            case WorkersAwaited():
                self._tell_awaited(event)
            case LoadSampled() as s:
                second, rps = self.texts.fixed(s.second), self.texts.fixed(s.rps)
                self.out.print(
                    f"  [dim]{second:>5} s  {rps:>6}/s  p50 {s.p50_ms:.0f} ms  "
                    f"p95 {s.p95_ms:.0f} ms  ✘ {s.failures}[/]"
                )
            case ServerSampled() as used:
                self.out.print(
                    f"  [dim]{escape(used.server):>8}  CPU {used.cpu_percent:.0f} %  "
                    f"{used.memory_mb:.0f} MB  {used.disk_kb_per_second:.0f} kB/s[/]"
                )
            case LoadFinished() as total:
                rps = self.texts.fixed(total.rps)
                self.out.print(
                    f"  {total.requests} ▸ {rps}/s, p50 {total.p50_ms:.0f} ms, "
                    f"p95 {total.p95_ms:.0f} ms, ✘ {total.failures}"
                )

    def _news(self, measure: str, value: Any) -> list[GoalResult]:
        """Return the goals about *measure* whose state is another than was told."""
        self._latest[measure] = value
        results = self._compared(measure, value)
        news = [result for result in results if self._stand.get(result.id) is not result.met]
        self._stand |= {result.id: result.met for result in results}
        if news:
            self._said[measure] = value
        return news

    def _compared(self, measure: str, value: Any) -> list[GoalResult]:
        """Return the goals of this run about *measure*, beside *value*."""
        if not self._judged:
            return []
        asked = asked_of_run(self.level.goals, quick=self._quick, counters=self._counters)
        return [goal.compare({measure: value}) for goal in asked if goal.measure == measure]

    def _tell_grown(self) -> None:
        """Tell the numbers that went on growing when they were told: the verdict has the last."""
        for measure, value in self._said.items():
            if value != (last := self._latest[measure]):
                self._said[measure] = last
                self._tell_measured(self._compared(measure, last))

    def _tell_measured(self, goals: Sequence[GoalResult]) -> None:
        """Print what was measured beside the bounds: nobody has to wait for the verdict."""
        if not goals:
            return
        first = goals[0]
        unit = escape(self.texts.unit(self.level, first.measure, first.value))
        marks = "  ".join(
            f"{'[green]✔[/]' if goal.met else '[red]✘[/]'} [dim]{self.texts.bound(goal)}[/]"
            for goal in goals
        )
        self.out.print(f"  [bold]{escape(self.texts.number(first.value))}[/] {unit}  {marks}")

    def _tell_awaited(self, event: WorkersAwaited) -> None:
        texts = self.texts
        self.out.print(f"  · {texts('load.workers', here=event.here, wanted=event.wanted)}")
        if event.here < event.wanted:
            self.out.print(f"    {texts('load.come')}")
            # To be copied: whole, whatever the terminal makes of it.
            self.out.print(f"    {escape(event.command)}", soft_wrap=True)

    def _tell_round(self, race: RaceStarted, number: int) -> None:
        """Print what each shop took in this round."""
        times, self._laps = self._laps, []
        self.out.print(f"  [dim]{number:>3}/{race.rounds}  {self._beside(race, times)}[/]")

    def _is_run_again(self, measure: str) -> bool:
        """Return whether there was a race for *measure* in this run, and remember this one."""
        known = measure in self._raced
        self._raced.add(measure)
        return known

    def _beside(self, race: RaceStarted, times: Sequence[float]) -> str:
        return "  ".join(
            f"{escape(shop)} {self.texts.number(ms)} ms"
            for shop, ms in zip(lanes(self.texts, race), times, strict=True)
        )


def print_verdict(
    out: Console,
    texts: Texts,
    level: Level,
    run: RunFinished,
    mine: LevelProgress | None = None,
    before: Mapping[str, Any] | None = None,
) -> None:
    """Print a verdict: the goals, what was found, and the outcome in one line.

    *mine* has what the learner said before, *before* what was measured of the broken shop.
    """
    verdict = run.verdict
    out.print(goals_table(texts, level, verdict))
    for goal in level.goals if run.counters else ():
        if goal.by_clock:
            told = f"{texts.goal(level, goal)} {texts('grading.left_out')}"
            out.print(f" [dim]– {escape(told)}[/]")
    for finding in verdict.findings:
        sign = "[red]✘[/]" if finding.kind is Kind.FOUL else "→"
        out.print(f"{sign} {escape(texts.finding(level, finding))}")
    for told in (diagnosed(texts, level, run, mine, before), predicted(texts, level, run, mine)):
        if told:
            out.print(f"→ {escape(told)}")
    sign, colour = SIGNS[verdict.outcome]
    counted = counted_medal(run, mine)
    medal = f" – {texts(f'medal.{counted}')}" if counted else ""
    took = texts("tui.run.elapsed", seconds=run.seconds)
    out.print(
        f"\n[bold {colour}]{sign} {texts(f'outcome.{told_key(run)}')}{medal}[/]  "
        f"[dim]{level.slug} · {escape(texts(f'variant.{run.variant}'))} · {took}[/]"
    )
    out.print(escape(explained(texts, level, run)))
    if run.counters:
        out.print(texts("grading.counters"))
    if gold_is_gone(run, mine):
        out.print(texts("tui.verdict.gold_is_gone"))


def goals_table(texts: Texts, level: Level, verdict: Verdict) -> Columns:
    """Return the goals as a table: met or not, measured, needed, the sentence."""
    table = Columns()
    for prose in (False, False, False, False, True):
        table.add_column(prose=prose, keep=not prose)
    for goal in verdict.goals:
        mark = "[green]✔[/]" if goal.met else "[red]✘[/]" if goal.value is not None else "[dim]–[/]"
        table.add_row(
            f" {mark}",
            texts(f"medal.{goal.medal}"),
            f"[bold]{escape(texts.number(goal.value))}[/]",
            f"[dim]{texts.bound(goal)}[/]",
            escape(texts.goal(level, goal)),
        )
    return table
