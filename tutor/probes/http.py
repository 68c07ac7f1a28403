"""A visitor of the shop: keeps cookies, times answers, never waits for ever.

``requests`` was considered; its import alone costs a tenth of a second of every quick check.
"""

import http.client
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Self
from urllib.parse import quote, urlencode, urlsplit

from tutor.base.errors import ShopError
from tutor.machine.slowdown import slowdown
from tutor.stack.hang import Hang

ANSWER_TIMEOUT = 10.0
"""Seconds after which a page counts as never answering."""
ACCEPT, PACKED = "Accept-Encoding", "gzip"
"""What browsers ask for; whoever does not ask cannot read it."""
SAFE = "%/?&=#:;,+!$'()*[]@~|{}^`\\<>\""
"""What an address may contain as it is; a browser encodes the rest, whatever a script asks for."""
MOST_BYTES = 32 * 1024 * 1024
"""Bytes of an answer beyond which nobody reads on: the largest page of the shop has a fortieth."""


@dataclass(frozen=True, slots=True)
class Response:
    """What the shop answered."""

    path: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    @property
    def text(self) -> str:
        """Return the body as text."""
        return self.body.decode("utf-8", "replace")


def patience() -> float:
    """Return the seconds to wait for an answer: more where others crowd this machine.

    There a page that takes its time is not the shop's fault.
    """
    return ANSWER_TIMEOUT * slowdown()


class PageHangs(ShopError):
    """The shop took a request and never answered."""

    def __init__(self, path: str, seconds: float, hang: Hang | None = None) -> None:
        self.is_explained = hang is not None
        """Whether somebody has asked the shop where it is."""
        hang = hang or Hang("page_silent")
        super().__init__(hang.id, path=path, seconds=seconds, **hang.params)

    def because(self, hang: Hang) -> "PageHangs":
        """Return the same with where the shop is, and what it waits for."""
        explained = PageHangs(self.params["path"], self.params["seconds"], hang)
        explained.url = self.url
        return explained


class PageUnreachable(ShopError):
    """The shop closed the connection or does not listen."""

    def __init__(self, path: str, error: Exception) -> None:
        said = f"{type(error).__name__}: {error}"
        super().__init__("page_unreachable", path=path, error=said)


class PageTooLarge(ShopError):
    """The answer is larger than any page can be, and may have no end at all."""

    def __init__(self, path: str) -> None:
        super().__init__("page_too_large", path=path, megabytes=MOST_BYTES // 2**20)


class Visitor:
    """Somebody with a browser: one connection, one cookie jar."""

    def __init__(self, url: str, *, timeout: float = 0.0) -> None:
        self._connection: http.client.HTTPConnection | None = None
        self.url = url
        """The address of the shop, without a slash at its end."""
        self.headers: dict[str, str] = {}
        """What this browser says of itself with every request."""
        parts = urlsplit(url)
        self._host = parts.hostname or "127.0.0.1"
        self._port = parts.port or 80
        self.patience = timeout or patience()
        """Seconds an answer may take."""
        self.cookies: dict[str, str] = {}

    def stranger(self) -> "Visitor":
        """Return somebody else at the same door."""
        return Visitor(self.url, timeout=self.patience)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Response:
        """Return the answer to a GET of *path*; redirects are not followed."""
        return self._request("GET", path, headers or {})

    def head(self, path: str, headers: Mapping[str, str] | None = None) -> Response:
        """Return the answer to a HEAD of *path*."""
        return self._request("HEAD", path, headers or {})

    def post(
        self,
        path: str,
        data: Mapping[str, str | list[str]],
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Return the answer to a form posted to *path*, with this visitor's CSRF token.

        A field may come several times: then its values are a list.
        """
        fields = dict(data)
        if token := self.cookies.get("csrftoken"):
            fields.setdefault("csrfmiddlewaretoken", token)
        form = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        return self._request("POST", path, form, urlencode(fields, doseq=True).encode())

    def __enter__(self) -> Self:
        """Stay for the block."""
        return self

    def __exit__(self, *error: object) -> None:
        """Leave."""
        self.close()

    def __del__(self) -> None:
        """Leave no socket behind: an experiment forgets its visitors as it likes."""
        self.close()

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _request(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Response:
        sent = {**self.headers, **headers}
        if self.cookies:
            sent.setdefault("Cookie", "; ".join(f"{k}={v}" for k, v in self.cookies.items()))
        try:
            response = self._exchange(method, path, sent, body)
        except (OSError, OverflowError, http.client.HTTPException) as error:
            self.close()
            problem = self._problem(path, error)
            problem.url = self.url
            raise problem from error
        self._keep_cookies(response)
        return response

    def _problem(self, path: str, error: Exception) -> ShopError:
        if isinstance(error, TimeoutError):
            return PageHangs(path, self.patience)
        if isinstance(error, OverflowError):
            return PageTooLarge(path)
        return PageUnreachable(path, error)

    def _exchange(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None
    ) -> Response:
        """Send one request; a connection the server closed meanwhile is opened again, once.

        A form never goes out twice, whatever became of it: it has a connection of its own.
        """
        if method == "POST":
            self.close()
        for fresh in (self._connection is None, True):
            if self._connection is None:
                self._connection = http.client.HTTPConnection(
                    self._host, self._port, timeout=self.patience
                )
            started = time.perf_counter()
            try:
                self._connection.request(method, quote(path, safe=SAFE), body, dict(headers))
                answer = self._connection.getresponse()
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self.close()
                if fresh:
                    raise
                continue
            data = _read_until(answer, started + self.patience)
            seconds = time.perf_counter() - started
            names = _Headers(answer.getheaders())
            if names.get("content-encoding") == PACKED and PACKED in headers.get(ACCEPT, ""):
                data = _unpacked(data)
            if answer.will_close:
                self.close()
            return Response(path, answer.status, names, data, seconds)
        raise AssertionError("the second try returns or raises")

    def _keep_cookies(self, response: Response) -> None:
        for line in response.headers.get("set-cookie", "").split("\n"):
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0" or not morsel.value:
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value


def _unpacked(data: bytes) -> bytes:
    """Return what was packed as *data*; as it is where it was not packed as it says."""
    try:
        return zlib.decompress(data, wbits=31)
    except zlib.error:
        return data


def _read_until(answer: http.client.HTTPResponse, deadline: float) -> bytes:
    """Return the whole body; one that trickles for ever is given up at *deadline*.

    Raises:
        TimeoutError: it did not end in time.
        OverflowError: it is larger than :data:`MOST_BYTES`.
    """
    parts, size = [], 0
    try:
        while part := answer.read1(1024 * 1024):
            parts.append(part)
            size += len(part)
            if size > MOST_BYTES:
                raise OverflowError
            if time.perf_counter() > deadline:
                raise TimeoutError
        # Nothing is left, but only this ends the answer: the connection can be used again.
        parts.append(answer.read())
    except BaseException:
        answer.close()
        raise
    return b"".join(parts)


class _Headers(dict[str, str]):
    """Headers by lower-case name; repeated ones are joined by a line feed."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        super().__init__()
        for name, value in pairs:
            key = name.lower()
            self[key] = f"{self[key]}\n{value}" if key in self else value
