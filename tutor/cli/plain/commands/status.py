"""Looking: briefing, goals, the stack with its figures, its logs."""

import time
from functools import partial

from tutor.base.errors import UsageError
from tutor.base.tables import near
from tutor.cli.plain.commands.shop import shop_state
from tutor.cli.plain.game import PlainGame
from tutor.cli.plain.verdict import goal_lines, open_goal_lines
from tutor.cli.plain.words import command
from tutor.stack.gauge import Gauge, Reading
from tutor.stack.plan import STACK_FILE, read_plan
from tutor.views.log import log_names, logs_meant, read_log
from tutor.views.monitor import lines as lines_of
from tutor.views.planned import unlike_plan
from tutor.words.ways import prose

GLANCE = 0.3
"""Seconds over which CPU is measured for a single look."""
LOG_LINES = 30


@command("briefing", "look")
def briefing(game: PlainGame, rest: str) -> None:
    """Say what is broken and how to win."""
    game.talk.read(prose(game.at, "briefing", game.texts, "plain"), game.texts)
    asked = game.at.diagnosis
    said = game.session.level_progress(game.at).diagnosis
    if asked and said not in asked.choices:
        game.then_do("diagnose")
    else:
        what_next(game)


def what_next(game: PlainGame) -> None:
    """Say what can be done in a level."""
    names = ("files", "edit", "check", "verify", "hint", "help")
    game.talk.tell(game.t("what_next", words=", ".join(game.word(name) for name in names)))


@command("goals", "look")
def goals(game: PlainGame, rest: str) -> None:
    """Say each goal with what was measured last."""
    from tutor.cli.plain.commands.measure import last_finished

    finished = last_finished(game)
    if finished is None:
        lines = open_goal_lines(game.texts, game.at)
    else:
        before = game.session.history.first_measures(game.at)
        lines = goal_lines(game.texts, game.at, finished, before)
    for line in lines:
        game.talk.tell(line, indent="  ")


@command("stack", "look")
def stack(game: PlainGame, rest: str) -> None:
    """Say which services run on which server, and what they use."""
    plan = read_plan(game.desk.path(STACK_FILE))
    for server in plan.servers:
        game.talk.say(f"{server.name}: {', '.join(server.services)}")
    gauge = game.session.gauge()
    reading = _glance(gauge)
    for line in lines_of(game.texts, reading).values():
        game.talk.tell(line.said, indent="  ")
    # With what it was started in this game, `open` leaves it as it is.
    changed = unlike_plan(plan, reading) if game.served != shop_state(game) else []
    if changed:
        said = {"services": ", ".join(changed), "word": game.word("open")}
        game.talk.tell(game.texts("monitor.opened_before", **said))


def _glance(gauge: Gauge) -> Reading:
    gauge.look()
    time.sleep(GLANCE)
    return gauge.look()


@command("logs", "look")
def logs(game: PlainGame, rest: str) -> None:
    """Say the end of a service's log; a word after its name filters, `!` leaves only errors."""
    names = log_names(game.session.stack)
    name, _, wanted = rest.partition(" ")
    if not name:
        if not names:
            game.talk.say(game.t("no_logs"))
        game.offer([(known, partial(logs, game, known)) for known in names])
        return
    meant = logs_meant(game.session.stack, name)
    if len(meant) > 1:
        raise UsageError.named("which_log", hint="meant", name=name, words=", ".join(meant))
    if not meant:
        raise UsageError.named("no_log", name=name, **(near(name, names) if names else {}))
    if meant != [name]:
        (name,) = meant
        game.talk.say(f"{name}:")
    errors = wanted == "!"
    found = read_log(game.session.stack, name, "" if errors else wanted, errors=errors)
    nothing = game.texts("tui.logs.no_match" if wanted else "tui.logs.nothing")
    game.talk.show(*([line.text for line in found[-LOG_LINES:]] or [nothing]))
