"""Looking into the running shop: SQL of a page, visits, queues, reads, a crowd, locks."""

from collections.abc import Iterator
from contextlib import closing
from functools import partial

from tutor.base.cancel import Cancel
from tutor.base.errors import ShopError
from tutor.cli.plain.commands.shop import running_site
from tutor.cli.plain.game import PlainGame
from tutor.cli.plain.words import command
from tutor.views.locks import LockLook, locks_of, name_of
from tutor.views.locks import doing as holding
from tutor.views.pair import Pair, rows
from tutor.views.queue import work_heard
from tutor.views.reads import reads_seen, state_of
from tutor.views.sql import Repeated, brief, sql_of_page
from tutor.views.together import Crowds
from tutor.views.visits import STRANGER, Visits
from tutor.views.wording import (
    cell,
    crowd,
    places,
    row_name,
    summary,
    unmarked,
    variety,
    who,
    work_sentences,
)
from tutor.words.texts import Texts

SHOWN = 10
"""How many shapes of statements, and how many of the last jobs, are told."""


@command("sql", "look")
def sql(game: PlainGame, rest: str) -> None:
    """Say which statements a page takes, and which lines issue them; a number says one in full."""
    look = sql_of_page(running_site(game), rest or game.at.page, Cancel())
    _explain(game, look.trouble)
    game.talk.say(*summary(game.texts, look))
    groups = look.groups[:SHOWN]
    game.offer([(_group(game.texts, one), partial(_in_full, game, one)) for one in groups])


def _group(texts: Texts, group: Repeated) -> str:
    said = texts("plain.repeated", times=group.times, ms=round(group.milliseconds, 1))
    return f"{said} {brief(group.shape)}. {', '.join(places(texts, group))}"


def _in_full(game: PlainGame, group: Repeated) -> None:
    said = [*places(game.texts, group), variety(game.texts, group), group.example]
    game.talk.say(*(line for line in said if line))


@command("visits", "look")
def visits(game: PlainGame, rest: str) -> None:
    """Let two visitors ask for the page: `visits gina betty`, and how often they come."""
    words = rest.split()
    times = int(words.pop()) if words and words[-1].isdecimal() else 1
    first, second = (*words, STRANGER, STRANGER)[:2]
    with closing(Visits(running_site(game), (first, second))) as asking:
        for _ in range(max(1, min(times, 20))):
            pair = asking.ask(game.at.page)
    _explain(game, pair.trouble)
    for line in _pair(game.texts, pair):
        game.talk.tell(line, indent="  ")


def _pair(texts: Texts, pair: Pair) -> Iterator[str]:
    left, right = pair.left, pair.right
    assert left is not None, "without trouble there are two"
    assert right is not None, "without trouble there are two"
    yield texts("visits.heading", path=pair.path, round=pair.round)
    sides = [texts("visits.left"), texts("visits.right")]
    people = [who(texts, visit.who) for visit in (left, right)]
    yield ", ".join(f"{side}: {name}" for side, name in zip(sides, people, strict=True))
    for row in rows(pair):
        seen = ((left, row.left), (right, row.right))
        values = [
            unmarked(cell(texts, row, visit, value)) if value else texts("plain.absent")
            for visit, value in seen
        ]
        if values[0] == values[1]:
            yield f"{row_name(texts, row)}: {values[0]}, {texts('plain.both')}"
        else:
            beside = (f"{side} {value}" for side, value in zip(sides, values, strict=True))
            yield f"{row_name(texts, row)}: {', '.join(beside)}"
    different = pair.differences()
    yield texts("visits.lines" if different else "visits.same_lines")
    for both in different:
        yield from (f"{side}: {line}" for side, line in zip(sides, both, strict=True) if line)


@command("together", "look")
def together(game: PlainGame, rest: str) -> None:
    """Have twenty strangers ask for the page at once, and say what PostgreSQL was asked."""
    found = Crowds(running_site(game)).ask(rest or game.at.page, Cancel())
    _explain(game, found.trouble)
    game.talk.say(*crowd(game.texts, found))
    for group in found.groups[:SHOWN]:
        told = game.t("often", times=group.times, what=brief(group.shape))
        game.talk.tell(told, indent="  ")


@command("queue", "look")
def queue(game: PlainGame, rest: str) -> None:
    """Say what waits, who works at what, and what became of the last jobs."""
    running_site(game)
    for line in work_sentences(game.texts, work_heard(game.session.gauge()), SHOWN):
        game.talk.tell(line, indent="  ")


@command("reads", "look")
def reads(game: PlainGame, rest: str) -> None:
    """Say which PostgreSQL is read how much, and how far behind a replica is."""
    running_site(game)
    texts, servers = game.texts, reads_seen(game.session.gauge())
    if not any(server.is_replica for server in servers):
        game.talk.tell(texts("reads.none"), indent="  ")
        return
    for one in servers:
        share = f"{one.percent:.0f} %, {texts('reads.per_second', reads=one.per_second)}"
        line = f"{one.server}, {one.title}: {share}; {state_of(texts, one)}"
        game.talk.tell(line, indent="  ")


@command("locks", "look")
def locks(game: PlainGame, rest: str) -> None:
    """Say who has a transaction open, and who waits for whom."""
    look = locks_of(running_site(game))
    if not look.sessions:
        game.talk.say(game.texts("locks.nobody"))
    for line in _waiting(game, look):
        game.talk.tell(line, indent="  ")


def _waiting(game: PlainGame, look: LockLook) -> Iterator[str]:
    """Yield each session: what it does, and behind whom it stands."""
    heads: list[str] = []
    for link in look.queues:
        name = name_of(link.session)
        del heads[link.depth :]
        behind = f", {game.t('behind', who=heads[-1])}" if heads else ""
        heads.append(name)
        yield f"{name}{behind}: {holding(game.texts, link.session)}. {link.session.statement}"
    for session in look.others:
        yield f"{name_of(session)}: {holding(game.texts, session)}. {session.statement}"


def _explain(game: PlainGame, trouble: ShopError | None) -> None:
    if trouble is not None:
        tail = str(trouble.params.get("tail") or "")
        game.talk.show(*tail.splitlines())
        raise trouble
