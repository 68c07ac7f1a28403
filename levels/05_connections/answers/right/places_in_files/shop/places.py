"""Places at the database: whoever wants to ask takes one of ten, whichever process it is in."""

import fcntl
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse

MANY = 10


@contextmanager
def place() -> Iterator[None]:
    """Hold one of the places during the block."""
    folder = Path(tempfile.gettempdir()) / ("places-" + settings.DATABASES["default"]["NAME"])
    folder.mkdir(exist_ok=True)
    files = [os.open(folder / str(number), os.O_CREAT | os.O_RDWR, 0o666) for number in range(MANY)]
    try:
        while not any(_locked(file) for file in files):
            time.sleep(0.01)
        yield
    finally:
        for file in files:
            os.close(file)


def _locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class TakeAPlace:
    """Make a page while a place is held, and give the connection back with it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with place():
            try:
                return self.get_response(request)
            finally:
                connections.close_all()
