"""The door of the two pages that everybody asks for at once."""

from collections.abc import Callable
from functools import wraps
from threading import BoundedSemaphore
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

PLACES = BoundedSemaphore(3)


def at_the_door(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Have three visitors per process in *view*; each gives its connection back."""

    @wraps(view)
    def wait(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with PLACES:
            try:
                return view(request, *args, **kwargs)
            finally:
                connection.close()

    return wait
