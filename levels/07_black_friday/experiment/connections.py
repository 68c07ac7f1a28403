"""Level 5: connections."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from .accountant import HOGS, reporting

if TYPE_CHECKING:
    from collections import Counter

    from tutor.lab import Backends, Lab, Warehouse
    from tutor.lab.instruments.warehouse import Answer
    from tutor.probes.statements import Statements

READERS = 36
"""How many ask the warehouse at the same moment: more than gunicorn has threads."""
ASKED_BEFORE = 2
"""Products whose delivery is asked for before the warehouse changes its mind."""
RESERVED = 3
"""Connections that PostgreSQL keeps for superusers."""
OURS = 2
"""Connections that we hold while we look."""
TOO_MANY = "53300"
KILLED = "57P01"
CROWD_WAITS = 6.0
"""Seconds a reader waits."""
GATHERING = 10.0
"""Seconds in which all readers must stand at the door."""
HELD_UP = 1000
"""Milliseconds by which our own look at PostgreSQL may be late before nobody is to blame."""
WRONG = "not what the warehouse says"

LIMITS = """
SELECT current_setting('max_connections')::int,
       current_setting('superuser_reserved_connections')::int,
       (SELECT rolsuper OR pg_has_role('shop', 'pg_signal_backend', 'member')
          FROM pg_roles WHERE rolname = 'shop')
"""


def check_limits(lab: Lab) -> None:
    """Refuse more connections than the level gives."""
    limit, reserved, superusers = lab.shop.sql(LIMITS)[0]
    given = lab.level.machine.max_connections
    if limit != given or reserved != RESERVED or superusers:
        lab.foul("limit_changed", limit=limit, given=given)


class Connections:
    """How many connections the shop asks for while many ask the warehouse at the same moment."""

    measures = ("peak", "refusals", "unanswered")

    def __init__(self, lab: Lab, warehouse: Warehouse) -> None:
        self._lab = lab
        self._warehouse = warehouse

    @property
    def _free(self) -> int:
        """What PostgreSQL has for the shop while the accountant's report is on."""
        return self._lab.level.machine.max_connections - RESERVED - OURS - HOGS

    def take(self) -> None:
        """Have many ask the warehouse, and count connections, refusals and what they are told."""
        lab, shop = self._lab, self._lab.shop
        lab.step("crowding", readers=READERS)
        shop.full_strength()
        truth = self._change_the_warehouse()
        slugs = (list(truth) * READERS)[:READERS]
        crowd = lab.crowd(patience=CROWD_WAITS)

        def ask(slug: str) -> None:
            crowd.ask(f"/product/{slug}/delivery/", partial(_problem_of, truth[slug]))

        with reporting(lab), shop.counting() as log, lab.backends(measure="peak") as sessions:
            crowd.come([partial(ask, slug) for slug in slugs])
        if crowd.gathering > GATHERING:
            lab.too_noisy("unanswered", held_up_ms=round(1000 * GATHERING))
            return
        lab.measure("peak", max(sessions.peak, lab.measures.get("peak", 0)))
        lab.measure("refusals", log.problems[TOO_MANY])
        lab.measure("unanswered", sum(crowd.problems.values()))
        self._refuse_fouls(sessions, log, crowd.problems)
        self._explain(sessions, log, crowd.problems)

    def _change_the_warehouse(self) -> dict[str, Answer]:
        """Return what readers must be told, by slug; the first were told otherwise before."""
        lab, shop, warehouse = self._lab, self._lab.shop, self._warehouse
        slugs = list(warehouse.truth(shop.sql))
        lab.random.shuffle(slugs)
        for slug in slugs[:ASKED_BEFORE]:
            shop.page(f"/product/{slug}/delivery/")
        warehouse.turn(shop.sql, warehouse.page())
        said = warehouse.truth(shop.sql)
        return {slug: said[slug] for slug in slugs}

    def _refuse_fouls(self, sessions: Backends, log: Statements, problems: Counter[str]) -> None:
        """Refuse what hides the shortage, or answers with something else."""
        lab = self._lab
        if sessions.superusers:
            lab.foul("superuser")
        if log.problems[KILLED]:
            lab.foul("backends_killed", count=log.problems[KILLED])
        if problems[WRONG]:
            lab.foul("wrong_delivery", count=problems[WRONG])

    def _explain(self, sessions: Backends, log: Statements, problems: Counter[str]) -> None:
        """Say who was turned away, and who asked for so much; or else who got no answer."""
        lab, site = self._lab, self._lab.shop.site
        refused, free = log.problems[TOO_MANY], self._free
        guests = sessions.guests - HOGS
        if refused and guests > 0 and sessions.peak <= free <= sessions.peak + guests:
            for measure in ("refusals", "unanswered"):
                lab.find("guests", measure=measure, guests=guests)
        elif (refused or problems) and lab.quick:
            unanswered = sum(problems.values())
            counted = {"refused": refused, "unanswered": unanswered, "peak": sessions.peak}
            lab.find("counted_connections", **counted)
        elif refused:
            lab.find(
                "slots_used_up",
                count=refused,
                message=log.examples[TOO_MANY],
                workers=site.workers,
                threads=site.plan.of("gunicorn").get("threads", 1),
                wanted=sessions.peak,
                free=free,
            )
        elif problems and sessions.held_up_ms > HELD_UP:
            lab.too_noisy("unanswered", held_up_ms=round(sessions.held_up_ms))
        elif problems:
            count, example = sum(problems.values()), lab.in_kinds(problems)
            lab.find("unanswered", count=count, example=example, peak=sessions.peak)


def _problem_of(truth: Answer, text: str) -> str:
    """Return what is wrong with a page that must say *truth*."""
    return "" if all(word in text for word in truth) else WRONG
