"""What went wrong with a request is said in the learner's language."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tutor.catalogue import filled, sentences
from tutor.catalogue.failures import failure
from tutor.curriculum import find_level, load_levels
from tutor.load import kinds
from tutor.load.locust import TALLY

WORDS = sentences("es")
SAID_BY = [
    *(level.folder / "locustfile.py" for level in load_levels()),
    TALLY,
]


def messages(source: Path) -> Iterator[str]:
    """Yield every message that *source* may give a failure, with 7 for what is filled in."""
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("problem"):
            for said in ast.walk(node):
                if isinstance(said, ast.Return) and said.value is not None:
                    yield from _strings(said.value)
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "failure":
            yield from _strings(node.args[0])
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "UNANSWERED":
            yield from _strings(node.value)


def _strings(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.JoinedStr):
        yield "".join(p.value if isinstance(p, ast.Constant) else "7" for p in node.values)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*_strings(node.body), *_strings(node.orelse))
    elif isinstance(node, ast.Tuple | ast.List):
        for element in node.elts:
            yield from _strings(element)


@pytest.mark.parametrize("source", SAID_BY, ids=lambda path: path.parent.name)
def test_every_failure_has_a_sentence_in_spanish(source: Path) -> None:
    """A load generator writes English: it runs where nothing of ours is installed."""
    said = list(messages(source))

    assert said
    assert [m for m in said if failure("es", m, WORDS) == m] == []


def test_a_finding_says_its_kinds_in_both_languages() -> None:
    """With their numbers, and the examples as they were."""
    params = {"example": kinds.in_kinds({"a name is missing: Cork Mat": 3, "status 503": 11})}

    assert filled("en", "{example}.", params) == "11 × status 503, 3 × a name is missing: Cork Mat."
    assert filled("es", "{example}.", params) == "11 × estado 503, 3 × falta un nombre: Cork Mat."


def test_what_nobody_knows_is_said_as_it_is() -> None:
    """The locustfile of somebody else's level, and a journal from before."""
    assert failure("es", "the incense went out", WORDS) == "the incense went out"
    assert filled("es", "{example}", {"example": "3 × status 503"}) == "3 × status 503"


def test_somebody_without_a_name_is_said_in_spanish_too() -> None:
    """A value that is a phrase is said where it is put in: no English amid the Spanish."""
    params = {"example": [(71, "the wrong name: a stranger was greeted as Asha-63")]}

    said = "71 × el nombre de otra persona: a una desconocida la saludaron como Asha-63"
    assert filled("es", "{example}", params) == said
    lacking = failure("es", "a card without its old_price: mat, 7", WORDS)
    assert lacking == "a una tarjeta le falta el precio anterior: mat, 7"


def test_the_more_exact_sentence_wins() -> None:
    """Whatever stands first in the file."""
    assert failure("es", "status 500: no order", WORDS) == "estado 500: ningún pedido"
    assert failure("es", "status 500: cart", WORDS) == "estado 500: cart"


@pytest.mark.parametrize("number", ["4", "10"])
@pytest.mark.parametrize(("names", "said"), [([], ""), (["Cork Mat"], "no card at all")])
def test_a_page_that_has_nothing_to_show_needs_no_card(
    number: str, names: list[str], said: str, tmp_path: Path
) -> None:
    """The only product that a search found may be off sale by then: that is nobody's failure."""
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps({"pages": {"/search/?q=Cork": names}}))
    look = (
        "from types import SimpleNamespace as Answer; import locustfile; "
        "me = {'name': 'a stranger', 'token': ''}; page = '<html></html>'; "
        "names = locustfile.PAGES['/search/?q=Cork']; "
        "print(locustfile.problem_with(Answer(status_code=200), page, names, me))"
    )
    done = subprocess.run(
        [sys.executable, "-c", look],
        cwd=find_level(number).folder,
        env={**os.environ, "LEVELUP_FACTS": str(facts), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == said
