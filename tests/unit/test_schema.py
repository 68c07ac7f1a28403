"""The JSON schema of `level.toml` and the loader say the same of a level."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tutor.author.new import DRAFT, copy_level
from tutor.base.errors import TutorError
from tutor.curriculum import load_level, load_levels
from tutor.curriculum.loader import TOP_KEYS
from tutor.curriculum.schema import level_schema

SCHEMA = level_schema()
VALIDATOR = Draft202012Validator(SCHEMA)
DIAGNOSIS = """
[diagnosis]
en = "What is it?"
es = "¿Qué es?"
right = "loop"
[diagnosis.choices]
loop = { en = "A loop", es = "Un bucle" }
lock = { en = "A lock", es = "Un bloqueo" }
disk = { en = "A disk", es = "Un disco" }
[diagnosis.against]
lock = { en = "Nobody waits", es = "Nadie espera" }
disk = { en = "It is idle", es = "Está ocioso" }
"""
LEVELS = [*(level.folder for level in load_levels()), DRAFT]


def wrong(text: str) -> list[str]:
    """Return what the schema says against a description."""
    return [error.message for error in VALIDATOR.iter_errors(tomllib.loads(text))]


def test_it_is_a_schema() -> None:
    """One that a validator takes, and that can be printed."""
    Draft202012Validator.check_schema(SCHEMA)
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA


def test_it_knows_every_key_and_no_other() -> None:
    """Those of the loader."""
    assert SCHEMA["properties"].keys() == set(TOP_KEYS)


@pytest.mark.parametrize("folder", LEVELS, ids=lambda folder: folder.name)
def test_our_own_levels_are_valid(folder: Path) -> None:
    """All of them, and the draft of new ones."""
    assert wrong((folder / "level.toml").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('page = "/health/"', "page = 7"),
        ('page = "/health/"', 'pages = "/health/"'),
        ("format = 1", "format = 2"),
        ("format = 1", 'format = "1"'),
        ('views = ["sql"]', 'views = ["sqll"]'),
        ('views = ["sql"]', 'views = "sql"'),
        ('"postgres.active"', '"postgres.activ"'),
        ('"latency"', '"latencies"'),
        ("users = 2", "users = 2.5"),
        ("users = 2", "users = true"),
        ("seconds = 2", 'seconds = "2"'),
        ("spawn_rate = 2", "spawnrate = 2"),
        ('medal = "bronze"', 'medal = "bronce"'),
        ('measure = "queries"', ""),
        ("at_most = 2", ""),
        ("at_most = 2", 'at_most = "2"'),
        ("full_only = true", "full_only = 1"),
        ('kind = "foul"', 'kind = "fowl"'),
        ('kind = "note"', ""),
        ('es = "El pulso nervioso"', ""),
        ('es = "El pulso nervioso"', 'es = "El pulso"\nfr = "Le pouls"'),
        ('after = ["wrong_number"]', "after = [7]"),
        ('after = ["wrong_number"]', 'befor = ["wrong_number"]'),
        ('one = { en = "statement", es = "sentencia" }', 'one = { en = "statement" }'),
        ('one = { en = "statement", es = "sentencia" }', 'on = "statement"'),
        ("[load]", "[machine]\nserver_cpu = 'all'\n[load]"),
        ("[load]", "[machine]\nservers = 1.5\n[load]"),
        ("[load]", "drawn = 'three'\n[load]"),
        ("[load]", f"{DIAGNOSIS.replace('right = ', 'rihgt = ')}\n[load]"),
        ("[load]", f"{re.sub('disk = .*', '', DIAGNOSIS)}\n[load]"),
        ("[load]", '[prediction]\nen = "How many?"\nes = "¿Cuántas?"\n[load]'),
    ],
)
def test_what_the_loader_refuses_the_schema_refuses(
    tmp_path: Path, before: str, after: str
) -> None:
    """And without the mistake both take it."""
    copy_level(DRAFT, tmp_path / "08_room")
    description = tmp_path / "08_room" / "level.toml"
    whole = description.read_text(encoding="utf-8")
    assert before in whole
    assert wrong(whole) == []
    load_level(tmp_path / "08_room")

    description.write_text(whole.replace(before, after, 1), encoding="utf-8")

    with pytest.raises(TutorError):
        load_level(tmp_path / "08_room")
    assert wrong(description.read_text(encoding="utf-8"))


def test_a_diagnosis_is_taken_by_both(tmp_path: Path) -> None:
    """The one whose mistakes are refused above."""
    copy_level(DRAFT, tmp_path / "08_room")
    description = tmp_path / "08_room" / "level.toml"
    description.write_text(f"{description.read_text(encoding='utf-8')}{DIAGNOSIS}", "utf-8")

    assert wrong(description.read_text(encoding="utf-8")) == []
    assert load_level(tmp_path / "08_room").diagnosis is not None


def properties(schema: Any) -> set[str]:
    """Return every key that the schema names, at any depth."""
    if not isinstance(schema, dict):
        return set()
    own = set(schema.get("properties", ()))
    return own.union(*(properties(part) for part in schema.values()))


def test_every_key_that_is_named_comes_from_a_type_or_the_loader() -> None:
    """A field that goes from a type goes from the schema."""
    named = properties(SCHEMA)

    assert {"spawn_rate", "server_cpu", "full_only", "after"} <= named
    assert not {"slug", "folder", "pack", "regressions"} & named
