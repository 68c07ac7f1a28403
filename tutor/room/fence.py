"""What every answer says to the browser: nothing from elsewhere, in no frame, kept by nobody."""

from collections.abc import Awaitable, Callable
from ipaddress import ip_address

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.http.request import split_domain_port
from django.http.response import HttpResponseBase
from django.utils.decorators import async_only_middleware

from tutor.room.addresses import served

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
Answer = Callable[[HttpRequest], Awaitable[HttpResponseBase]]


@async_only_middleware
def fence(get_response: Answer) -> Answer:
    """Refuse who calls us by another name; send the headers that fence a page in."""

    async def guard(request: HttpRequest) -> HttpResponseBase:
        _refuse_strangers(request)
        response = await get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return guard


def _refuse_strangers(request: HttpRequest) -> None:
    """Refuse who calls us by a name that is not ours: a page elsewhere that leads to this machine.

    An address is nobody's name, and ours changes with the network a laptop is in.

    Raises:
        DisallowedHost: which Django answers with status 400.
    """
    name = split_domain_port(request.get_host())[0].strip("[]")
    try:
        ip_address(name)
    except ValueError:
        if name not in served.names:
            raise DisallowedHost(name[:80]) from None
