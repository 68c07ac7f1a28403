"""From events to what a room is now: the same events, the same state, however often it restarts.

Only the time of receipt counts: a learner's clock may say anything.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tutor.room.state import Hand, LevelRecord, Message, RoomState, SeatState
from tutor.room.wire import same

BOARD = 0
"""The seat under whose number the board's own decisions stand."""


@dataclass(frozen=True, slots=True)
class Fact:
    """An event as it was kept."""

    id: int
    seat: int
    n: int
    kind: str
    data: Mapping[str, Any]
    at: float


def fold(room: RoomState, fact: Fact) -> None:
    """Let *fact* change *room*."""
    room.version = fact.id
    if fact.seat == BOARD:
        if change := OF_BOARD.get(fact.kind):
            change(room, fact)
        return
    if fact.kind == "joined":
        _join(room, fact)
        return
    seat = room.seats.get(fact.seat)
    if seat is None:
        return
    seat.taken = fact.n
    if act := OF_SEAT.get(fact.kind):
        before = seat.level
        act(seat, fact)
        if seat.level != before or seat.left:
            room.moves.append((fact.at, seat.number, "" if seat.left else seat.level))


# -- the board -------------------------------------------------------------------------------------


def _opened(room: RoomState, fact: Fact) -> None:
    room.title = fact.data.get("title", room.title)
    room.language = fact.data.get("language", room.language)
    room.closed = False
    room.pace = fact.n


def _closed(room: RoomState, fact: Fact) -> None:
    room.closed = True
    room.pace = fact.n


def _levels(room: RoomState, fact: Fact) -> None:
    room.open_levels = fact.data["open"]
    room.pace = fact.n


def _answers(room: RoomState, fact: Fact) -> None:
    room.open_answers = fact.data["open"]
    room.pace = fact.n


def _push(room: RoomState, fact: Fact) -> None:
    data = fact.data
    seats = tuple(number for number in data["seats"] if number in room.seats)
    room.messages[fact.n] = Message(
        fact.n, fact.at, data["body"]["kind"], dict(data["body"]), data["by"], seats, data["aim"]
    )
    for number in seats:
        room.seats[number].mail.append(fact.n)


def _taken(room: RoomState, fact: Fact) -> None:
    seat = room.seats.get(fact.data["seat"])
    if seat is not None and seat.hand is not None:
        seat.hand.taken_by = fact.data["by"]
        seat.hands += 1


def _answered(room: RoomState, fact: Fact) -> None:
    if seat := room.seats.get(fact.data["seat"]):
        seat.hand = None
        seat.hands += 1


def _removed(room: RoomState, fact: Fact) -> None:
    number = fact.data["seat"]
    room.seats.pop(number, None)
    room.moves[:] = [move for move in room.moves if move[1] != number]
    # As if it had never been asked: after a restart its events are not there to be folded.
    for n, message in room.messages.items():
        seats = tuple(seat for seat in message.seats if seat != number)
        room.messages[n] = replace(message, seats=seats)


OF_BOARD: dict[str, Callable[[RoomState, Fact], None]] = {
    "room_opened": _opened,
    "room_closed": _closed,
    "levels": _levels,
    "answers": _answers,
    "push": _push,
    "hand_taken": _taken,
    "hand_answered": _answered,
    "seat_removed": _removed,
}


# -- seats -----------------------------------------------------------------------------------------


def _join(room: RoomState, fact: Fact) -> None:
    data = fact.data
    nickname = data["nickname"]
    room.seats[fact.seat] = SeatState(fact.seat, nickname, data["name"], same(nickname), fact.at)


def _enter(seat: SeatState, level: str, at: float) -> LevelRecord:
    """Be in *level*; return its record."""
    record = seat.records.setdefault(level, LevelRecord(at))
    if seat.level != level:
        seat.level, seat.goal, seat.finding, seat.losses = level, "", "", 0
        seat.goal_since = at
        seat.result_since = at if record.began else 0.0
        seat.result = ("", "", "")
        seat.running = False
        seat.ready = ""
    return record


def _level_opened(seat: SeatState, fact: Fact) -> None:
    _enter(seat, fact.data["level"], fact.at)


def _run_started(seat: SeatState, fact: Fact) -> None:
    record = _enter(seat, fact.data["level"], fact.at)
    record.began = record.began or fact.at
    seat.result_since = seat.result_since or fact.at
    seat.running = True


def _run_finished(seat: SeatState, fact: Fact) -> None:
    data, at = fact.data, fact.at
    record = _enter(seat, data["level"], at)
    record.began = record.began or at
    seat.result_since = seat.result_since or at
    seat.running = False
    if data["outcome"] not in ("won", "lost"):
        # A machine that was too busy, or a fault of ours, says nothing about the learner.
        return
    record.runs += 1
    for goal, state in data["goals"]:
        if state != "open" or goal not in record.goals:
            record.goals[goal] = state
    # A run that was judged in part may be won, and has no medal.
    won = data["outcome"] == "won" and bool(data["medal"]) and not data["quick"]
    goal = "" if won else _first_unreached(data["goals"])
    if goal != seat.goal:
        seat.goal, seat.goal_since, seat.losses = goal, at, 0
    if won:
        record.medal = max(record.medal, data["medal"], key=MEDALS.index)
        record.won_at = record.won_at or at
        seat.ready = ""
    elif data["outcome"] == "lost":
        record.lost += 1
        seat.losses += not data["quick"]
    seat.finding = "" if won else data["finding"]
    result = (goal, seat.finding, data["outcome"])
    if result != seat.result:
        seat.result, seat.result_since = result, at


MEDALS = ("", "bronze", "silver", "gold")


def _first_unreached(goals: list[list[str]]) -> str:
    """Return the first goal that was missed, else the first that was not measured."""
    missed = [goal for goal, state in goals if state == "missed"]
    return next(iter(missed + [goal for goal, state in goals if state == "open"]), "")


def _hint_taken(seat: SeatState, fact: Fact) -> None:
    record = _enter(seat, fact.data["level"], fact.at)
    record.hints = max(record.hints, fact.data["number"])


def _hand_raised(seat: SeatState, fact: Fact) -> None:
    since = seat.hand.since if seat.hand else fact.at
    seat.hand = Hand(fact.data["text"], since)
    seat.hands += 1


def _hand_lowered(seat: SeatState, fact: Fact) -> None:
    seat.hand = None
    seat.hands += 1


def _ready(seat: SeatState, fact: Fact) -> None:
    seat.ready = fact.data["level"] if fact.data["on"] else ""


def _diff(seat: SeatState, fact: Fact) -> None:
    seat.diffs += 1


def _message_seen(seat: SeatState, fact: Fact) -> None:
    if fact.data["id"] in seat.mail:
        seat.seen.add(fact.data["id"])


def _incident(seat: SeatState, fact: Fact) -> None:
    message, state = fact.data["id"], fact.data["state"]
    if message not in seat.mail or seat.incidents.get(message, ("",))[0] == "mended":
        return
    seat.incidents[message] = (state, fact.data["seconds"])


def _doctor(seat: SeatState, fact: Fact) -> None:
    seat.doctor = dict(fact.data)


def _left(seat: SeatState, fact: Fact) -> None:
    seat.left, seat.hand, seat.ready = True, None, ""


OF_SEAT: dict[str, Callable[[SeatState, Fact], None]] = {
    "level_opened": _level_opened,
    "run_started": _run_started,
    "run_finished": _run_finished,
    "hint_taken": _hint_taken,
    "hand_raised": _hand_raised,
    "hand_lowered": _hand_lowered,
    "ready": _ready,
    "diff": _diff,
    "message_seen": _message_seen,
    "incident": _incident,
    "doctor": _doctor,
    "left": _left,
}
