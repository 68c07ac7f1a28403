"""The shops of one run: opened when they are first used, closed whatever happens."""

import re
import sys
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tutor.base.cancel import Cancel
from tutor.base.cleanup import CleanUp
from tutor.base.errors import ShopError, TutorError
from tutor.curriculum import Machine
from tutor.lab.fingerprint import Change
from tutor.lab.no_answer import never_answers
from tutor.lab.notebook import Notebook
from tutor.lab.service_watch import ServiceWatch
from tutor.lab.shop import Files, Shop
from tutor.machine.disk import ROOM_TO_RUN, check_room
from tutor.probes.http import PageHangs
from tutor.stack.databases import migrate_alike, models_alike
from tutor.stack.ground import Ground
from tutor.stack.rows import LOOKED_AT
from tutor.stack.site import Site, make_site
from tutor.stack.stack import ServiceFailed

APP = re.compile(r"^Migrations for '(\w+)':$", re.MULTILINE)
OPERATION = re.compile(r"\s+[-+~] ")
"""How ``makemigrations`` says for which app it would write, and what would be in it."""
CELERY = ("worker",)
"""The kind of service that takes jobs."""


@dataclass(frozen=True, slots=True)
class ShopFiles:
    """Of what files the shops of a run are made."""

    tested: Files
    broken: Files
    healthy: Files
    """The reference answer."""
    variant: str
    """What the shop under test is called."""
    shown_as: Path | None = None
    """The folder under which the learner knows its files."""
    seed: Files | None = None
    """The shop that seeded the data; None where the reference answer did."""

    @property
    def live(self) -> Files:
        """The shop that seeded the data: the one before the release, where there is one."""
        return self.healthy if self.seed is None else self.seed


class Shops:
    """Opens the shop under test, the broken and the healthy one, each once, and closes them all."""

    def __init__(
        self,
        ground: Ground,
        notebook: Notebook,
        files: ShopFiles,
        machine: Machine,
        *,
        quick: bool = False,
    ) -> None:
        self.ground = ground
        self.files = files
        self.prepare: list[Callable[[Shop], None]] = []
        """What is done to the data of every shop before its own migrations see it, in order."""
        self.one_worker = True
        """Whether shops start with a single worker."""
        self.celery_later = False
        """Whether shops need not wait for their workers of Celery to be up."""
        self._notebook = notebook
        self._machine = machine
        self._quick = quick
        self._open_shops: dict[str, Shop] = {}
        self._sites: list[Site] = []
        self._shops: list[Shop] = []
        """All that were made; their sites may be gone already."""
        self._service_watch = ServiceWatch(ground, notebook.emit)

    @property
    def tested(self) -> Shop:
        """The shop under test, up and answering."""
        files = self.files
        return self._once(
            "tested",
            partial(self._open, files.variant, files.tested, files.shown_as, is_tested=True),
        )

    @property
    def broken(self) -> Shop:
        """The shop as the level starts, up beside the one under test."""
        return self._once("broken", partial(self._open, "baseline", self.files.broken))

    @property
    def healthy(self) -> Shop:
        """The shop of the reference answer, up beside the one under test."""
        return self._once("healthy", partial(self._open, "healthy", self.files.healthy))

    def put_away(self, shop: Shop) -> None:
        """Stop *shop*, which is not needed any more: its connections and its CPU are free."""
        shop.site.stop()

    def called(self, shop: Shop) -> str:
        """Return which variant *shop* is."""
        names = {"broken": "broken", "healthy": "fixed"}
        which = next((name for name, one in self._open_shops.items() if one is shop), "")
        return names.get(which, self.files.variant)

    def changed(self, *names: str) -> bool:
        """Return whether the shop under test differs from the broken one below any of *names*."""

        def below(files: Files) -> dict[str, bytes]:
            return {n: p.read_bytes() for n, p in files.items() if n.startswith(names)}

        return below(self.files.tested) != below(self.files.broken)

    def look_at_data(self) -> None:
        """Refuse a shop under test that changed what the seed laid down, unasked."""
        if shop := self._open_shops.get("tested"):
            shop.await_celery()
            self._refuse_changed(shop.fingerprint.look())

    def look_at_models(self) -> None:
        """Note models of the shop under test that changed without a migration: nobody has them."""
        shop = self._open_shops.get("tested")
        live = self.files.live
        if shop is None or models_alike(shop.files, live) or not migrate_alike(shop.files, live):
            return
        site, cancel = shop.site, self._notebook.cancel
        with suppress(ServiceFailed):  # code that runs in the shop alone is judged there
            said = self.ground.databases.unmade(site.folder, site.database, cancel)
            if apps := APP.findall(said):
                what = next(
                    (line.strip() for line in said.splitlines() if OPERATION.match(line)), ""
                )
                self._notebook.note(
                    "models_without_migration",
                    apps=" ".join(apps),
                    what=what.lstrip("+-~ "),
                    python=sys.executable,
                )

    def kill(self, pids: Iterable[int]) -> None:
        """Kill processes of a shop, as the kernel does when memory ends; it is noted who did."""
        self._service_watch.kill(pids)

    def check_services(self) -> None:
        """Make sure that what is ours still runs, and has room to.

        Raises:
            TutorError: a service of ours died, or the disk is full: no fault of the shop.
        """
        check_room(self.ground.stack.folder, ROOM_TO_RUN)
        self._service_watch.check(self._sites)

    def blame(self, error: ShopError) -> TutorError:
        """Return whose fault *error* is: a shop that we compare with is ours.

        One of the shop under test that is only silent is asked where it is.
        """
        shops = self._open_shops.items()
        which = next((name for name, shop in shops if shop.url == error.url), "tested")
        if which != "tested":
            return _ours(error)
        tested = self._open_shops.get("tested")
        if isinstance(error, PageHangs) and not error.is_explained and tested:
            return never_answers(tested.site, error, self._notebook.cancel)
        return error

    # -- a release -------------------------------------------------------------------------------

    def make_live(self, database: str) -> Shop:
        """Return the shop that seeded the data, on *database*; nothing of it runs yet."""
        return self._make("before", self.files.live, database)

    def _make(
        self, variant: str, files: Files, database: str, shown_as: Path | None = None
    ) -> Shop:
        site = make_site(self.ground, variant, files, shown_as, self._machine)
        self._sites.append(site)
        site.prepare(database)
        return self._shop_of(site, files)

    def make_tested(self, database: str) -> Shop:
        """Return the shop under test on *database*, which it has not migrated yet."""
        files = self.files
        return self._make(files.variant, files.tested, database, files.shown_as)

    def serve(self, shop: Shop, *, without: Collection[str] = (), is_tested: bool = False) -> None:
        """Have *shop* answer; one that *is_tested* is the shop under test from now on."""
        notebook = self._notebook
        shop.site.serve(
            shop.database,
            notebook.emit,
            notebook.cancel,
            one_worker=self.one_worker,
            without=(*without, *(LOOKED_AT if self._quick else ())),
            has_postgres=is_tested,
        )
        if is_tested:
            self._open_shops["tested"] = shop

    def remove(self, *shops: Shop) -> None:
        """Stop *shops* and drop their databases."""
        for shop in shops:
            shop.hang_up()
            shop.site.stop()
            self._sites.remove(shop.site)
        for database in {shop.database for shop in shops}:
            self.ground.databases.drop(database)

    def close(self) -> None:
        """Stop the shops of this run and remove their databases: all, whatever fails meanwhile.

        Raises:
            Exception: the first failure; each is in the stack's log ``tutor``.
        """
        clean_up = CleanUp(self.ground.stack.log("tutor"))
        clean_up.step("bring the replicas back", partial(self.ground.replicas.restore, Cancel()))
        for shop in self._shops:
            clean_up.step("hang up", shop.hang_up)
        for site in self._sites:
            clean_up.step(f"stop the shop {site.variant}", site.stop)
            if site.database:
                drop = partial(self.ground.databases.drop, site.database)
                clean_up.step(f"drop the database of {site.variant}", drop)
        if clean_up.failures:
            raise clean_up.failures[0]

    def _shop_of(self, site: Site, files: Files) -> Shop:
        shop = Shop(self.ground, self._notebook.emit, self._notebook.cancel, site, files)
        self._shops.append(shop)
        return shop

    def _once(self, which: str, open_it: Callable[[], Shop]) -> Shop:
        if which not in self._open_shops:
            try:
                self._open_shops[which] = open_it()
            except ShopError as error:
                raise error if which == "tested" else _ours(error) from error
        return self._open_shops[which]

    def _open(
        self, variant: str, files: Files, shown_as: Path | None = None, *, is_tested: bool = False
    ) -> Shop:
        """Return the shop made of *files*; PostgreSQL runs on a server of the one under test."""
        ground, emit, cancel = self.ground, self._notebook.emit, self._notebook.cancel
        site = make_site(ground, variant, files, shown_as, self._machine)
        self._sites.append(site)
        site.prepare(ground.databases.clone(ground.seed, cancel=cancel))
        shop = self._shop_of(site, files)
        for prepare in self.prepare:
            prepare(shop)
        if is_tested:
            self._migrate_watched(shop)
        else:
            site.migrate(site.database, files, self.files.live, cancel)
        site.serve(
            site.database,
            emit,
            cancel,
            one_worker=self.one_worker,
            without=LOOKED_AT if self._quick else (),
            later=CELERY if self.celery_later else (),
            has_postgres=is_tested,
        )
        return shop

    def _migrate_watched(self, shop: Shop) -> None:
        """Apply the migrations of the shop under test; refuse those that change the seed's data."""
        site, data, seed_files = shop.site, shop.fingerprint, self.files.live
        has_own = not migrate_alike(shop.files, seed_files)
        if has_own:
            data.keep()
        site.migrate(site.database, shop.files, seed_files, self._notebook.cancel)
        if has_own:
            self._refuse_changed(data.compare())
        data.watch()

    def _refuse_changed(self, change: Change | None) -> None:
        if change is not None:
            self._notebook.refuse(change.foul, **change.params)


def _ours(error: ShopError) -> TutorError:
    """Return *error* of a shop that we compare with."""
    return TutorError.named("reference_fails", hint="not_yours", error=error)
