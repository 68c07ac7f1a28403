"""What the doctor finds is said in both languages, with its values.

The code is read, not run: what this machine lacks, or has, is checked too.
"""

import ast
import json
from pathlib import Path

import pytest

from tests.unit.test_failures import calls, words_in
from tests.unit.test_texts import placeholders
from tutor.base.errors import TutorError
from tutor.catalogue import LANGUAGES, sentences
from tutor.stack.doctor import CheckResult, State
from tutor.words.texts import Texts

FOUND = [
    (place, call)
    for place, call, name in calls()
    if place.startswith("stack/doctor.py") and name == "named"
]
PARTS = "doctor.part."


@pytest.mark.parametrize(("place", "call"), FOUND, ids=[place for place, _ in FOUND])
def test_a_finding_has_its_sentence_and_the_sentence_its_values(place: str, call: ast.Call) -> None:
    """No value is missing, and none is handed over for nothing."""
    values = {word.arg for word in call.keywords} - {"cure"}
    names = words_in(call.args[2])

    assert names, place
    asked = set().union(*(placeholders(sentences("en")[f"doctor.found.{n}"]) for n in names))
    assert asked == values


def test_every_sentence_of_the_doctor_is_said_by_somebody() -> None:
    """And nothing is found without a name."""
    told = {f"doctor.found.{name}" for _, call in FOUND for name in words_in(call.args[2])}
    bare = [
        p for p, _, name in calls() if name == "CheckResult" and p.startswith("stack/doctor.py")
    ]

    assert told == {key for key in sentences("en") if key.startswith("doctor.found.")}
    assert bare == []


def test_states_and_parts_have_their_words() -> None:
    """A part without one is a program, whose name is the same everywhere."""
    parts = {key.removeprefix(PARTS) for key in sentences("en") if key.startswith(PARTS)}
    known = {
        word
        for place, call, name in calls()
        if place.startswith("stack/doctor.py") and name in ("named", "_package", "_found")
        for word in ast.walk(call.args[0])
        if isinstance(word, ast.Constant)
    }

    assert {f"doctor.state.{state}" for state in State} <= set(sentences("es"))
    assert parts <= {word.value for word in known}
    assert {"Python", "PostgreSQL", "Redis", "nginx"}.isdisjoint(parts)


def test_a_failure_within_a_finding_speaks_the_language_too() -> None:
    """With its own cure, where there is no command that mends it."""
    trouble = TutorError.named("no_image", hint="get_image", image="levelup:1")
    finding = CheckResult.named("Docker", State.STAND_IN, "no_docker", trouble=trouble)

    said, cure = finding.told(Texts("es"))

    assert said.startswith("Todavía no existe la imagen levelup:1. No hace falta")
    assert cure.startswith("`tutor image build` la crea")


def test_what_a_script_reads_is_the_same_in_any_language(tmp_path: Path) -> None:
    """Part, state and the keys; only the sentence changes."""
    finding = CheckResult.named(
        "our files", State.MISSING, "our_files_locked", folder=tmp_path, cure="id"
    )
    english, spanish = (finding.to_json(Texts(language)) for language in LANGUAGES)

    assert json.loads(json.dumps(english)) == {
        "part": "our files",
        "state": "missing",
        "detail": f"{tmp_path} cannot be written",
        "cure": "id",
    }
    assert spanish == english | {"detail": f"no se puede escribir en {tmp_path}"}
