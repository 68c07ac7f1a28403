"""Whatever is said by a name that stands in the code stands in the catalogue, too."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import tutor
from tutor.catalogue import LANGUAGES, sentences

SAID = re.compile(r"\btexts\(\s*\"([a-z_]+(?:\.[a-z_0-9]+)+)\"")
ON_SCREEN = re.compile(r"\bself\.t\(\s*\"([a-z_]+(?:\.[a-z_0-9]+)*)\"")
"""The same of screens and of the plain game, without the first name."""
FIRST = {"tui": "tui", "cli": "plain"}


def spoken() -> Iterator[tuple[str, str]]:
    """Yield each name with the file that says it."""
    folder = Path(tutor.__file__).parent
    for path in folder.rglob("*.py"):
        code = path.read_text(encoding="utf-8")
        where = path.relative_to(folder).as_posix()
        yield from ((name, where) for name in SAID.findall(code))
        first = FIRST.get(where.partition("/")[0])
        yield from ((f"{first}.{name}", where) for name in ON_SCREEN.findall(code))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_name_is_shown_for_want_of_a_sentence(language: str) -> None:
    """A learner would read ``tui.map.current``."""
    known = sentences(language)
    names = list(spoken())

    assert len(names) > 300
    assert [(name, where) for name, where in names if name not in known] == []
