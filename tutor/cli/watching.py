"""Looking again and again: drawn in place, as lines of what has changed, or as lines of JSON."""

import json
import time
from collections.abc import Callable, Mapping
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
) -> NoReturn:
    """Show every look in place; where nothing may be drawn over, only say what has changed."""
    if paints():
        _paint(look, picture)
    changes = Changes()
    while True:
        for sentence in changes.news(lines(look()), lambda name: words("watch.gone", name=name)):
            say(sentence, indent="  ")
        time.sleep(INTERVAL)


def _paint(look: Callable[[], T], picture: Callable[[T], RenderableType]) -> NoReturn:
    from rich.live import Live

    with Live(console=console(), auto_refresh=False) as live:
        while True:
            live.update(picture(look()), refresh=True)
            time.sleep(INTERVAL)
