"""Our style and our script: two files, read once."""

from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse

from tutor.room.codes import digest

KINDS = {"room.css": "text/css", "room.js": "text/javascript"}
FOLDER = Path(__file__).parents[1] / "static"


@cache
def _read(name: str) -> tuple[str, str]:
    text = (FOLDER / name).read_text(encoding="utf-8")
    return text, f'"{digest(text)[:16]}"'


async def static(request: HttpRequest, name: str) -> HttpResponse:
    """Return one of them, or that the browser has it."""
    text, tag = _read(name)
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(text, content_type=f"{KINDS[name]}; charset=utf-8", headers=headers)
