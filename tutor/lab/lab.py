"""The lab: all that an experiment can see and do, as one face over notebook, shops, instruments."""

import random
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from typing import Any

from tutor.curriculum import Level, LoadPlan
from tutor.judge import standing as standing_of
from tutor.lab.bench import Bench
from tutor.lab.instruments.backends import Backends
from tutor.lab.instruments.bookkeeping import Bookkeeping
from tutor.lab.instruments.cache_contents import CacheContents
from tutor.lab.instruments.cache_entries import CacheEntries
from tutor.lab.instruments.callers import Callers, is_about_shop, is_unanswered
from tutor.lab.instruments.cards import Comparison, stale_fields
from tutor.lab.instruments.clock import Passing
from tutor.lab.instruments.costs import Costs, idle_costs, measure_costs
from tutor.lab.instruments.crowd import Crowd
from tutor.lab.instruments.customer import Customer
from tutor.lab.instruments.customers import Customers
from tutor.lab.instruments.failover import Failover, failing_over
from tutor.lab.instruments.jobs_awaited import wait_for_jobs
from tutor.lab.instruments.lanes import Lanes
from tutor.lab.instruments.live_products import (
    PRODUCTS,
    LiveProducts,
    asking_for_products,
    in_words,
    is_true,
    rename_products,
)
from tutor.lab.instruments.loaded import Parts
from tutor.lab.instruments.locked_table import ALL, WRITERS, LockedTable
from tutor.lab.instruments.loops import Loops
from tutor.lab.instruments.orders import Orders
from tutor.lab.instruments.paper import Paper
from tutor.lab.instruments.person import Person, numbers_beside
from tutor.lab.instruments.racing import race_shops
from tutor.lab.instruments.release.release import Release
from tutor.lab.instruments.staff import Staff
from tutor.lab.instruments.standby import Standby
from tutor.lab.instruments.standbys import Standbys
from tutor.lab.instruments.strays import Strays
from tutor.lab.instruments.survey import Survey
from tutor.lab.instruments.visitors import monitoring, send_visitors
from tutor.lab.instruments.warehouse import Warehouse
from tutor.lab.instruments.workers import Workers
from tutor.lab.notebook import Notebook
from tutor.lab.shop import Shop
from tutor.lab.shops import Shops
from tutor.load.crew import Crew
from tutor.load.kinds import in_kinds, largest
from tutor.load.locust import Sample
from tutor.machine.shares import cores
from tutor.probes.cards import cards, differences
from tutor.probes.race import Race
from tutor.probes.statements import Statements, all_of, brief_of, shape_of
from tutor.stack.monitor import Monitor


class Lab(Bench):
    """What an experiment can see and do."""

    def __init__(
        self,
        level: Level,
        notebook: Notebook,
        shops: Shops,
        *,
        quick: bool,
        crew: Crew | None = None,
        missed: frozenset[str] = frozenset(),
    ) -> None:
        self.level = level
        self.notebook = notebook
        self.shops = shops
        self.quick = quick
        self.emit = notebook.emit
        self.cancel = notebook.cancel
        self.random = random.Random(secrets.randbits(64))
        """Randomness of this run: nothing the learner writes can know it."""
        self.plan = level.load
        """How the load is run; an experiment that calibrates it puts its own here."""
        self.crew = crew or Crew()
        """Who makes the load."""
        self.missed = missed
        """The measures in which the last run fell short: one of them is being mended."""
        self.customers = Customers(self)
        """The customers of this run, whose names nobody knows."""
        self.cache_contents = CacheContents(self)
        """What is kept of the shop under test."""
        self.refuse_kept = self.cache_contents.refuse_kept
        self._staff: dict[str, Staff] = {}
        self._parts: dict[str, Parts] = {}  # by address of a shop, what its pages load by script
        shops.prepare.append(self.customers.rename)

        # Telling: as the notebook documents it.
        self.measures = notebook.measures
        self.findings = notebook.findings
        self.step = notebook.step
        self.measure = notebook.measure
        self.find = notebook.find
        self.find_once = notebook.find_once
        self.find_anew = notebook.find_anew
        self.foul = notebook.foul
        self.refuse = notebook.refuse
        self.too_noisy = notebook.too_noisy
        self.draft = notebook.draft

        # Shops: as `Shops` documents it.
        self.put_away = shops.put_away
        self.changed = shops.changed
        self.look_at_data = shops.look_at_data
        self.look_at_models = shops.look_at_models
        self.kill = shops.kill
        self.check_services = shops.check_services
        self.close = shops.close

    @property
    def is_lost(self) -> bool:
        """Whether a quick check has missed a goal already without which there is no medal.

        What is looked at from here on only says more: no bound need be waited out for it.
        """
        standing = standing_of(self.level.goals, self.measures, self.findings, quick=True)
        return self.quick and standing.first_missed is not None

    # -- people and what they leave to be done ---------------------------------------------------

    def token(self) -> str:
        """Return a word that nobody knows yet."""
        return f"{self.random.randrange(16**6):06X}"

    def person(self, shop: Shop | None = None) -> Person:
        """Return somebody who was never in *shop* before."""
        visitor = (shop or self.shop).visitor()
        parts = self._parts.setdefault(visitor.url, Parts(visitor.stranger()))
        return Person(visitor, self.random, parts)

    def customer(self, user: str = "") -> Customer:
        """Return *user* with a browser, not logged in; a stranger where nobody is named."""
        return Customer(self.customers, user)

    def staff(self, shop: Shop | None = None, *, another: bool = False) -> Staff:
        """Return somebody who works in *shop* and edits in its admin.

        It is the same one each time; *another* one has a browser of their own, to edit meanwhile.
        """
        shop = shop or self.shop
        if another:
            return Staff(self, shop)
        if shop.database not in self._staff:
            self._staff[shop.database] = Staff(self, shop)
        return self._staff[shop.database]

    def release(
        self,
        table: str,
        *,
        report: Sequence[str],
        visitors: Mapping[str, str],
        prepare: Callable[[Shop], None],
    ) -> Release:
        """Return a release: the live shop, and the one under test, on one database.

        A witness watches *table*. The accountant's *report* are the queries it reads while each
        migration is applied; each of the *visitors* has one statement; *prepare* fills the data.
        """
        return Release(
            self.shops, self.cancel, table, report=report, visitors=visitors, prepare=prepare
        )

    def failover(self) -> AbstractContextManager[Failover]:
        """Have the shop under test stand on two servers of its own, the first of which may die."""
        return failing_over(self.shop)

    def orders(self, shop: Shop | None = None) -> Orders:
        """Return the orders of *shop*, with the bank and the tax office in its database."""
        return Orders(shop or self.shop)

    # -- what pages must say ---------------------------------------------------------------------

    cards = staticmethod(cards)
    differences = staticmethod(differences)
    card_fields = LiveProducts.fields
    is_true = staticmethod(is_true)
    in_words = staticmethod(in_words)
    compare = Comparison
    """``lab.compare(expected, cards)``: the cards of a page beside what belongs on it."""
    stale_fields = staticmethod(stale_fields)
    rename_products = staticmethod(rename_products)
    numbers_beside = staticmethod(numbers_beside)

    def live_products(self, shop: Shop | None = None) -> LiveProducts:
        """Return what *shop* must say of its products now."""
        return LiveProducts(shop or self.shop)

    def survey(
        self, *, within: float = 0.0, an_hour_later: bool = False, thorough: bool | None = None
    ) -> None:
        """Open every page of the shop under test as several visitors; refuse what is wrong.

        Staff change what is shown, which must be seen *within* so many seconds, or *an hour later*
        as the caches count. A *thorough* survey opens and changes more; by default full runs make
        one.
        """
        is_thorough = not self.quick if thorough is None else thorough
        Survey(self, within=within, an_hour_later=an_hour_later, thorough=is_thorough).play()

    is_unanswered = staticmethod(is_unanswered)
    is_about_shop = staticmethod(is_about_shop)

    # -- what it costs ---------------------------------------------------------------------------

    def asking_for_products(self, statements: Iterable[str]) -> list[str]:
        """Return those of the shop's *statements* that may read products.

        By their table, or by a view or a function that the shop put before it.
        """
        return asking_for_products(statements, self.shop.readers_of(PRODUCTS))

    def asked_for_products(self, statements: Iterable[str]) -> int:
        """Return how many of the shop's *statements* may read products."""
        return len(self.asking_for_products(statements))

    shape_of = staticmethod(shape_of)
    brief_of = staticmethod(brief_of)

    def loops(self, path: str, statements: Iterable[str]) -> Loops:
        """Return what looks for loops inside PostgreSQL, behind the page that sent *statements*."""
        return Loops(self, path, statements)

    def paper(self) -> Paper:
        """Return the paper of the shop under test: its orders, their mails and invoices."""
        return Paper(self)

    def crowd(self, shop: Shop | None = None, *, patience: float) -> Crowd:
        """Return readers of *shop* who ask all at once; each waits *patience* seconds at most."""
        return Crowd(self, shop or self.shop, patience=patience)

    def warehouse(self, *, walk: float) -> Warehouse:
        """Return a warehouse that takes *walk* seconds over a question."""
        return Warehouse(self, walk=walk)

    def bookkeeping(self, *, walk: float) -> Bookkeeping:
        """Return a bookkeeping that takes *walk* seconds to add up."""
        return Bookkeeping(self, walk=walk)

    def callers(self, shop: Shop | None = None, *, patience: float) -> Callers:
        """Return visitors of *shop* who are waited for later, each *patience* seconds at most."""
        return Callers(self, shop or self.shop, patience=patience)

    def workers(self, shop: Shop | None = None) -> Workers:
        """Return the workers of *shop*, of which any can be the one that answers."""
        return Workers(self, shop or self.shop)

    def let_pass(self, seconds: float, shop: Shop | None = None) -> Passing:
        """Let so many seconds pass for all that *shop* keeps, and for moments it wrote into that.

        In its caches and in tables of its own; what a process remembers has a clock that is not
        ours. ``take_back`` of what is returned makes it as it was, but for what has ended.
        """
        return Passing(shop or self.shop, seconds)

    def cache_entries(self, shop: Shop | None = None) -> CacheEntries:
        """Return what lies in the cache of *shop*."""
        return CacheEntries(shop or self.shop)

    @property
    def cores(self) -> list[int]:
        """The cores of this machine; none where processes cannot be bound to one."""
        return cores()

    def bounds(self, measure: str) -> list[float]:
        """Return the most that each goal of the level allows *measure* to be."""
        goals = [goal for goal in self.level.goals if goal.measure == measure]
        return [goal.at_most for goal in goals if goal.at_most is not None]

    def costs(
        self,
        shops: Sequence[Shop],
        visit: Callable[[int, int], None],
        *,
        turns: int,
        enough: Callable[[Costs], bool] = lambda costs: False,
        idle: float = 0.0,
        measure: str = "asked",
        called: Sequence[str] = (),
    ) -> Costs:
        """Return what *visit* costs each of *shops*, in turns; it gets a turn and a shop.

        Neither what we ask the shops' databases meanwhile is charged to them, nor, after we watched
        them for *idle* seconds, what they use when nobody comes. Fewer *turns* will do once
        *enough* says so. The turns are drawn as a race for *measure*, see :meth:`lanes`.
        """
        with self.lanes(measure, shops, rounds=turns, called=called) as lanes, ExitStack() as aside:
            for shop in shops:
                aside.enter_context(shop.asking_aside())
            rests = idle_costs(shops, lambda: self.cancel.wait(idle)) if idle else []
            return measure_costs(shops, visit, self.cores[:2], turns, lanes.lap, enough, rests)

    def lanes(
        self, measure: str, shops: Sequence[Shop], *, rounds: int, called: Sequence[str] = ()
    ) -> Lanes:
        """Tell of turns that *shops* take for *measure*: enter it, then call ``lap`` after each.

        Where one shop races against itself, they are *called* by what is different: a key of
        ``race`` in the catalogue each.
        """
        names = tuple(called) or tuple(map(self.shops.called, shops))
        return Lanes(self.emit, measure, names, rounds)

    def race(self, measure: str, path: str, *, rounds: int, warm_up: int = 1) -> Race:
        """Time the broken shop and the one under test in turns; the ratio becomes *measure*.

        Where the noise could carry the ratio across a bound of the level, the race is run again;
        where that does not help, the measure counts as too noisy.
        """
        return race_shops(self, measure, path, rounds=rounds, warm_up=warm_up)

    def backends(self, shop: Shop | None = None, measure: str = "") -> Backends:
        """Return what looks at PostgreSQL's sessions; the peak so far becomes *measure*."""

        def seen(peak: int) -> None:
            if measure:
                self.measure(measure, max(peak, self.measures.get(measure, 0)))

        postgres, replicas = self.ground.postgres, self.ground.replicas.awake()
        self.ground.see_guests_out()
        return Backends(postgres, (shop or self.shop).database, seen, replicas)

    def standby(self, title: str = "replica", shop: Shop | None = None) -> Standby:
        """Return the replica *title* of *shop*, with its switches: ``in shop.replicas`` first."""
        return Standby(self, shop or self.shop, title)

    def standbys(self, shop: Shop | None = None) -> Standbys:
        """Return all replicas of *shop*, whose switches are thrown together."""
        return Standbys([self.standby(title, shop) for title in (shop or self.shop).replicas])

    def locked_table(
        self, table: str, shop: Shop | None = None, *, may_be_read: bool = False
    ) -> LockedTable:
        """Return *table* of *shop*, to be locked for a while, on its replicas too.

        Where it *may be read* only those are held who write to it, which nobody does on a replica.
        """
        mode = WRITERS if may_be_read else ALL
        return LockedTable(shop or self.shop, self.standbys(shop), table, mode)

    def counting(self, *servers: Shop | Standby) -> AbstractContextManager[Statements]:
        """Count what the shop asks PostgreSQL (:attr:`shop`), replicas or all of them, as one.

        By default whatever it asks, on whichever server.
        """
        return all_of(server.counting() for server in servers or (self.shop, *self.standbys()))

    def wait_for_jobs(
        self, condition: Callable[[], Any], *, within: float, every: float = 0.1
    ) -> bool:
        """Wait until *condition* holds, which the shop sees to; return whether it did in time.

        *within* so many seconds, and longer where a worker of Celery has not come to it yet, whom a
        crowded machine keeps waiting.
        """
        return wait_for_jobs(self, condition, within=within, every=every)

    def strays(self, shop: Shop | None = None) -> Strays:
        """Return what looks for processes of *shop* that left their server."""
        return Strays(shop or self.shop)

    # -- the load --------------------------------------------------------------------------------

    in_kinds = staticmethod(in_kinds)
    largest = staticmethod(largest)

    def load(
        self,
        *,
        facts: Any = None,
        shop: Shop | None = None,
        plan: LoadPlan | None = None,
        during: Callable[[], None] = lambda: None,
    ) -> Sample:
        """Run the level's locustfile against the shop and return the totals.

        *facts* reaches the locustfile as JSON in the file that ``LEVELUP_FACTS`` names, the plan's
        rate as ``LEVELUP_RATE``. *during* is called ten times a second while the load runs.
        Where the level limits its servers, the limits are in force during the load.

        Raises:
            TutorError: the load generator could not keep up, or got no answer at all.
        """
        target = shop or self.shop
        return send_visitors(self, target, plan or self.plan, self.crew, facts, during)

    def monitoring(self, shop: Shop | None = None) -> AbstractContextManager[Monitor]:
        """Sample the servers of *shop* during the block; what was seen is in ``history``."""
        return monitoring(shop or self.shop, self.emit)
