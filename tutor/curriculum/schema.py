"""The JSON schema of ``level.toml``, made from the types that a level is read into.

An editor checks a level with it while it is written. The loader has the last word: it also knows
what no schema can say, for example that a diagnosis names its own choices.
"""

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields
from enum import StrEnum
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from tutor.catalogue import LANGUAGES
from tutor.curriculum.figures import chart_names, figure_names
from tutor.curriculum.format import FORMAT
from tutor.curriculum.level import VIEWS, Hint, Level, LoadPlan, Machine
from tutor.curriculum.loader import CHOICES
from tutor.judge import Goal, Kind

DIALECT = "https://json-schema.org/draft/2020-12/schema"
PLAIN = {str: "string", bool: "boolean", int: "integer", float: "number"}
TEXT = {language: {"type": "string"} for language in LANGUAGES}

Schema = dict[str, Any]


def level_schema() -> Schema:
    """Return the schema of ``level.toml``."""
    from_types = _properties(
        Level, ("title", "summary", "page", "files", "draft", "betty", "drawn")
    )
    return {
        "$schema": DIALECT,
        "title": "A level of Level Up: level.toml",
        **_object(
            {
                "format": {"const": FORMAT},
                **from_types,
                "views": _words(VIEWS),
                "monitor": _words(figure_names()),
                "charts": _words(chart_names()),
                "load": _of(LoadPlan),
                "machine": _of(Machine),
                "goals": {"type": "array", "items": _goal()},
                "findings": _named(_spoken({"kind": _of_type(Kind)}, ["kind"])),
                "steps": _named(_spoken()),
                "units": _named(_spoken({"one": _spoken()})),
                "hints": {"type": "array", "items": _spoken(_properties(Hint, ("after",)))},
                "diagnosis": _diagnosis(),
                "prediction": _spoken({"measure": {"type": "string"}}, ["measure"]),
            },
            required=["title", "summary", "goals", "hints"],
        ),
    }


def _goal() -> Schema:
    """Return the schema of a goal: its own fields, its sentence, and a bound at least."""
    own = _of(Goal)
    bounds = [{"required": [bound]} for bound in ("at_most", "at_least")]
    return _spoken(own["properties"], own["required"]) | {"anyOf": bounds}


def _diagnosis() -> Schema:
    choices = {"minProperties": CHOICES.start, "maxProperties": CHOICES.stop - 1}
    return _spoken(
        {
            "right": {"type": "string"},
            "shown_by": {"type": "array", "items": {"type": "string"}},
            "choices": _named(_spoken()) | choices,
            "against": _named(_spoken()),
        },
        ["right", "choices"],
    )


# -- forms -----------------------------------------------------------------------------------------


def _spoken(more: Mapping[str, Schema] | None = None, required: Iterable[str] = ()) -> Schema:
    """Return the schema of a table with a sentence in each language, and *more* keys."""
    return _object({**(more or {}), **TEXT}, required=[*required, *LANGUAGES])


def _named(table: Schema) -> Schema:
    """Return the schema of tables like *table* under names of the author's."""
    return {"type": "object", "additionalProperties": table}


def _object(properties: Mapping[str, Schema], required: Iterable[str] = ()) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def _words(known: Iterable[str]) -> Schema:
    return {"type": "array", "items": {"enum": list(known)}}


# -- from our own types ----------------------------------------------------------------------------


def _of(cls: type) -> Schema:
    """Return the schema of the table that the dataclass *cls* is read from."""
    names = [each.name for each in fields(cls)]
    needed = [each.name for each in fields(cls) if _is_needed(each)]
    return _object(_properties(cls, names), required=needed)


def _properties(cls: type, names: Iterable[str]) -> dict[str, Schema]:
    hints = get_type_hints(cls)
    return {name: _of_type(hints[name]) for name in names}


def _is_needed(each: Field[Any]) -> bool:
    may_be_none = type(None) in get_args(each.type)
    has_default = each.default is not MISSING or each.default_factory is not MISSING
    return not (may_be_none or has_default)


def _of_type(hint: Any) -> Schema:
    """Return the schema of a value of the type *hint*."""
    if hint in PLAIN:
        return {"type": PLAIN[hint]}
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return {"enum": [word.value for word in hint]}
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):  # something, or None: which TOML cannot say
        return _of_type(next(arg for arg in args if arg is not type(None)))
    if origin is tuple:
        return {"type": "array", "items": _of_type(args[0])}
    if hint == Mapping[str, str]:
        return _spoken()
    assert origin is not None, f"no schema for {hint}"
    return _named(_of_type(args[1]))
