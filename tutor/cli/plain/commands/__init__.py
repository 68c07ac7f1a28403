"""What can be typed in the plain game, one subject per module; importing them registers them."""

from tutor.cli.plain.commands import (
    aids,
    back,
    files,
    general,
    measure,
    places,
    room,
    shop,
    status,
    views,
)

__all__ = [
    "aids",
    "back",
    "files",
    "general",
    "measure",
    "places",
    "room",
    "shop",
    "status",
    "views",
]
