"""The bench an experiment works at: a small, stable interface between a level and the engine.

An experiment (``experiment.py`` of a level) defines ``prepare(lab)``, ``check(lab)``,
``load(lab)`` and ``settle(lab)``, each optional.
It is handed a :class:`Lab` and imports nothing of the tutor.
"""

import html
import json
import random
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from tutor.catalogue import LANGUAGES, sentences
from tutor.curriculum import Level, LoadPlan
from tutor.errors import TutorError
from tutor.events import (
    Event,
    FindingMade,
    LoadFinished,
    LoadSampled,
    LoadStarted,
    Measured,
    ServerSampled,
    StepStarted,
    WorkersAwaited,
)
from tutor.judge import Finding, Kind
from tutor.lab.casualties import Casualties
from tutor.lab.costs import Costs, idle_costs, measure_costs
from tutor.lab.customers import Customer, Customers
from tutor.lab.draft import Draft
from tutor.lab.fingerprint import Change
from tutor.lab.keeping import Keeping, largest
from tutor.lab.lanes import Lanes
from tutor.lab.loaded import Parts
from tutor.lab.orders import Orders
from tutor.lab.person import Person, numbers_beside
from tutor.lab.sessions import Sessions
from tutor.lab.shelves import Shelves, asked_for_products, in_words, is_true
from tutor.lab.shop import Files, Shop
from tutor.lab.staff import Staff
from tutor.lab.strays import Strays
from tutor.lab.survey import Survey
from tutor.lab.together import Together, at_once
from tutor.load.crew import Crew
from tutor.load.kinds import in_kinds
from tutor.load.locust import BUSY, Locust, Sample
from tutor.probes.cards import cards, differences
from tutor.probes.http import PageHangs, PageUnreachable
from tutor.probes.race import Race, race
from tutor.probes.statements import brief_of, shape_of
from tutor.stack.background import Background
from tutor.stack.cancel import Cancel
from tutor.stack.cleanup import CleanUp
from tutor.stack.databases import migrations_key
from tutor.stack.disk import ROOM_TO_RUN, check_room
from tutor.stack.ground import Emit, Ground
from tutor.stack.monitor import Monitor, ServerSample
from tutor.stack.shares import cores
from tutor.stack.site import Site, make_site

RACE_TRIES = 3
LOOKED_AT = ("flower",)
"""Services for people to look at: a quick check asks nothing of them and does without."""


class Foul(Exception):
    """The fix is refused; nothing more needs to be measured."""


class Lab:
    """What an experiment can see and do."""

    def __init__(
        self,
        level: Level,
        ground: Ground,
        emit: Emit,
        cancel: Cancel,
        *,
        files: Files,
        broken_files: Files,
        seed_files: Files,
        shown_as: Path | None,
        variant: str,
        quick: bool,
        crew: Crew | None = None,
        missed: frozenset[str] = frozenset(),
    ) -> None:
        self.level = level
        self.ground = ground
        self.emit = emit
        self.cancel = cancel
        self.quick = quick
        self.variant = variant
        self.random = random.Random(secrets.randbits(64))
        """Randomness of this run: nothing the learner writes can know it."""
        self.measures: dict[str, Any] = {}
        self.findings: list[Finding] = []
        self._files = files
        self._broken_files = broken_files
        self._seed_files = seed_files
        self._shown_as = shown_as
        self._shop: Shop | None = None
        self._broken: Shop | None = None
        self._healthy: Shop | None = None
        self._opened: list[Site] = []
        self._casualties = Casualties(ground, emit)
        self.one_worker = True
        """Whether shops start with a single worker, so that nothing depends on which one answers.

        :meth:`load` brings a shop to full strength; an experiment that measures workers from the
        start sets this to False in ``prepare``.
        """
        self.plan = level.load
        """How the load is run; an experiment that calibrates it puts its own here."""
        self.crew = crew or Crew()
        """Who makes the load."""
        self.missed = missed
        """The measures in which the last run fell short: one of them is being mended."""
        self._prepare: Callable[[Shop], None] = lambda shop: None
        self._customers: Customers | None = None
        self._staff: dict[str, Staff] = {}
        self._draft: Draft | None = None
        self._keeping: Keeping | None = None
        self._parts: dict[str, Parts] = {}
        """By address of a shop, what its pages load by script."""

    # -- shops -----------------------------------------------------------------------------------

    def before_migrations(self, prepare: Callable[[Shop], None]) -> None:
        """Have *prepare* change the data of every shop before the shop's own migrations see it."""
        self._prepare = prepare

    @property
    def shop(self) -> Shop:
        """The shop under test, up and answering."""
        if self._shop is None:
            self._shop = self._open(self.variant, self._files, self._shown_as, is_tested=True)
        return self._shop

    @property
    def broken(self) -> Shop:
        """The shop as the level starts, up beside the one under test."""
        if self._broken is None:
            self._broken = self._open("baseline", self._broken_files)
        return self._broken

    @property
    def healthy(self) -> Shop:
        """The shop of the reference answer, up beside the one under test."""
        if self._healthy is None:
            self._healthy = self._open("healthy", self._seed_files)
        return self._healthy

    @contextmanager
    def meanwhile(self, work: Callable[[], None]) -> Iterator[None]:
        """Have *work* done during the block, which ends when both are through.

        It is for another shop than the one the block is about: a visitor can be in one place only.
        """
        with ThreadPoolExecutor(1) as pool:
            done = pool.submit(work)
            yield
        done.result()

    def put_away(self, shop: Shop) -> None:
        """Stop *shop*, which is not needed any more: its connections and its CPU are free."""
        shop.site.stop()

    def _open(
        self, variant: str, files: Files, shown_as: Path | None = None, *, is_tested: bool = False
    ) -> Shop:
        """Return the shop made of *files*; PostgreSQL runs on a server of the one under test."""
        ground = self.ground
        site = make_site(ground, variant, files, shown_as, self.level.machine)
        self._opened.append(site)
        site.prepare(ground.databases.clone(ground.seed))
        shop = Shop(ground, self.emit, self.cancel, site, files)
        self.customers.rename(shop)
        self._prepare(shop)
        if is_tested:
            self._migrate_watched(shop)
        else:
            site.migrate(site.database, files, self._seed_files, self.cancel)
        site.serve(
            site.database,
            self.emit,
            self.cancel,
            one_worker=self.one_worker,
            without=LOOKED_AT if self.quick else (),
            has_postgres=is_tested,
        )
        return shop

    def _migrate_watched(self, shop: Shop) -> None:
        """Apply the migrations of the shop under test; refuse those that change the seed's data."""
        site, data = shop.site, shop.fingerprint
        if has_own := migrations_key(shop.files) != migrations_key(self._seed_files):
            data.keep()
        site.migrate(site.database, shop.files, self._seed_files, self.cancel)
        if has_own:
            self._refuse_changed(data.compare())
        data.watch()

    def look_at_data(self) -> None:
        """Refuse a shop under test that changed what the seed laid down, unasked."""
        if self._shop is not None:
            self._refuse_changed(self._shop.fingerprint.look())

    def _refuse_changed(self, change: Change | None) -> None:
        if change is not None:
            self.refuse(change.foul, **change.params)

    @property
    def cores(self) -> list[int]:
        """The cores of this machine; none where processes cannot be bound to one."""
        return cores()

    def changed(self, *names: str) -> bool:
        """Return whether the shop under test differs from the broken one below any of *names*."""

        def below(files: Files) -> dict[str, bytes]:
            return {n: p.read_bytes() for n, p in files.items() if n.startswith(names)}

        return below(self._files) != below(self._broken_files)

    # -- telling ---------------------------------------------------------------------------------

    def step(self, id: str, **params: Any) -> None:
        """Say what the experiment is doing now."""
        self.cancel.check()
        self.emit(StepStarted(id, params))

    def measure(self, measure: str, value: Any) -> None:
        """Record the value of a measure."""
        self.measures[measure] = value
        self._tell(Measured(measure, value))

    def find(self, id: str, /, **params: Any) -> None:
        """Record a finding; its kind stands in ``level.toml``, what the engine knows is a foul.

        Raises:
            KeyError: neither has a sentence for it; its name is misspelt.
        """
        self._record(Finding(id, self._kind_of(id), params))

    def _kind_of(self, id: str) -> Kind:
        kinds = self.level.finding_kinds
        is_ours = id not in kinds and f"findings.{id}" in sentences(LANGUAGES[0])
        return Kind.FOUL if is_ours else kinds[id]

    def find_once(self, id: str, /, **params: Any) -> None:
        """Record a finding of the level, the first time it is made."""
        if all(known.id != id for known in self.findings):
            self.find(id, **params)

    def foul(self, id: str, /, **params: Any) -> None:
        """Record a finding and end the experiment: the fix is refused."""
        self.find(id, **params)
        raise Foul(id)

    def refuse(self, id: str, /, **params: Any) -> NoReturn:
        """Record a foul of the engine's own and end the experiment; any level knows it."""
        self._record(Finding(id, Kind.FOUL, params))
        raise Foul(id)

    def too_noisy(self, measure: str, /, **params: Any) -> None:
        """Record that the machine was too busy for *measure* to mean anything."""
        self._record(Finding("too_noisy", Kind.NOISE, {"measure": measure, **params}))

    def _record(self, finding: Finding) -> None:
        self.findings.append(finding)
        self._tell(FindingMade(finding))

    def _tell(self, event: Event) -> None:
        if self._draft is None:
            self.emit(event)
        else:
            self._draft.held.append(event)

    @contextmanager
    def draft(self) -> Iterator[Draft]:
        """Hold back what is measured and found during the block, which may have to be repeated.

        It is told at the block's end, however that ends, and never where the draft was discarded.
        """
        assert self._draft is None, "one draft at a time"
        self._draft = draft = Draft(self.measures, self.findings)
        try:
            yield draft
        finally:
            self._draft = None
            for event in draft.held:
                self.emit(event)

    # -- people and what they leave to be done ---------------------------------------------------

    def token(self) -> str:
        """Return a word that nobody knows yet."""
        return f"{self.random.randrange(16**6):06X}"

    def person(self, shop: Shop | None = None) -> Person:
        """Return somebody who was never in *shop* before."""
        visitor = (shop or self.shop).visitor()
        parts = self._parts.setdefault(visitor.url, Parts(visitor.stranger()))
        return Person(visitor, self.random, parts)

    @property
    def customers(self) -> Customers:
        """The customers of this run, whose names nobody knows."""
        if self._customers is None:
            self._customers = Customers(self)
        return self._customers

    def customer(self, user: str = "") -> Customer:
        """Return *user* with a browser, not logged in; a stranger where nobody is named."""
        return Customer(self.customers, user)

    def staff(self, shop: Shop | None = None) -> Staff:
        """Return somebody who works in *shop* and edits in its admin; the same one each time."""
        shop = shop or self.shop
        if shop.database not in self._staff:
            self._staff[shop.database] = Staff(self, shop)
        return self._staff[shop.database]

    def shelves(self, shop: Shop | None = None) -> Shelves:
        """Return what *shop* must say of its products now."""
        return Shelves(shop or self.shop)

    def survey(
        self, *, within: float = 0.0, emptied: bool = False, thorough: bool | None = None
    ) -> None:
        """Open every page of the shop under test as several visitors; refuse what is wrong.

        Staff change what is shown, which must be seen *within* so many seconds, or once the caches
        were *emptied* of what is kept for up to an hour. A *thorough* survey opens and changes
        more; by default full runs make one.
        """
        is_thorough = not self.quick if thorough is None else thorough
        Survey(self, within=within, emptied=emptied, thorough=is_thorough).play()

    card_fields = Shelves.fields
    is_true = staticmethod(is_true)
    in_words = staticmethod(in_words)
    asked_for_products = staticmethod(asked_for_products)
    largest = staticmethod(largest)
    numbers_beside = staticmethod(numbers_beside)

    @property
    def keeping(self) -> Keeping:
        """What is kept of the shop under test."""
        if self._keeping is None:
            self._keeping = Keeping(self)
        return self._keeping

    def refuse_kept(self, path: str) -> None:
        """Refuse a page that is kept where an empty cache does not help.

        Twice: what refreshes itself once a second may have done so just now.
        """
        for _ in range(2):
            self._refuse_kept(path)

    def _refuse_kept(self, path: str) -> None:
        shop = self.shop
        for _ in range(2):
            shop.page(path)
        before = self.random.choice(self.shelves().names(path))
        after = f"{before} {self.token()}"
        rename = "UPDATE catalog_product SET name = %s WHERE name = %s"
        shop.sql(rename, [after, before])
        shop.empty_caches()
        if after not in html.unescape(shop.page(path).text):
            self.foul("stale_page", path=path, before=before, after=after)
        # As it was: the experiment may know the product by its name, and wait for a page to say it.
        shop.sql(rename, [before, after])
        shop.empty_caches()

    @staticmethod
    def is_unanswered(error: Exception) -> bool:
        """Return whether *error* means that a visitor got no answer."""
        return isinstance(error, PageHangs | PageUnreachable)

    def orders(self, shop: Shop | None = None) -> Orders:
        """Return the orders of *shop*, with the bank and the tax office in its database."""
        return Orders(shop or self.shop)

    def strays(self, shop: Shop | None = None) -> Strays:
        """Return what looks for processes of *shop* that left their server."""
        return Strays(shop or self.shop)

    def sessions(self, shop: Shop | None = None, measure: str = "") -> Sessions:
        """Return what looks at PostgreSQL's sessions; the peak so far becomes *measure*."""

        def seen(peak: int) -> None:
            if measure:
                self.measure(measure, max(peak, self.measures.get(measure, 0)))

        return Sessions(self.ground.postgres, (shop or self.shop).database, seen)

    def costs(
        self,
        shops: Sequence[Shop],
        visit: Callable[[int, int], None],
        *,
        turns: int,
        enough: Callable[[Costs], bool] = lambda costs: False,
        idle: float = 0.0,
    ) -> Costs:
        """Return what *visit* costs each of *shops*, in turns; it gets a turn and a shop.

        Neither what we ask the shops' databases meanwhile is charged to them, nor, after we watched
        them for *idle* seconds, what they use when nobody comes. Fewer *turns* will do once
        *enough* says so.
        """
        with self.lanes("asked", shops, rounds=turns) as lanes, ExitStack() as aside:
            for shop in shops:
                aside.enter_context(shop.asking_aside())
            rests = idle_costs(shops, lambda: self.cancel.wait(idle)) if idle else []
            return measure_costs(shops, visit, self.cores[:2], turns, lanes.lap, enough, rests)

    def lanes(self, measure: str, shops: Sequence[Shop], *, rounds: int) -> Lanes:
        """Tell of turns that *shops* take for *measure*: enter it, then call ``lap`` after each."""
        return Lanes(self.emit, measure, tuple(map(self._called, shops)), rounds)

    def _called(self, shop: Shop) -> str:
        """Return which variant *shop* is."""
        return {id(self._broken): "broken", id(self._healthy): "fixed"}.get(id(shop), self.variant)

    # -- measuring -------------------------------------------------------------------------------

    cards = staticmethod(cards)
    differences = staticmethod(differences)
    shape_of = staticmethod(shape_of)
    brief_of = staticmethod(brief_of)
    in_kinds = staticmethod(in_kinds)

    def wait_until(
        self, condition: Callable[[], Any], *, timeout: float, every: float = 0.02
    ) -> bool:
        """Wait until *condition* holds; return whether it did within *timeout* seconds."""
        deadline = time.monotonic() + timeout
        while not condition():
            if time.monotonic() > deadline:
                return False
            self.cancel.wait(every)
        return True

    def together(self, parties: int) -> Together:
        """Return a barrier for that many threads: it ends with the run, and never waits for ever.

        Use it in place of ``threading.Barrier``; mostly :meth:`at_once` is all that is wanted.
        """
        return Together(parties, self.cancel)

    def at_once(self, acts: Sequence[Callable[[], None]], *, patience: float) -> None:
        """Do all *acts* at the same moment, each in a thread, and wait for them to end.

        What an act raises is raised here. *patience* is the longest that any of them may take.
        """
        at_once(acts, self.cancel, patience=patience)

    def background(self, name: str, work: Callable[[threading.Event], None]) -> Background:
        """Return *work* to be done during a ``with`` block, in a thread that cannot fail unseen.

        It gets an event that is set when the block ends, and returns soon after; what it raises is
        raised at the end of the block, or earlier by ``check()``.
        """
        return Background(name, work)

    def bounds(self, measure: str) -> list[float]:
        """Return the most that each goal of the level allows *measure* to be."""
        goals = [goal for goal in self.level.goals if goal.measure == measure]
        return [goal.at_most for goal in goals if goal.at_most is not None]

    def race(self, measure: str, path: str, *, rounds: int, warm_up: int = 1) -> Race:
        """Time the broken shop and the one under test in turns; the ratio becomes *measure*.

        Where the noise could carry the ratio across a bound of the level, the race is run again,
        and after :data:`RACE_TRIES` the measure counts as too noisy.
        """
        broken, mine, bounds = self.broken, self.shop, self.bounds(measure)

        def lap(shop: Shop) -> float:
            self.cancel.check()
            return shop.page(path).seconds

        for _ in range(RACE_TRIES):
            with self.lanes(measure, (broken, mine), rounds=rounds) as lanes:
                result = race(
                    lambda: lap(broken),
                    lambda: lap(mine),
                    rounds=rounds,
                    warm_up=warm_up,
                    told=lanes.lap,
                )
            if not any(result.straddles(bound) for bound in bounds):
                break
        else:
            self.too_noisy(measure, noise=round(result.noise, 2), ratio=round(result.ratio, 2))
        self.measure(measure, round(result.ratio, 3))
        self.measure(f"{measure}_noise", round(result.noise, 3))
        self.measure("broken_ms", round(_median_ms(result.first), 1))
        self.measure("shop_ms", round(_median_ms(result.second), 1))
        return result

    @contextmanager
    def monitoring(self, shop: Shop | None = None) -> Iterator[Monitor]:
        """Sample the servers of *shop* during the block; what was seen is in ``history``."""
        with Monitor((shop or self.shop).site, self._saw) as monitor:
            yield monitor

    def _saw(self, sample: ServerSample) -> None:
        self.emit(
            ServerSampled(
                server=sample.server,
                cpu_percent=sample.cpu_percent,
                memory_mb=sample.memory_mb,
                disk_kb_per_second=sample.disk_kb_per_second,
                throttled_percent=sample.throttled_percent,
            )
        )

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
        plan = plan or self.plan
        target = shop or self.shop
        target.full_strength()
        facts_file = self.ground.stack.folder / "facts.json"
        facts_file.write_text(json.dumps(facts))
        locustfile, cgroups = self.level.folder / "locustfile.py", target.site.beside_servers()
        locust = Locust(self.ground.stack, locustfile, plan, cgroups, self.crew)
        self.emit(LoadStarted(plan.users, plan.seconds, plan.rate))
        watching = self.monitoring(target) if target.site.shares else nullcontext()
        with target.site.held(), watching:
            total = locust.run(
                target.url,
                self.cancel,
                env={"LEVELUP_FACTS": str(facts_file), "LEVELUP_RATE": f"{plan.rate:g}"},
                during=during,
                seen=lambda sample: self.emit(_sampled(sample)),
                came=self._came,
            )
        self.emit(
            LoadFinished(total.requests, total.failures, total.rps, total.p50_ms, total.p95_ms)
        )
        self.measure("rps", total.rps)
        self.measure("requests", total.requests)
        self.measure("p50_ms", total.p50_ms)
        self.measure("p95_ms", total.p95_ms)
        self.measure("failures", total.failures)
        if total.cpu_percent >= BUSY:
            raise TutorError.named("load_too_slow", percent=total.cpu_percent)
        if total.requests == 0:
            raise TutorError.named("load_unanswered")
        return total

    def _came(self, count: int) -> None:
        crew = self.crew
        if crew.awaited:
            self.emit(WorkersAwaited(count, crew.size, crew.invitation))

    # -- ending ----------------------------------------------------------------------------------

    def kill(self, pids: Iterable[int]) -> None:
        """Kill processes of a shop, as the kernel does when memory ends; it is noted who did."""
        self._casualties.kill(pids)

    def check_services(self) -> None:
        """Make sure that what is ours still runs, and has room to.

        Raises:
            TutorError: a service of ours died, or the disk is full: no fault of the shop.
        """
        check_room(self.ground.stack.folder, ROOM_TO_RUN)
        self._casualties.check(self._opened)

    def close(self) -> None:
        """Stop the shops of this run and remove their databases: all, whatever fails meanwhile.

        Raises:
            Exception: the first failure; each is in the stack's log ``tutor``.
        """
        clean_up = CleanUp(self.ground.stack.log("tutor"))
        for site in self._opened:
            clean_up.step(f"stop the shop {site.variant}", site.stop)
            if site.database:
                drop = partial(self.ground.databases.drop, site.database)
                clean_up.step(f"drop the database of {site.variant}", drop)
        if clean_up.failures:
            raise clean_up.failures[0]


def _median_ms(times: Sequence[float]) -> float:
    return sorted(times)[len(times) // 2] * 1000


def _sampled(sample: Sample) -> LoadSampled:
    return LoadSampled(
        second=sample.second,
        users=sample.users,
        requests=sample.requests,
        failures=sample.failures,
        rps=sample.rps,
        p50_ms=sample.p50_ms,
        p95_ms=sample.p95_ms,
    )
