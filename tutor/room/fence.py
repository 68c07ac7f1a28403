"""What every answer says to the browser: nothing from elsewhere, in no frame, kept by nobody."""

from collections.abc import Awaitable, Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import async_only_middleware

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
Answer = Callable[[HttpRequest], Awaitable[HttpResponseBase]]


@async_only_middleware
def fence(get_response: Answer) -> Answer:
    """Refuse who calls us by another name; send the headers that fence a page in."""

    async def guard(request: HttpRequest) -> HttpResponseBase:
        # Raises for a foreign name: a page elsewhere that resolves to this machine gets nothing.
        request.get_host()
        response = await get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return guard
