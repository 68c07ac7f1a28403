"""The WSGI application that gunicorn serves."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")

django = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Hand the request to Django without the cookies of the analytics."""
    cookies = environ.pop("HTTP_COOKIE", "").split("; ")
    ours = [cookie for cookie in cookies if cookie and not cookie.startswith("_")]
    if ours:
        environ["HTTP_COOKIE"] = "; ".join(ours)
    return django(environ, start_response)
