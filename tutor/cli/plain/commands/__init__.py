"""What can be typed in the plain game, one subject per module; importing them registers them."""

from tutor.cli.plain.commands import (
    aids,
    back,
    files,
    look,
    looks,
    measure,
    places,
    room,
    shop,
    ways,
)

__all__ = ["aids", "back", "files", "look", "looks", "measure", "places", "room", "shop", "ways"]
