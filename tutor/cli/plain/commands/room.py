"""The room: what it said, a raised hand, *ready*, a diff shown once."""

from tutor.cli.plain.game import PlainGame
from tutor.cli.plain.words import command


@command("room", "room")
def room(game: PlainGame, rest: str) -> None:
    """Say how things stand with the room, and every message again."""
    from tutor.seat import wording

    seat = game.room.seat()
    texts, levels, view = game.texts, game.session.levels, game.room.view()
    for line in wording.standing(texts, view):
        game.talk.tell(line)
    game.talk.tell(texts("room.list" if view.inbox.messages else "room.no_messages"))
    for message in view.inbox.messages:
        said = wording.headline(texts, levels, message)
        game.talk.tell(f"{message.hour}  {said}", indent="       ")
        if text := wording.body(texts, levels, message):
            game.talk.tell(text)
    game.talk.tell(texts("room.join.never"))
    seat.note_read()


@command("hand", "room")
def hand(game: PlainGame, rest: str) -> None:
    """Raise the hand, with a word to it; without one, take it down where it is up."""
    seat = game.room.seat()
    if not rest and game.room.view().inbox.hand:
        seat.lower_hand()
        game.talk.tell(game.texts("room.hand.down"))
    else:
        seat.raise_hand(rest)
        game.talk.tell(game.texts("room.hand.up"))


@command("ready", "room")
def ready(game: PlainGame, rest: str) -> None:
    """Tell the room that one is done with the level, or is not after all."""
    is_ready = game.room.seat().switch_ready()
    said = "room.ready.on" if is_ready else "room.ready.off"
    game.talk.tell(game.texts(said, number=game.at.number))


@command("send", "room")
def send(game: PlainGame, rest: str) -> None:
    """Show the room what was changed in this level, once, after a question."""
    seat = game.room.seat()
    if not game.talk.confirm(game.texts("room.diff.question"), game.texts):
        game.talk.say(game.t("left"))
        return
    game.talk.tell(game.texts("room.diff.sent" if seat.send_diff() else "room.diff.cut"))
