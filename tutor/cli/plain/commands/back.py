"""Ways back: reset, the journal, restore."""

from itertools import islice

from tutor.base.errors import UsageError
from tutor.cli.plain.game import PlainGame
from tutor.cli.plain.words import command
from tutor.curriculum.compose import compose
from tutor.events import RunFinished
from tutor.learner import journal as journals
from tutor.learner.journal import Entry
from tutor.learner.results import counted_medal
from tutor.learner.session import read_all
from tutor.words.dates import moment
from tutor.words.wording import told_key

ALL = ("all", "todo", "todas")


@command("reset", "files")
def reset(game: PlainGame, rest: str) -> None:
    """Bring the level's files back, all of them or the one that is named."""
    if rest:
        game.session.check_reset(rest)
    drawn = "_drawn" if game.at.drawn and not rest else ""
    whole = game.texts(f"tui.reset.question{drawn}")
    question = game.t("reset_file", file=rest) if rest else whole
    if not game.talk.confirm(question, game.texts):
        game.talk.say(game.t("left"))
        return
    kept = game.desk.replaced(lambda: game.session.reset(rest))
    if drawn:
        game.finished = None  # it was of another shop
    game.talk.say(game.texts(f"tui.reset.done{drawn}", kept=kept.number))
    game.then_do("check")


@command("journal", "files")
def journal(game: PlainGame, rest: str) -> None:
    """List the newest states that were kept, or `all`; a number says what was changed by then."""
    if rest and rest not in ALL:
        _show(game, _entry(game, rest))
        return
    folder = game.session.workspace.folder
    kept = game.session.journal.entries(level=game.at.slug, workspace=folder)
    entries = list(islice(kept, None if rest else journals.PAGE))
    if not entries:
        game.talk.tell(game.texts("tui.journal.empty"))
        return
    game.talk.say(*(_row(game, entry) for entry in entries))
    if next(kept, None) is not None:
        game.talk.tell(game.t("journal_more", word=game.word("journal")))
    game.talk.tell(game.t("journal_how", word=game.word("restore"), number=entries[0].number))


def _row(game: PlainGame, entry: Entry) -> str:
    when = moment(entry.at)
    reason = f"tui.journal.reason.{entry.reason}"
    said = game.texts(reason) if game.texts.has(reason) else entry.reason
    facts = [game.t("entry", number=entry.number), when, said]
    run = RunFinished.from_json(entry.run) if entry.run else None
    if run is not None:
        facts += [
            game.texts(f"variant.{entry.variant}"),
            game.texts(f"outcome.{told_key(run)}"),
            *([game.texts(f"medal.{medal}")] if (medal := counted_medal(run, None)) else []),
        ]
    return ", ".join(facts)


def _entry(game: PlainGame, word: str) -> Entry:
    if not word.isdecimal():
        raise UsageError.named("which_entry", word=game.word("journal"))
    return game.session.journal.entry(int(word))


def _show(game: PlainGame, entry: Entry) -> None:
    level = next(level for level in game.session.levels if level.slug == entry.level)
    start = read_all(compose(level, "broken", game.session.levels, entry.drawn_by))
    diff = journals.diff(start, game.session.journal.contents(entry))
    game.talk.show(*(diff.splitlines() or [game.texts("tui.diff.empty")]))


@command("restore", "files")
def restore(game: PlainGame, rest: str) -> None:
    """Bring the files of a journal entry back; what is there now is kept first."""
    entry = _entry(game, rest)
    game.at  # noqa: B018 - without a level there is nowhere to bring them
    if not game.talk.confirm(game.texts("tui.journal.question", number=entry.number), game.texts):
        game.talk.say(game.t("left"))
        return
    kept = game.desk.replaced(lambda: game.session.restore(entry))
    game.level = game.session.level
    game.talk.say(game.texts("tui.journal.done", number=entry.number, kept=kept.number))
    game.then_do("check")
