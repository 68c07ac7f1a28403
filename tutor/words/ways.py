"""Where a front end has what a level's text speaks of: on a tab, under a key, as a command.

The same briefing is read on screens, as plain lines and in a shell. It says what to look at, as
``[the monitor](game:monitor)``; how one gets there is said by whoever shows it.
"""

import re
from collections.abc import Iterator
from typing import Literal

from tutor.base.tables import nearest
from tutor.catalogue import LANGUAGES, sentences
from tutor.curriculum import Level
from tutor.words.texts import Texts

Front = Literal["screens", "plain", "shell"]
FRONTS: tuple[Front, ...] = ("screens", "plain", "shell")
LINK = re.compile(r"\[(?P<words>[^\]]+)\]\(game:(?P<name>\w+)\)")
PROSE = ("briefing", "lesson", "answer")
"""The texts in which such a link may stand."""


def way_names() -> list[str]:
    """Return what there is a way to."""
    head = f"ways.{FRONTS[0]}."
    return [key.removeprefix(head) for key in sentences(LANGUAGES[0]) if key.startswith(head)]


def prose(level: Level, name: str, texts: Texts, front: Front) -> str:
    """Return the text *name* of *level*, with the ways there are in *front*."""

    def with_way(found: re.Match[str]) -> str:
        way = texts(f"ways.{front}.{found['name']}")
        return f"{found['words']} ({way})"

    return LINK.sub(with_way, level.text(name, texts.language))


def way_problems(level: Level) -> Iterator[str]:
    """Yield where a text of *level* leads nowhere."""
    known = way_names()
    for name in PROSE:
        for language in LANGUAGES:
            path = level.folder / f"{name}.{language}.md"
            for found in LINK.finditer(path.read_text(encoding="utf-8") if path.is_file() else ""):
                if found["name"] not in known:
                    yield f"{path.name}: no way is called {found['name']!r}. " + nearest(
                        found["name"], known
                    )
