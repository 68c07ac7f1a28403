"""Which room a command means."""

from typing import TYPE_CHECKING

from tutor.base.errors import TutorError

if TYPE_CHECKING:
    from tutor.room.models import Room


def find(code: str) -> "Room":
    """Return the room with *code*; without one, the only room there is.

    Raises:
        TutorError: there is none, or there are several.
    """
    from tutor.room.codes import plain, shown
    from tutor.room.models import Room

    rooms = list(Room.objects.order_by("pk"))
    known = ", ".join(shown(room.code) for room in rooms)
    if not rooms:
        raise TutorError.named("no_room_yet")
    if code:
        found = [room for room in rooms if room.code == plain(code)]
        if not found:
            raise TutorError.named("no_room_of_code", code=code, known=known)
        return found[0]
    if len(rooms) > 1:
        raise TutorError.named("which_room", count=len(rooms), known=known)
    return rooms[0]
