"""Jobs off the event loop: a worker of a screen or of a part, whose end is a message."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from textual.dom import DOMNode

from tutor.base.errors import Cancelled, TutorError, of_system
from tutor.tui.messages import Done, Failed
from tutor.tui.ports import Navigator


def start_job(
    owner: DOMNode,
    screen: DOMNode,
    job: Callable[[], Any],
    then: Callable[[Any], None],
    group: str,
) -> None:
    """Run *job* as a worker of *owner*; *screen* hears of its end and hands it to *then*."""
    owner.run_worker(partial(_run, screen, job, then), thread=True, exclusive=True, group=group)


def _run(screen: DOMNode, job: Callable[[], Any], then: Callable[[Any], None]) -> None:
    try:
        screen.post_message(Done(job(), then))
    except TutorError as error:
        screen.post_message(Failed(error))
    except OSError as error:
        screen.post_message(Failed(of_system(error)))
    except Cancelled:
        pass


@contextmanager
def explained(navigator: Navigator) -> Iterator[None]:
    """Explain what goes wrong in the block instead of crashing."""
    try:
        yield
    except TutorError as error:
        navigator.explain(error)
