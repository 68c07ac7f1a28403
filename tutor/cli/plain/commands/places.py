"""Going places: the map, a level, its story and its lesson, the next one, the certificate."""

import re
from functools import partial

from tutor.cli.plain.commands.files import tell_unreadable
from tutor.cli.plain.game import PlainGame
from tutor.cli.plain.words import command
from tutor.curriculum import Level, find_level
from tutor.learner.certificate import FINALES
from tutor.learner.way import is_begun, is_through, left, needs_story, note_story, way_on
from tutor.words.ways import prose

HEADING = re.compile(r"^## +(.+)$", re.MULTILINE)


def greet(game: PlainGame, level: Level | None) -> None:
    """Say what this is, and offer to begin or to go on."""
    game.talk.say(f"Level Up. {game.texts('tui.title.tagline')}")
    game.talk.tell(game.t("how"))
    if level is not None:
        enter(game, level)
        return
    session = game.session
    if is_through(session):
        offer_what_is_left(game)
        return
    offer_level(game, way_on(session) or session.levels[0])


def offer_level(game: PlainGame, level: Level) -> None:
    """Let Enter go on with *level*, or begin with it."""
    key = "continue" if is_begun(game.session, level) else "begin"
    label = game.t(key, number=level.number, title=level.title[game.texts.language])
    game.then(label, lambda: enter(game, level))


def offer_what_is_left(game: PlainGame) -> None:
    """Once every level is won: offer the better medals, and the certificates."""
    rows, progress = [], game.session.progress
    for level in left(game.session):
        medal = game.texts(f"medal.{progress.of(level.slug).medal}")
        title = level.title[game.texts.language]
        row = game.texts("tui.left.level", number=level.number, title=title, medal=medal)
        rows.append((row, partial(enter, game, level)))
    if rows:
        game.talk.tell(game.texts("tui.left.heading"))
        game.offer(rows)
    game.then_do("certificate")


@command("map", "places")
def show_map(game: PlainGame, rest: str) -> None:
    """List the levels; a number plays one."""
    session = game.session
    current = session.workspace.level if session.workspace.exists else ""
    rows = []
    for level in session.levels:
        mine = session.level_progress(level)
        key = "tui.map.attempts" if mine.attempts > 1 else "tui.map.attempt"
        facts = [
            level.title[game.texts.language],
            game.texts(f"medal.{mine.medal}" if mine.medal else "tui.no_medal"),
            *([game.texts(key, count=mine.attempts)] if mine.attempts else []),
            *([game.texts("tui.map.here")] if level.slug == current else []),
        ]
        row = f"{', '.join(facts)}. {level.summary[game.texts.language]}"
        rows.append((row, partial(enter, game, level)))
    game.offer(rows)
    game.talk.tell(game.t("map_how"))


@command("play", "places")
def play(game: PlainGame, rest: str) -> None:
    """Begin a level, or go on with it."""
    if rest:
        enter(game, find_level(rest, game.session.levels))
    else:
        show_map(game, "")


def enter(game: PlainGame, level: Level) -> None:
    """Put the level's files into the workspace; a level that is new begins with its story."""
    ask_about_pack(game, level)
    game.session.enter(level)
    game.enter(level)
    title = level.title[game.texts.language]
    game.talk.say(game.t("level", number=level.number, title=title))
    game.talk.tell(level.summary[game.texts.language])
    game.talk.say(game.t("workspace", folder=game.session.workspace.folder))
    tell_unreadable(game, game.desk.names())
    if game.room.is_closed_level(level.slug):
        game.talk.tell(game.texts("room.closed_level", number=level.number))
    game.then_do("story" if needs_story(game.session, level) else "briefing")


def ask_about_pack(game: PlainGame, level: Level) -> None:
    """Ask whether the program of a level pack may run; only a yes is remembered."""
    file, pack = game.session.progress_file, level.pack
    if pack is None or file.is_agreed(level):
        return
    game.talk.tell(game.texts("pack.told", pack=pack.key, folder=level.folder.parent))
    if game.talk.confirm(game.texts("pack.question"), game.texts):
        file.agree(pack)


@command("next", "places")
def next_level(game: PlainGame, rest: str) -> None:
    """Begin the next level; after the last one, look at the certificate."""
    following = game.session.next_level(game.at)
    if following is not None:
        enter(game, following)
    else:
        certificate(game, "")


# -- the story -------------------------------------------------------------------------------------


@command("story", "places")
def story(game: PlainGame, rest: str) -> None:
    """Read the story scene by scene; Enter turns the page."""
    show_scene(game, int(rest) - 1 if rest.isdecimal() else 0)


def show_scene(game: PlainGame, page: int) -> None:
    """Say one scene and offer the next."""
    scenes = scenes_of(game.at, game.texts.language)
    page = max(0, min(page, len(scenes) - 1))
    title, body = scenes[page]
    where = game.texts("tui.story.where", page=page + 1, pages=len(scenes))
    game.talk.say("", f"{title} ({where})", "")
    game.talk.read(body, game.texts)
    if page + 1 < len(scenes):
        game.then(game.t("next_scene"), lambda: show_scene(game, page + 1))
        if page == 0:
            game.talk.tell(game.t("skip_how", briefing=game.word("briefing")))
    else:
        game.then_do("briefing")
    note_story(game.session, game.at)


def scenes_of(level: Level, language: str) -> list[tuple[str, str]]:
    """Return title and text of each scene."""
    _, *parts = HEADING.split(level.text("story", language))
    return list(zip(parts[::2], parts[1::2], strict=True))


# -- after the win ---------------------------------------------------------------------------------


@command("lesson", "places")
def lesson(game: PlainGame, rest: str) -> None:
    """Read what happened, and why; before the win, ask whether it may be told."""
    level = find_level(rest, game.session.levels) if rest else game.at
    is_won = bool(game.session.level_progress(level).medal)
    if not is_won and not game.talk.confirm(game.texts("lesson.early"), game.texts):
        game.talk.say(game.t("left"))
        return
    game.talk.say(game.texts("tui.lesson.heading", title=level.title[game.texts.language]), "")
    game.talk.read(prose(level, "lesson", game.texts, "plain"), game.texts)
    if is_won:
        game.then_do("certificate" if level.number in FINALES else "next")


@command("certificate", "places")
def certificate(game: PlainGame, rest: str) -> None:
    """Say what was reached; before the last win, what is missing."""
    from tutor.cli.certificate import lines
    from tutor.learner.certificate import certificates_of

    for reached in certificates_of(game.session):
        for line in lines(reached, game.texts, rest or "Betty"):
            game.talk.tell(line, indent="  ")
    following = way_on(game.session)
    if following is not None and following != game.level:
        offer_level(game, following)


@command("report", "places")
def report(game: PlainGame, rest: str) -> None:
    """Write everything that was done to one HTML file."""
    from pathlib import Path

    from tutor.report import DEFAULT_FILE, write_report

    written = write_report(game.session, game.texts, Path(rest or DEFAULT_FILE))
    game.talk.say(game.t("report_written", path=written))
