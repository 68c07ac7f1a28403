"""The kinds of events that seats send, and what each of them may hold."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tutor.room.wire import MOST_EVENTS, SENTENCE, Fields, Refused


@dataclass(frozen=True, slots=True)
class Sent:
    """An event of a seat that can be kept."""

    n: int
    kind: str
    data: dict[str, Any]
    claimed: str


def read_events(body: Mapping[str, Any]) -> list[Sent]:
    """Return the events in *body* in the order of their numbers.

    Raises:
        Refused: one of them cannot be kept; then none is.
    """
    events = body.get("events")
    if not isinstance(events, list) or len(events) > MOST_EVENTS:
        raise Refused(f"events is no list of at most {MOST_EVENTS}.")
    return sorted((_read(event) for event in events), key=lambda event: event.n)


class BadEvent(Refused):
    """One event cannot be kept."""

    def __init__(self, message: str, n: object, why: str = "") -> None:
        super().__init__(message)
        self.n = n if isinstance(n, int) else None
        self.why = why
        """The name of the bound that it would break; empty where it is wrong by itself."""


def _read(event: Any) -> Sent:
    n = event.get("n") if isinstance(event, dict) else None
    try:
        fields = Fields(event, "An event")
        kind = fields.word("kind", *KINDS)
        number = fields.whole("n", 1)
        data = KINDS[kind](Fields(event.get("data", {}), f"Event {number}"))
        return Sent(number, kind, data, fields.moment("at"))
    except Refused as error:
        raise BadEvent(str(error), n) from error


def _run_finished(data: Fields) -> dict[str, Any]:
    outcomes = ("won", "lost", "cannot_tell", "our_fault", "cancelled")
    return {
        "level": data.id("level"),
        "outcome": data.word("outcome", *outcomes),
        "medal": data.word("medal", "", "bronze", "silver", "gold", default=""),
        "quick": data.flag("quick", default=False),
        "seconds": data.seconds("seconds"),
        # Pairs: PostgreSQL keeps a table of JSON in an order of its own.
        "goals": data.states("goals", "reached", "missed", "open"),
        "finding": data.id("finding", empty=True),
        "findings": data.ids("findings"),
        "number": data.whole("number", default=0),
    }


def _incident(data: Fields) -> dict[str, Any]:
    state = data.word("state", "begun", "refused", "mended")
    return {"id": data.whole("id", 1), "state": state, "seconds": data.seconds("seconds")}


KINDS: dict[str, Callable[[Fields], dict[str, Any]]] = {
    "level_opened": lambda data: {"level": data.id("level")},
    "run_started": lambda data: {
        "level": data.id("level"),
        "quick": data.flag("quick", default=False),
    },
    "run_finished": _run_finished,
    "hint_taken": lambda data: {"level": data.id("level"), "number": data.whole("number", 1)},
    "hand_raised": lambda data: {"text": data.text("text", SENTENCE, default="")},
    "hand_lowered": lambda data: {},
    "ready": lambda data: {"level": data.id("level"), "on": data.flag("on")},
    "diff": lambda data: {"level": data.id("level"), "text": data.diff("text")},
    "message_seen": lambda data: {"id": data.whole("id", 1)},
    "incident": _incident,
    "doctor": lambda data: {
        "missing": data.ids("missing"),
        "version": data.text("version", 40, default=""),
        "platform": data.text("platform", 80, default=""),
    },
}
