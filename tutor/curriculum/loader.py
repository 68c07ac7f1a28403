"""Read levels from their folders."""

import os
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from tutor.base.damage import tell
from tutor.base.errors import TutorError, UsageError
from tutor.base.paths import level_roots
from tutor.base.tables import TomlTable, nearest
from tutor.catalogue import LANGUAGES
from tutor.curriculum.figures import chart_names, figure_names
from tutor.curriculum.format import check_format
from tutor.curriculum.level import (
    VIEWS,
    Diagnosis,
    Hint,
    Level,
    LoadPlan,
    Machine,
    Pack,
    Prediction,
    Text,
)
from tutor.curriculum.packs import folder_of, installed_packs
from tutor.curriculum.regression import load_regressions
from tutor.judge import Goal, Kind, Medal
from tutor.toml import read_toml

E = TypeVar("E", Medal, Kind)
SLUG = re.compile(r"\d\d_[a-z][a-z0-9_]*")
CHOICES = range(3, 6)
"""How many choices a diagnosis may have."""
TOP_KEYS = (
    *("format", "title", "summary", "page", "views", "files", "goals", "findings"),
    *("steps", "units", "hints", "load", "machine", "draft", "betty", "drawn"),
    *("monitor", "charts", "diagnosis", "prediction"),
)


def load_levels(*more: Path) -> list[Level]:
    """Return every level of every root and of *more*, in order, then those of each level pack.

    Drafts are among them where ``LEVELUP_DRAFTS`` is set. A pack with something wrong in it is left
    out, and named once: see :mod:`tutor.base.damage`.
    """
    levels = _levels_in([*level_roots(), *more])
    for pack in installed_packs():
        try:
            levels += _levels_of(pack, {level.slug for level in levels})
        except Exception as error:  # noqa: BLE001 - a pack is somebody else's: it stops nobody
            cause = error if isinstance(error, TutorError) else TutorError(repr(error))
            tell(TutorError.named("pack_left_out", pack=pack.key, name=pack.name, cause=cause))
    drafts_too = bool(os.environ.get("LEVELUP_DRAFTS"))
    return [level for level in levels if drafts_too or not level.draft]


def _levels_in(roots: Iterable[Path]) -> list[Level]:
    folders = {
        folder.name: folder
        for root in roots
        if root.is_dir()
        for folder in sorted(root.iterdir())
        if (folder / "level.toml").is_file() and SLUG.fullmatch(folder.name)
    }
    return [load_level(folders[slug]) for slug in sorted(folders)]


def _levels_of(pack: Pack, taken: set[str]) -> list[Level]:
    """Return the levels of *pack*; none of them may be called as one of those *taken*."""
    levels = [replace(level, pack=pack) for level in _levels_in([folder_of(pack)])]
    for level in levels:
        if level.slug in taken:
            raise TutorError.named("pack_level_taken", level=level.slug)
    return levels


def find_level(word: str, levels: list[Level] | None = None) -> Level:
    """Return the level that *word* means: its number, its slug or a part of it.

    A number is one of ours first, and one of a pack's where we have none.
    """
    levels = load_levels() if levels is None else levels
    if word.isdecimal():
        numbered = [level for level in levels if level.number == int(word)]
        matches = [level for level in numbered if level.pack is None] or numbered
    else:
        exact = [level for level in levels if level.slug == word]
        matches = exact or [level for level in levels if word.lower() in level.slug]
    if len(matches) == 1:
        return matches[0]
    slugs = ", ".join(level.slug for level in (matches or levels))
    if matches:
        raise UsageError.named("which_level", word=word, count=len(matches), levels=slugs)
    raise UsageError.named("no_level", word=word, levels=slugs)


def load_level(folder: Path) -> Level:
    """Return the level that *folder* describes.

    Raises:
        TutorError: the description is broken; names the key and the nearest right one.
    """
    path = folder / "level.toml"
    try:
        data = read_toml(path)
    except OSError as error:
        raise TutorError(
            f"{path} cannot be read: {error.strerror}.", hint="Check its permissions."
        ) from error
    except ValueError as error:  # not TOML, or not UTF-8
        raise TutorError(f"{path} is not TOML: {error}.", hint="Mend that line.") from error
    top = TomlTable(data, path)
    check_format(top)
    top.only(TOP_KEYS)
    goals = top.rows("goals")
    findings = top.tables("findings")
    units = top.tables("units")
    of_one = {name: table.table("one") for name, table in units.items() if "one" in table.data}
    return Level(
        slug=folder.name,
        folder=folder,
        title=_sentence(top.table("title")),
        summary=_sentence(top.table("summary")),
        goals=tuple(_goal(row) for row in goals),
        goal_texts={row.get("id", str): _text(row) for row in goals},
        units={name: _unit(table) for name, table in units.items()},
        units_of_one={name: _sentence(table) for name, table in of_one.items()},
        finding_kinds={name: _kind(table) for name, table in findings.items()},
        finding_texts={name: _text(table) for name, table in findings.items()},
        told_briefly={
            name: table.get("quick", str)
            for name, table in findings.items()
            if "quick" in table.data
        },
        steps={name: _sentence(table) for name, table in top.tables("steps").items()},
        hints=tuple(_hint(row) for row in top.rows("hints")),
        files=top.words("files", []),
        page=top.get("page", str, "/"),
        views=_known(top, "views", list(VIEWS)) or VIEWS[:1],
        load=_load(top.table("load", {})),
        machine=_machine(top.table("machine", {})),
        draft=top.get("draft", bool, False),
        monitor=_known(top, "monitor", figure_names()),
        charts=_known(top, "charts", chart_names()),
        diagnosis=_diagnosis(top, goals) if "diagnosis" in data else None,
        prediction=_prediction(top, goals) if "prediction" in data else None,
        betty=dict(top.get("betty", dict, {})),
        drawn=top.get("drawn", int, 0),
        regressions=load_regressions(folder / "regressions"),
    )


def _text(table: TomlTable) -> Text:
    return {language: table.get(language, str) for language in LANGUAGES}


def _unit(table: TomlTable) -> Text:
    table.only((*LANGUAGES, "one"))
    return _text(table)


def _goal(row: TomlTable) -> Goal:
    row.only(("id", "measure", "medal", "at_most", "at_least", "full_only", "by_clock", *LANGUAGES))
    goal = Goal(
        id=row.get("id", str),
        measure=row.get("measure", str),
        medal=_choice(row, "medal", Medal),
        at_most=row.get("at_most", (int, float), None),
        at_least=row.get("at_least", (int, float), None),
        full_only=row.get("full_only", bool, False),
        by_clock=row.get("by_clock", bool, False),
    )
    if goal.at_most is None and goal.at_least is None:
        raise row.fault("a goal needs a bound.", hint="Add 'at_most' or 'at_least'.")
    return goal


def _kind(table: TomlTable) -> Kind:
    table.only(("kind", "quick", *LANGUAGES))
    return _choice(table, "kind", Kind)


def _choice(table: TomlTable, key: str, choices: type[E]) -> E:
    word = table.get(key, str)
    try:
        return choices(word)
    except ValueError:
        known = [choice.value for choice in choices]
        raise table.fault(f"{key!r} is {word!r}.", hint=nearest(word, known)) from None


def _hint(row: TomlTable) -> Hint:
    row.only(("after", *LANGUAGES))
    return Hint(_text(row), row.words("after", []))


def _known(top: TomlTable, key: str, known: list[str]) -> tuple[str, ...]:
    """Return the words under *key*, each of which must be *known*."""
    words = top.words(key, [])
    for word in words:
        if word not in known:
            raise top.fault(f"{key!r} names {word!r}.", hint=nearest(word, known))
    return words


def _prediction(top: TomlTable, goals: list[TomlTable]) -> Prediction:
    table = top.table("prediction")
    table.only(("measure", *LANGUAGES))
    measure = table.get("measure", str)
    known = [*top.tables("units"), *(row.get("measure", str) for row in goals)]
    if measure not in known:
        raise table.fault(f"'measure' is {measure!r}.", hint=nearest(measure, known))
    return Prediction(_text(table), measure)


def _diagnosis(top: TomlTable, goals: list[TomlTable]) -> Diagnosis:
    table = top.table("diagnosis")
    table.only(("right", "choices", "against", "shown_by", *LANGUAGES))
    known = [row.get("measure", str) for row in goals]
    # A measure that no goal is about is told with its unit.
    known += [*top.tables("units"), *top.tables("findings")]
    shown_by = table.words("shown_by", [])
    for name in shown_by:
        if name not in known:
            raise table.fault(f"'shown_by' names {name!r}.", hint=nearest(name, known))
    choices = {name: _sentence(one) for name, one in table.tables("choices").items()}
    against = {name: _sentence(one) for name, one in table.tables("against").items()}
    if len(choices) not in CHOICES:
        raise table.fault(
            f"there are {len(choices)} choices.",
            hint=f"A question has {CHOICES.start} to {CHOICES.stop - 1}.",
        )
    right = table.get("right", str)
    if right not in choices:
        raise table.fault(f"'right' is {right!r}.", hint=nearest(right, choices))
    wrong = [name for name in choices if name != right]
    for name in against:
        if name not in wrong:
            raise table.fault(f"'against' names {name!r}.", hint=nearest(name, wrong))
    for name in wrong:
        if name not in against:
            raise table.fault(
                f"nothing speaks against {name!r}.", hint=f"Add [diagnosis.against.{name}]."
            )
    return Diagnosis(_text(table), choices, right, against, shown_by)


def _sentence(table: TomlTable) -> Text:
    text = _text(table)
    table.only(LANGUAGES)
    return text


def _load(table: TomlTable) -> LoadPlan:
    table.only(("users", "seconds", "spawn_rate", "rate"))
    plan = LoadPlan()
    return LoadPlan(
        users=table.get("users", int, plan.users),
        seconds=table.get("seconds", (int, float), plan.seconds),
        spawn_rate=table.get("spawn_rate", (int, float), plan.spawn_rate),
        rate=table.get("rate", (int, float), plan.rate),
    )


def _machine(table: TomlTable) -> Machine:
    table.only(("server_cpu", "servers", "max_connections"))
    machine = Machine()
    return Machine(
        server_cpu=table.get("server_cpu", (int, float), machine.server_cpu),
        servers=table.get("servers", int, machine.servers),
        max_connections=table.get("max_connections", int, machine.max_connections),
    )
