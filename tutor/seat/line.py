"""The line to the room: one request, one answer, and an end to waiting."""

import http.client
import ipaddress
import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tutor.base.errors import TutorError

TIMEOUT = 5.0
"""Seconds for an answer, from the first byte to the last."""
MOST_BYTES = 512 * 1024
"""Of an answer; a room's longest has a tenth."""


class RoomSilent(TutorError):
    """Nobody answers, or not in time, or not as a room does."""


class RoomRefused(TutorError):
    """The room answered, and said no."""

    status = 0
    error = ""
    """Its name for the reason."""
    proposal = ""
    """Of a nickname that is taken: one that is free."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the room said."""

    status: int
    data: dict[str, Any]
    etag: str = ""


class _NoDetours(urllib.request.HTTPRedirectHandler):
    """A room does not send anybody elsewhere; whoever does is none."""

    def redirect_request(self, *asked: Any) -> None:
        """Follow nobody."""


class Line:
    """Talks to the room at *base*."""

    def __init__(self, base: str, token: str = "") -> None:
        self.base = base
        self._token = token
        handlers: list[Any] = [_NoDetours()]
        if _is_near(urlsplit(base).hostname or ""):
            # A proxy of the house does not know the laptops in this room.
            handlers.append(urllib.request.ProxyHandler({}))
        self._opener = urllib.request.build_opener(*handlers)

    def post(self, path: str, body: dict[str, Any], timeout: float = 0.0) -> Answer:
        """Return the answer to *body*.

        Raises:
            RoomSilent: there is none.
            RoomRefused: it is a no.
        """
        sent = json.dumps(body, ensure_ascii=False).encode(errors="replace")
        return self._ask("POST", path, sent, {"Content-Type": "application/json"}, timeout)

    def get(self, path: str, etag: str = "", timeout: float = 0.0) -> Answer:
        """Return what is at *path*; status 304 where it is as it was under *etag*."""
        return self._ask("GET", path, None, {"If-None-Match": etag} if etag else {}, timeout)

    def _ask(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str], timeout: float
    ) -> Answer:
        headers = {**headers, "Accept": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        deadline = time.monotonic() + (timeout or TIMEOUT)
        try:
            request = urllib.request.Request(  # noqa: S310 - http or https: see RoomAddress
                self.base + path, body, headers, method=method
            )
            answer = self._exchange(request, deadline)
        except TimeoutError as error:
            raise self._silent("late") from error
        except (OSError, http.client.HTTPException) as error:
            raise self._silent(_reason(error)) from error
        except (ValueError, RecursionError) as error:
            raise self._silent("garbled") from error
        if answer.status >= 400:
            raise self._refused(answer)
        return answer

    def _exchange(self, request: urllib.request.Request, deadline: float) -> Answer:
        left = max(0.05, deadline - time.monotonic())
        try:
            response = self._opener.open(request, timeout=left)
        except urllib.error.HTTPError as error:
            # Any status but 200 and its like; 304 too.
            response = error
        with response:
            status, etag = response.status or 0, response.headers.get("ETag", "")
            text = _read(response, deadline)
        if status >= 500 or (300 <= status < 400 and status != 304):
            raise ValueError(f"status {status}")
        if status in (204, 304) or not text:
            return Answer(status, {}, etag)
        data = json.loads(text)
        if not isinstance(data, dict):
            raise ValueError("the answer is no table")
        return Answer(status, data, etag)

    def _silent(self, silence: str) -> RoomSilent:
        return RoomSilent.named("room_silent", address=self.base, silence=silence)

    def _refused(self, answer: Answer) -> RoomRefused:
        from tutor.seat.text import clean

        error = clean(answer.data.get("error"), 40)
        said = error or f"status {answer.status}"
        refused = RoomRefused.named("room_refused", address=self.base, refusal=said)
        refused.status, refused.error = answer.status, error
        refused.proposal = clean(answer.data.get("proposal"), 40)
        return refused


def _read(response: Any, deadline: float) -> bytes:
    """Return the whole body; one that trickles, or never ends, is given up."""
    parts, size = [], 0
    while part := response.read1(65536):
        parts.append(part)
        size += len(part)
        if size > MOST_BYTES:
            raise ValueError("the answer has no end")
        if time.monotonic() > deadline:
            raise TimeoutError
    return b"".join(parts)


def _reason(error: Exception) -> str:
    """Return why nobody answered: a word of ours, or what the system says."""
    cause = getattr(error, "reason", error)
    if isinstance(cause, TimeoutError):
        return "late"
    if isinstance(cause, http.client.HTTPException):
        return "garbled"
    return str(getattr(cause, "strerror", "") or cause or type(error).__name__)


def _is_near(host: str) -> bool:
    """Return whether *host* is of this house: a bare name, or an address that is private."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith(".local")
