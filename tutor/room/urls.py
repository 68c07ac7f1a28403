"""Every address of the room."""

from django.urls import path, register_converter

from tutor.room import api
from tutor.room.pages import acts, board, door, steer, stream, wall
from tutor.room.pages.static import KINDS, static


class Id:
    """The id of a level or a goal."""

    regex = r"[A-Za-z0-9_][A-Za-z0-9_.:-]{0,63}"

    def to_python(self, value: str) -> str:
        """Return it as it is."""
        return value

    def to_url(self, value: str) -> str:
        """Return it as it is."""
        return value


register_converter(Id, "id")

urlpatterns = [
    path("", door.front),
    path("api/1/join", api.join_room),
    path("api/1/events", api.take_events),
    path("api/1/poll", api.poll),
    path("api/1/leave", api.leave_room),
    *(path(f"static/{name}", static, {"name": name}) for name in KINDS),
    path("k/<str:key>", door.let_in),
    path("<str:code>", door.door),
    path("<str:code>/board", board.board),
    path("<str:code>/goal/<id:level>/<id:goal>", board.goal),
    path("<str:code>/seat/<int:number>", board.seat),
    path("<str:code>/pace", steer.pace),
    path("<str:code>/incidents", steer.incidents),
    path("<str:code>/prepared", steer.prepared),
    path("<str:code>/house", steer.house),
    path("<str:code>/room.csv", steer.download, {"ending": "csv"}),
    path("<str:code>/room.jsonl", steer.download, {"ending": "jsonl"}),
    path("<str:code>/wall", wall.wall),
    path("<str:code>/stream", stream.stream),
    path("<str:code>/do/<str:name>", acts.act),
]
handler404 = "tutor.room.pages.refusals.not_found"
