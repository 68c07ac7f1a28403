"""What a running stack has to be opened in a browser."""

from typing import TYPE_CHECKING

from tutor.machine.status import UNKNOWN_SERVICE, ServiceStatus
from tutor.stack.gauge import Reading
from tutor.stack.naming import SITE

if TYPE_CHECKING:
    from tutor.stack.stack import Stack

DOORS = ("nginx", "gunicorn")
"""The services a browser can be sent to, the foremost first."""
PLACES = ("flower", "mail")
"""The services beside the shop that have a page of their own."""
ADMIN = "admin/"


def service_of_site(stack: "Stack", title: str) -> ServiceStatus:
    """Return how the service *title* of the shop for people stands, whichever tutor serves it."""
    return stack.status().get(f"{title}-{SITE}", UNKNOWN_SERVICE)


def running_door(stack: "Stack") -> int:
    """Return the port on which people find the shop, whichever tutor serves it; 0 where none."""
    services = stack.status()
    doors = (services.get(f"{door}-{SITE}", UNKNOWN_SERVICE) for door in DOORS)
    return next((door.info.port for door in doors if door.running), 0)


def links(reading: Reading) -> dict[str, str]:
    """Return the addresses by name, the shop first; none where no shop is served to people."""
    pages = {s.title: s.page for s in reading.services if s.site == SITE and s.running and s.page}
    door = next((pages[name] for name in DOORS if name in pages), 0)
    if not door:
        return {}
    shop = f"http://127.0.0.1:{door}/"
    beside = {name: f"http://127.0.0.1:{pages[name]}/" for name in PLACES if name in pages}
    return {"shop": shop, "admin": shop + ADMIN, **beside}
