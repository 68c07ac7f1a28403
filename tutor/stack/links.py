"""What a running stack has to be opened in a browser."""

from tutor.stack.gauge import Reading

SITE = "showroom"
"""The shop that is served to people."""
DOORS = ("nginx", "gunicorn")
"""The services a browser can be sent to, the foremost first."""
PLACES = ("flower", "mail")
"""The services beside the shop that have a page of their own."""
ADMIN = "admin/"


def links(reading: Reading) -> dict[str, str]:
    """Return the addresses by name, the shop first; none where no shop is served to people."""
    pages = {s.title: s.page for s in reading.services if s.site == SITE and s.running and s.page}
    door = next((pages[name] for name in DOORS if name in pages), 0)
    if not door:
        return {}
    shop = f"http://127.0.0.1:{door}/"
    beside = {name: f"http://127.0.0.1:{pages[name]}/" for name in PLACES if name in pages}
    return {"shop": shop, "admin": shop + ADMIN, **beside}
