"""Looking again and again: drawn in place, as lines of what has changed, or as lines of JSON."""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn, TypeVar

import click
from rich.console import RenderableType

from tutor.cli.console import console
from tutor.cli.speech import paints, say
from tutor.stack.gauge import INTERVAL
from tutor.views.changes import Changes, Line
from tutor.words.texts import Texts

T = TypeVar("T")


def watch_as_json(look: Callable[[], Any]) -> NoReturn:
    """Print every look as one line, until interrupted."""
    while True:
        click.echo(json.dumps(look().to_json(), ensure_ascii=False))
        time.sleep(INTERVAL)


def watch(
    look: Callable[[], T],
    picture: Callable[[T], RenderableType],
    lines: Callable[[T], Mapping[str, Line]],
    words: Texts,
    *,
    plain: bool = False,
) -> NoReturn:
    """Show every look in place; *plain*, or where nothing may be drawn over, only say the news."""
    if paints() and not plain:
        _paint(look, picture)
    changes = Changes()
    while True:
        say_lines(changes.news(lines(look()), lambda name: words("watch.gone", name=name)))
        time.sleep(INTERVAL)


def say_lines(sentences: Iterable[str]) -> None:
    """Say each of *sentences* on a line of its own."""
    for sentence in sentences:
        say(sentence, indent="  ")


def _paint(look: Callable[[], T], picture: Callable[[T], RenderableType]) -> NoReturn:
    from rich.live import Live

    with Live(console=console(), auto_refresh=False) as live:
        while True:
            live.update(picture(look()), refresh=True)
            time.sleep(INTERVAL)
