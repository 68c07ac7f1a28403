"""The SQL of one page: which statements it takes, how often each, and which line issues it."""

import contextlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tutor.base.cancel import Cancel
from tutor.base.errors import ShopError
from tutor.probes.http import patience
from tutor.probes.statements import Statements, counting_everywhere, shape_of
from tutor.probes.trace import Group, Trace, trace_page
from tutor.stack.blame import crashed, page_fails
from tutor.stack.site import Site
from tutor.stack.stack import ServiceFailed
from tutor.views.trouble import page_hangs, told

NAME = "look"
"""What the process, its log and its connections are called: a run may trace at the same time."""
STARTING = 5.0
"""Seconds that Django may take to load, beside those that a page has."""
NOT_VARIED = re.compile(r"::[a-z]+|\b(?:true|false|null)\b|\$\?|[\"()\s]", re.IGNORECASE)
"""What the same statement may have or not, depending on who wrote it down."""


COLUMNS = re.compile(r"^SELECT (DISTINCT )?(.+?) FROM ", re.IGNORECASE)
SHORT = 12
"""Characters of a list of columns that need no leaving out."""


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the shop that issues a statement."""

    file: str
    """Relative to the shop; empty where only Django's own code was seen."""
    line: int
    code: str
    """That line as it is written."""
    via: str
    """The innermost place in the shop's Python, as ``file:line``."""
    times: int


@dataclass(frozen=True, slots=True)
class Repeated:
    """Statements of the same shape."""

    shape: str
    times: int
    different: int
    """How many of them differ in their values: 1 where the very same was asked again and again."""
    milliseconds: float
    """All of them together, as Django saw it."""
    example: str
    """The first of them as it was sent."""
    places: tuple[Place, ...]
    """Where they come from, the most frequent first; none for what did not go through Django."""


@dataclass(frozen=True, slots=True)
class PageSql:
    """What one page asks the database, for somebody who comes for the first time."""

    path: str
    status: int = 0
    location: str = ""
    """Where the page leads to, if it only leads elsewhere."""
    count: int = 0
    """Statements, as PostgreSQL counted them."""
    milliseconds: float = 0.0
    groups: tuple[Repeated, ...] = ()
    """The most frequent first."""
    trouble: ShopError | None = None
    """Why there is no page."""

    def to_json(self) -> dict[str, Any]:
        """Return the look as plain data."""
        return {
            "path": self.path,
            "status": self.status,
            "location": self.location or None,
            "count": self.count,
            "milliseconds": self.milliseconds,
            "groups": [asdict(group) for group in self.groups],
            "trouble": told(self.trouble) if self.trouble else None,
        }


def sql_of_page(site: Site, path: str, cancel: Cancel) -> PageSql:
    """Render *path* of *site* once, in a process of its own, and return what it asked.

    The statements are counted by PostgreSQL; Django tells which line they come from. What fails
    because of the learner's code is returned as ``trouble``.
    """
    stack = site.ground.stack
    env = {**site.env, "PGAPPNAME": NAME}
    seconds = patience()
    try:
        with counting_everywhere(site, NAME) as counted:
            trace = trace_page(
                stack, site.folder, env, path, cancel, name=NAME, timeout=seconds + STARTING
            )
    except ServiceFailed as error:
        if error.code is None:
            return PageSql(path, trouble=page_hangs(site, path, seconds, error.log_tail))
        return PageSql(path, trouble=crashed(site, "shop_does_not_start", error.log_tail))
    finally:
        with contextlib.suppress(OSError):
            (stack.folder / f"{NAME}.json").unlink(missing_ok=True)
    trouble = None
    if trace.status >= 500:
        trouble = page_fails(site, path, trace.status, stack.tail(NAME))
    return _summed(path, trace, counted, trouble)


def _summed(path: str, trace: Trace, counted: Statements, trouble: ShopError | None) -> PageSql:
    groups = [*grouped(trace.groups), *beside_django(trace.groups, counted.texts)]
    groups.sort(key=lambda group: (-group.times, -group.milliseconds))
    return PageSql(
        path=path,
        status=trace.status,
        location=trace.location,
        count=max(counted.count, trace.seen),
        milliseconds=round(sum(group.milliseconds for group in groups), 1),
        groups=tuple(groups),
        trouble=trouble,
    )


def grouped(traced: tuple[Group, ...]) -> list[Repeated]:
    """Return *traced* by the shape of the statement, whatever line it comes from."""
    by_shape: dict[str, list[Group]] = {}
    for group in traced:
        by_shape.setdefault(group.statement, []).append(group)
    return [_repeated(shape, groups) for shape, groups in by_shape.items()]


def _repeated(shape: str, groups: list[Group]) -> Repeated:
    groups = sorted(groups, key=lambda group: -group.times)
    return Repeated(
        shape=shape,
        times=sum(group.times for group in groups),
        different=sum(group.different for group in groups),
        milliseconds=round(sum(group.milliseconds for group in groups), 3),
        example=groups[0].example or shape,
        places=tuple(Place(g.file, g.line, g.code, g.via, g.times) for g in groups),
    )


def beside_django(traced: tuple[Group, ...], texts: list[str]) -> list[Repeated]:
    """Return what PostgreSQL saw and Django did not: somebody has a connection of their own.

    Nothing where both saw equally many: they only write them down in different ways.
    """
    if len(texts) <= sum(group.times for group in traced):
        return []
    seen: Counter[str] = Counter()
    for group in traced:
        seen[_loosely(group.statement)] += group.times
    unseen: dict[str, list[str]] = {}
    for text in texts:
        shape = shape_of(text)
        if seen[_loosely(shape)] > 0:
            seen[_loosely(shape)] -= 1
        else:
            unseen.setdefault(shape, []).append(text)
    return untraced(unseen)


def untraced(texts: Mapping[str, Sequence[str]]) -> list[Repeated]:
    """Return statements, given by their shapes, of which only PostgreSQL knows."""
    return [
        Repeated(shape, len(same), len(set(same)), 0.0, same[0], ())
        for shape, same in texts.items()
    ]


def _loosely(shape: str) -> str:
    return NOT_VARIED.sub("", shape.replace("?", "")).lower()


def brief(shape: str) -> str:
    """Return a statement so short that its tables and conditions catch the eye."""
    text = shape.replace('"', "")
    tables = set(re.findall(r"\b(?:FROM|JOIN|INTO|UPDATE) ([a-z_][a-z0-9_]*)", text))
    if len(tables) == 1:
        text = text.replace(f"{tables.pop()}.", "")
    columns = COLUMNS.match(text)
    if columns and len(columns[2]) > SHORT:
        start, end = columns.span(2)
        text = f"{text[:start]}…{text[end:]}"
    return text
