"""How values, goals and events are worded; what it returns is shown as it is."""

from typing import Any

from textual.content import Content

from tutor.curriculum import Level
from tutor.events import (
    Event,
    FindingMade,
    GoalMeasured,
    LoadFinished,
    LoadSampled,
    LoadStarted,
    Measured,
    PhaseStarted,
    RunAwaited,
    RunCancelled,
    RunFinished,
    RunStarted,
    ServiceDied,
    ServiceStarted,
    ServiceStarting,
    ServiceStopped,
    StepStarted,
)
from tutor.judge import GoalResult
from tutor.tui import story
from tutor.words.rendering import raw, rendered
from tutor.words.texts import Texts
from tutor.words.wording import awaited, service_of, told_key

OUTCOME_LOOKS = {
    "won": ("✔", "$text-success"),
    "quick_passed": ("✔", "$text-success"),
    "quick_bronze": ("✔", "$text-accent"),
    "quick_silver": ("✔", "$text-accent"),
    "not_yet": ("✖", "$text-warning"),
    "cannot_tell": ("?", "$text-accent"),
    "our_fault": ("!", "$text-error"),
}
"""Symbol and colour of each outcome; the word always stands beside them."""
MEDAL_STARS = {"": "☆☆☆", "bronze": "★☆☆", "silver": "★★☆", "gold": "★★★"}
LOAD_LOOKS = {
    "idle": ("●", "$text-success"),
    "works": ("●", "$text-success"),
    "busy": ("◆", "$text-warning"),
    "full": ("▲", "$text-error"),
}
"""Symbol and colour of how busy a service is; the word always stands beside them."""
SERVICE_LOOKS = {
    "waiting": ("·", "$text-muted"),
    "starting": ("◐", "$text-accent"),
    "up": ("●", "$text-success"),
    "stopped": ("○", "$text-muted"),
    "died": ("✖", "$text-error"),
}


def smooth(values: list[float], window: int = 4) -> list[float]:
    """Return *values*, each as the mean of the last *window*: answers come in bursts."""
    return [
        sum(part) / len(part)
        for i in range(len(values))
        if (part := values[max(0, i + 1 - window) : i + 1])
    ]


def medal(texts: Texts, name: str) -> str:
    """Return stars and word of a medal; *name* is empty where none was won."""
    word = texts(f"medal.{name}") if name else texts("tui.no_medal")
    return f"{MEDAL_STARS.get(name, MEDAL_STARS[''])} {word}"


def goal_state(texts: Texts, result: GoalResult, *, sure: bool = True) -> Content:
    """Return symbol and word for a goal: met, not met, not measured, or lost in the noise."""
    if not sure:
        return Content.styled(f"? {texts('tui.goal.unsure')}", "$text-accent")
    if result.value is None:
        return Content.styled(f"· {texts('tui.goal.open')}", "$text-muted")
    if result.met:
        return Content.styled(f"✔ {texts('tui.goal.met')}", "$text-success")
    return Content.styled(f"✖ {texts('tui.goal.missed')}", "$text-warning")


def hanging(mark: Content, text: Content, width: int, margin: Content | None = None) -> Content:
    """Return *text* in lines of *width* columns, all of them right of *mark*.

    *margin* is what stands below the mark, as wide as it is; blanks where nothing else is said.
    """
    indent = len(mark.plain)
    lines = text.wrap(max(10, width - indent))
    below = Content(" " * indent) if margin is None else margin
    return Content("\n").join(
        [Content.assemble(mark if row == 0 else below, line) for row, line in enumerate(lines)]
    )


def event_line(texts: Texts, level: Level, event: Event) -> Content | None:
    """Return the line of the log for *event*; None where it is no news."""
    name = type(event).__name__
    return rendered(
        lambda: _event_line(texts, level, event),
        lambda: Content(raw(name, event.to_json())),
        f"The event {name}",
    )


def _event_line(  # noqa: C901 - one case per event
    texts: Texts, level: Level, event: Event
) -> Content | None:

    def t(key: str, **params: Any) -> str:
        return texts(f"tui.log.{key}", **params)

    match event:
        case RunStarted(variant=variant, quick=quick):
            return Content(t("quick" if quick else "full", variant=texts(f"variant.{variant}")))
        case RunAwaited():
            return story.code(awaited(texts, event)).stylize("$text-warning")
        case PhaseStarted(phase=phase):
            return Content.styled(texts(f"phase.{phase}"), "bold")
        case StepStarted(id=id, params=params):
            return story.code(f"  {texts.step(level, id, params)}")
        case ServiceStarting(server=server):
            return Content(f"  {t('starting', service=service_of(texts, event), server=server)}")
        case ServiceStarted(port=port, seconds=seconds):
            service = service_of(texts, event)
            return Content(f"  {t('started', service=service, port=port, seconds=seconds)}")
        case ServiceStopped(service=service):
            return Content(f"  {t('stopped', service=service)}")
        case ServiceDied(service=service, exit_code=code, log_tail=tail):
            return Content.styled(
                f"  {t('died', service=service, code=code)}\n{tail.rstrip()}", "$text-error"
            )
        case LoadFinished(requests=requests, failures=failures, rps=rps):
            return Content(f"  {t('loaded', requests=requests, failures=failures, rps=rps)}")
        case Measured(measure=measure, value=value):
            unit = texts.unit(level, measure)
            return Content(f"  {unit}: {texts.number(value)}") if unit else None
        case GoalMeasured(result=result):
            return Content.assemble(
                "  ",
                goal_state(texts, result),
                "  ",
                story.code(texts.goal(level, result)),
            )
        case FindingMade(finding=finding):
            return story.code(f"  ▸ {texts.finding(level, finding)}").stylize("$text-warning")
        case RunCancelled():
            return Content.styled(t("cancelled"), "bold")
        case RunFinished(seconds=seconds):
            outcome = texts(f"outcome.{told_key(event)}")
            return Content.styled(t("finished", outcome=outcome, seconds=seconds), "bold")
        case LoadStarted() | LoadSampled():
            return None
    return None
