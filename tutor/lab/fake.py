"""A lab without a stack: an author tries the rules of an experiment in milliseconds.

Pages, rows and whole instruments are written down beforehand; notebook, comparisons and fouls are
the real ones. Whatever was not written down fails with :class:`NotCanned`, which says what was
asked for::

    lab = FakeLab(load_level(folder))
    lab.shop.show("/", Page(html, statements=["SELECT 1"] * 300))
    lab.shop.answer("FROM catalog_product", rows)
    with pytest.raises(Foul):
        load_experiment(lab.level)(lab).check()
    assert lab.findings[-1].id == "rows_missing"
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from tutor.base.cancel import Cancel
from tutor.curriculum import Level
from tutor.events import Event
from tutor.lab.fake_standby import FakeStandby
from tutor.lab.lab import Lab
from tutor.lab.notebook import Notebook
from tutor.lab.shop import Files, Shop
from tutor.lab.shops import ShopFiles, Shops
from tutor.probes.http import Response, Visitor
from tutor.probes.statements import Statements

Rows = list[tuple[Any, ...]]
Answer = Rows | Callable[[Sequence[Any]], Rows]
"""Rows, or what makes them of the parameters of a query."""


class NotCanned(AssertionError):
    """An experiment asked a fake for something that nobody wrote down."""


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of a fake shop, and the SQL that it costs."""

    text: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    statements: Sequence[str] = ()
    reads: Sequence[str] = ()
    """The SQL that it costs a replica."""
    seconds: float = 0.001


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an instrument that was written down."""

    name: str
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]


class Canning:
    """Has calls of its own replaced by results that were written down."""

    called: list[Call]
    """Every call of what was canned, in order."""

    def can(self, name: str, result: object = None) -> None:
        """Have the call *name* do nothing but be noted, and return *result*.

        For what needs a whole shop, as ``lab.survey`` or ``shop.trace``, or measures, as
        ``lab.load`` and ``lab.costs``.

        Raises:
            AttributeError: there is no such call.
        """
        getattr(self, name)

        def canned(*args: Any, **kwargs: Any) -> object:
            self.called.append(Call(name, args, kwargs))
            return result

        setattr(self, name, canned)


class Absent:
    """Stands where a real lab has a stack; whatever is asked of it fails."""

    def __init__(self, what: str) -> None:
        self._what = what

    def __getattr__(self, name: str) -> Any:
        """Raise: nothing of it is there."""
        raise NotCanned(f"a fake lab has no {self._what}: `{name}` of it was asked for")


class FakeShop(Canning, Shop):
    """A shop whose pages and rows were written down; it notes what it was asked."""

    replicas: tuple[str, ...] = ()
    """The replicas that its ``stack.toml`` would plan."""

    def __init__(self, name: str, cancel: Cancel, files: Files) -> None:
        super().__init__(
            cast("Any", Absent("ground")),
            lambda event: None,
            cancel,
            cast("Any", Absent("running shop")),
            files,
        )
        self.name = name
        self.called = []
        self.asked: list[str] = []
        """Every request (``GET /``) and every query, in order."""
        self._pages: dict[str, list[Page]] = {}
        self._answers: list[tuple[str, Answer]] = []
        self._counting: list[Statements] = []
        self._counting_reads: list[Statements] = []

    # -- writing down ------------------------------------------------------------------------------

    def show(self, path: str, *pages: Page | str) -> None:
        """Have *path* show each of *pages* in turn, and the last one from then on.

        A path with a method before it, ``POST /cart/add/mat/``, answers that method only.
        """
        request = path if " " in path else f"GET {path}"
        self._pages[request] = [Page(page) if isinstance(page, str) else page for page in pages]

    def answer(self, part: str, rows: Answer) -> None:
        """Have every query that contains *part* return *rows*; what was said last comes first."""
        self._answers.insert(0, (_squeezed(part), rows))

    # -- being asked -------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """An address at which nobody listens."""
        return f"http://{self.name}.invalid"

    @property
    def database(self) -> str:
        """The name of no database."""
        return self.name

    def visitor(self, *, timeout: float = 0.0) -> Visitor:
        """Return a visitor of the pages that were written down."""
        return FakeVisitor(self)

    def sql(self, query: str, params: Sequence[Any] = ()) -> Rows:
        """Return the rows that were written down for *query*."""
        text = _squeezed(query)
        self.asked.append(text)
        for part, rows in self._answers:
            if part in text:
                return rows(params) if callable(rows) else list(rows)
        raise NotCanned(f"no rows were written down for the query: {text}")

    @contextmanager
    def counting(self) -> Iterator[Statements]:
        """Count the statements of the pages that are opened during the block."""
        with _listed(self._counting) as statements:
            yield statements

    @contextmanager
    def counting_reads(self) -> Iterator[Statements]:
        """Count what the pages of the block cost a replica."""
        with _listed(self._counting_reads) as statements:
            yield statements

    def readers_of(self, table: str) -> list[str]:
        """Return none; an author may can others."""
        return []

    def uncounted_functions(self, calls: str) -> list[str]:
        """Return none; an author may can others."""
        return []

    def empty_caches(self) -> None:
        """Note it; what a page shows afterwards is what was written down."""
        self.asked.append("empty_caches")

    def age_caches(self, seconds: float) -> None:
        """Note it; what a page shows afterwards is what was written down."""
        self.asked.append(f"age_caches {seconds:g}")

    def await_celery(self) -> None:
        """Do nothing: none of it starts."""

    def respond(self, method: str, path: str) -> Response:
        """Return what was written down for a request."""
        request = f"{method} {path}"
        self.asked.append(request)
        pages = self._pages.get(request)
        if not pages:
            raise NotCanned(f"no page was written down for {request}")
        page = pages.pop(0) if len(pages) > 1 else pages[0]
        for statements in self._counting:
            statements.texts.extend(page.statements)
        for statements in self._counting_reads:
            statements.texts.extend(page.reads)
        return Response(path, page.status, page.headers, page.text.encode(), page.seconds)


class FakeVisitor(Visitor):
    """Somebody who sees what was written down; cookies are set as by a browser that keeps none."""

    def __init__(self, shop: FakeShop) -> None:
        super().__init__(shop.url, timeout=1)
        self._shop = shop

    def stranger(self) -> Visitor:
        """Return somebody else at the same door."""
        return FakeVisitor(self._shop)

    def _request(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Response:
        return self._shop.respond(method, path)


class FakeShops(Shops):
    """Three fake shops; none is started, and none is closed."""

    def __init__(self, cancel: Cancel, files: ShopFiles) -> None:
        # Nothing of the real ones is there: neither a ground to stand on nor services that die.
        self.ground = cast("Any", Absent("ground"))
        self.files = files
        self.prepare = []
        self.one_worker = True
        made = {"tested": files.tested, "broken": files.broken, "healthy": files.healthy}
        self.fakes = {name: FakeShop(name, cancel, its) for name, its in made.items()}
        self._open_shops = dict(self.fakes)

    def put_away(self, shop: Shop) -> None:
        """Do nothing: none of them runs."""

    def look_at_data(self) -> None:
        """Do nothing: there are no data but those that were written down."""

    def look_at_models(self) -> None:
        """Do nothing: none of them was ever imported."""

    def close(self) -> None:
        """Do nothing: none of them runs."""


class FakeLab(Canning, Lab):
    """A lab whose shops show what was written down. What it is told is in ``events``.

    What is done to the data before migrations is noted in ``shops.prepare`` and done to nobody.
    """

    def __init__(
        self,
        level: Level,
        *,
        quick: bool = True,
        tested: Files | None = None,
        broken: Files | None = None,
    ) -> None:
        self.events: list[Event] = []
        self.called = []
        notebook = Notebook(level.finding_kinds, self.events.append, Cancel())
        files = ShopFiles(tested=tested or {}, broken=broken or {}, healthy={}, variant="mine")
        self._fakes = FakeShops(notebook.cancel, files)
        super().__init__(level, notebook, self._fakes, quick=quick)
        self._standbys: dict[tuple[str, str], FakeStandby] = {}

    def standby(self, title: str = "replica", shop: Shop | None = None) -> FakeStandby:
        """Return the replica *title* of *shop*, the same one each time; it is where it is asked."""
        of = next((fake for fake in self._fakes.fakes.values() if fake is shop), self.shop)
        return self._standbys.setdefault((of.name, title), FakeStandby(self, of, title))

    @property
    def shop(self) -> FakeShop:
        """The shop under test."""
        return self._fakes.fakes["tested"]

    @property
    def broken(self) -> FakeShop:
        """The shop as the level starts."""
        return self._fakes.fakes["broken"]

    @property
    def healthy(self) -> FakeShop:
        """The shop of the reference answer."""
        return self._fakes.fakes["healthy"]


@contextmanager
def _listed(counting: list[Statements]) -> Iterator[Statements]:
    """Have new statements among those that are *counting* during the block."""
    statements = Statements()
    counting.append(statements)
    try:
        yield statements
    finally:
        # By itself: two that count the same are equal.
        counting[:] = [one for one in counting if one is not statements]


def _squeezed(query: str) -> str:
    """Return *query* with single spaces: how it is broken into lines says nothing."""
    return " ".join(query.split())
