"""Around the game: help, the language, the end."""

from functools import partial

from tutor.cli.plain.game import PlainGame
from tutor.cli.plain.words import COMMANDS, GROUPS, command, find
from tutor.words.texts import Texts


@command("help", "game")
def help_(game: PlainGame, rest: str) -> None:
    """List the commands; with a name, say what that one does."""
    if rest:
        found = find(rest, game.texts)
        game.talk.tell(f"{game.word(found.name)}: {game.t(f'tip.{found.name}')}")
        return
    rows = []
    for group in GROUPS:
        for name in [name for name, one in COMMANDS.items() if one.group == group]:
            row = f"{game.word(name)}: {game.t(f'tip.{name}')}"
            rows.append((row, partial(COMMANDS[name].act, game, "")))
    game.offer(rows)
    game.talk.tell(game.t("help_how"))


@command("where", "game")
def where(game: PlainGame, rest: str) -> None:
    """Say where we are: the level, what was reached in it, the folder."""
    level = game.at
    mine = game.session.level_progress(level)
    title = level.title[game.texts.language]
    game.talk.say(game.t("level", number=level.number, title=title))
    reached = game.texts(f"medal.{mine.medal}") if mine.medal else game.texts("tui.no_medal")
    game.talk.say(
        game.t("reached", medal=reached, attempts=mine.attempts, hints=mine.hints),
        game.t("workspace", folder=game.session.workspace.folder),
    )


@command("language", "game")
def language(game: PlainGame, rest: str) -> None:
    """Speak the other language, and remember it."""
    other = {"en": "es", "es": "en"}[game.texts.language]
    game.texts = Texts(other)
    with game.session.progress_file.change() as progress:
        progress.language = other
    game.talk.say(game.t("language_is"))


@command("quit", "game")
def quit_(game: PlainGame, rest: str) -> None:
    """Leave the game."""
    game.over = True
