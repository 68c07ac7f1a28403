"""Help with the level: the diagnosis, hints, the reference answer."""

from functools import partial

from tutor.base.errors import UsageError
from tutor.cli.plain.commands.status import what_next
from tutor.cli.plain.game import PlainGame
from tutor.cli.plain.words import command
from tutor.words.ways import prose


@command("diagnose", "look")
def diagnose(game: PlainGame, rest: str) -> None:
    """Say what you think is wrong, before you mend it."""
    asked = game.at.diagnosis
    if asked is None:
        guess(game, "")
        return
    if rest:
        names = list(asked.choices)
        is_number = rest.isdecimal() and 1 <= int(rest) <= len(names)
        note_diagnosis(game, names[int(rest) - 1] if is_number else rest)
        return
    language = game.texts.language
    game.talk.tell(asked.question[language])
    choices = asked.choices.items()
    game.offer([(text[language], partial(note_diagnosis, game, name)) for name, text in choices])
    game.talk.tell(game.t("diagnosis_how"))
    game.then_leave(game.t("leave_open"), lambda: what_next(game))
    said = game.session.level_progress(game.at).diagnosis
    if said in asked.choices:
        game.talk.tell(game.texts("diagnosis.so_far", said=asked.choices[said][language]))


def note_diagnosis(game: PlainGame, choice: str) -> None:
    """Remember what the learner thinks is wrong."""
    game.session.diagnose(game.at, choice)
    asked = game.at.diagnosis
    assert asked is not None, "diagnose() refuses a level without one"
    game.talk.tell(game.texts("diagnosis.noted", said=asked.choices[choice][game.texts.language]))
    if game.at.prediction and game.session.level_progress(game.at).prediction is None:
        guess(game, "")
    else:
        what_next(game)


@command("guess", "look")
def guess(game: PlainGame, rest: str) -> None:
    """Guess the number that the measurement will show after the win."""
    asked = game.at.prediction
    if asked is None:
        game.talk.say(game.texts("tui.diagnosis.nothing"))
    elif rest:
        try:
            number = float(rest.replace(",", "."))
        except ValueError as error:
            word = game.word("guess")
            raise UsageError.named("no_guess", said=rest, word=word) from error
        game.session.predict(game.at, number)
        game.has_number()
        game.talk.tell(game.texts("prediction.noted", guess=game.texts.number(number)))
        what_next(game)
    else:
        game.talk.tell(asked.question[game.texts.language])
        game.talk.tell(game.t("guess_how", word=game.word("guess")))
        game.ask_number(partial(guess, game))
        said = game.session.level_progress(game.at).prediction
        if said is not None:
            game.talk.tell(game.texts("prediction.so_far", guess=game.texts.number(said)))


@command("hint", "look")
def hint(game: PlainGame, rest: str) -> None:
    """Take the next hint."""
    if rest:
        raise UsageError.named("hints_in_order", said=rest, word=game.word("hint"))
    number, taken = game.session.take_hint(game.at)
    total = len(game.at.hints)
    game.talk.say(game.texts("hint.numbered", number=number, total=total))
    game.talk.tell(taken.text[game.texts.language])
    if not game.session.has_more_hints(game.at):
        game.talk.tell(game.t("all_hints", word=game.word("answer")))


@command("hints", "look")
def hints(game: PlainGame, rest: str) -> None:
    """Say the hints taken so far once more."""
    taken = game.session.hints_taken(game.at)
    total = len(game.at.hints)
    game.talk.say(game.texts("tui.hints.taken", taken=len(taken), total=total))
    for number, one in enumerate(taken, 1):
        game.talk.tell(f"{number}. {one.text[game.texts.language]}", indent="   ")


@command("answer", "look")
def answer(game: PlainGame, rest: str) -> None:
    """Read the reference answer; before the win, its price comes first."""
    level, texts = game.at, game.texts
    mine = game.session.level_progress(level)
    question = texts("tui.answer.price")
    if game.room.is_locked_answer(level.slug):
        question = f"{texts('room.locked_answer')} {question}"
    if not mine.medal and not mine.answer_seen and not game.talk.confirm(question, texts):
        game.talk.say(game.t("left"))
        return
    diff = game.session.diff("broken", "fixed")
    game.session.see_answer(level)
    game.talk.say(texts("tui.answer.heading", title=level.title[texts.language]), "")
    game.talk.read(prose(level, "answer", texts, "plain"), texts)
    game.talk.say(texts("tui.answer.diff"))
    game.talk.show(*diff.splitlines())
