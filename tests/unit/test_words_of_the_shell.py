"""What the shell says comes from the catalogue: no command has a sentence of its own.

The code is read, not run: what nobody has printed yet is checked too.
"""

import ast
import re

import pytest

from tests.unit.test_failures import calls
from tutor.base.paths import PACKAGE
from tutor.catalogue import sentences
from tutor.curriculum.level import VARIANTS

PRINTS = {"echo", "secho", "print", "rule", "status", "prompt", "confirm", "add_column"}
WORD = re.compile(r"[^\W\d_]{3,}")
MARKUP = re.compile(r"\[/?[a-z ]*\]")
FOR_AUTHORS = ("cli/author/",)
NAMES = {"CPU"}
"""The same in any language."""


def literals(node: ast.expr) -> list[str]:
    """Return what an expression says by itself, wherever it is part of a longer text."""
    match node:
        case ast.Constant(str() as text):
            return [text]
        case ast.JoinedStr(parts):
            return [said for part in parts for said in literals(part)]
        case ast.IfExp(_, body, other):
            return literals(body) + literals(other)
        case ast.BinOp(left, _, right):
            return literals(left) + literals(right)
    return []


PRINTED = [
    (place, literals(call.args[0]))
    for place, call, name in calls()
    if name in PRINTS
    and place.startswith(("cli/", "web/"))
    and not place.startswith(FOR_AUTHORS)
    and call.args
]


def test_the_prints_are_found() -> None:
    """Plain ones, and those that are put together."""
    assert len(PRINTED) > 40
    assert any("[bold]" in text for _, texts in PRINTED for text in texts)


@pytest.mark.parametrize(("place", "texts"), PRINTED, ids=[place for place, _ in PRINTED])
def test_no_command_says_a_sentence_of_its_own(place: str, texts: list[str]) -> None:
    """Signs and numbers are nobody's language; words stand in the catalogue."""
    words = set(WORD.findall(MARKUP.sub("", "".join(texts))))

    assert words <= NAMES, place


def test_each_variant_that_can_be_swapped_in_is_told() -> None:
    """The sentence is found by the variant's name."""
    assert {f"swap.{variant}" for variant in VARIANTS} <= set(sentences("es"))


def test_each_reason_of_the_journal_has_its_words() -> None:
    """Those that the session gives, and whoever keeps a run."""
    files = [PACKAGE / "learner" / name for name in ("session.py", "keeping.py")]
    code = "".join(file.read_text(encoding="utf-8") for file in files)
    reasons = set(re.findall(r'(?:_keep\(|reason=)"(\w+)"', code))

    assert {"run", "reset", "unsaved"} <= reasons
    assert {f"tui.journal.reason.{reason}" for reason in reasons} <= set(sentences("es"))
