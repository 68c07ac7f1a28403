"""What the commands share that look at the running shop."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from tutor.base import interrupts
from tutor.base.cancel import Cancel
from tutor.base.errors import ExitCode, ShopError, TutorError
from tutor.curriculum import Level
from tutor.learner.session import Session
from tutor.learner.showroom import Showroom
from tutor.stack.links import running_door
from tutor.stack.site import Site


@contextmanager
def running_shop(session: Session, level: Level) -> Iterator[Site]:
    """Lend the learner's shop: the one that runs, or one that runs as long as the block."""
    was_up = bool(session.stack.find() and running_door(session.stack))
    try:
        yield Showroom(session).join(level, Cancel())
    finally:
        session.stack.release()
        if not was_up:
            interrupts.wait(session.stack.wait_until_gone)


def print_json(document: dict[str, Any], trouble: ShopError | None) -> int:
    """Print a look as one document and return the exit code."""
    click.echo(json.dumps(document, ensure_ascii=False))
    return ExitCode.ERROR if trouble else ExitCode.DONE


def explain(trouble: ShopError) -> TutorError:
    """Return *trouble* to be raised, after the last lines of its traceback."""
    tail = str(trouble.params.get("tail") or "")
    if tail:
        click.echo(tail, err=True)
    return trouble
