"""A visitor of the shop: keeps cookies, times answers, never waits for ever.

``requests`` was considered; its import alone costs a tenth of a second of every quick check.
"""

import http.client
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from tutor.errors import ShopError

ANSWER_TIMEOUT = 10.0
"""Seconds after which a page counts as never answering."""
MOST_PATIENCE = 3.0
"""How many times longer an answer is waited for at most."""


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
    crowd = os.getloadavg()[0] / (os.cpu_count() or 1)
    return ANSWER_TIMEOUT * min(max(crowd, 1.0), MOST_PATIENCE)


class PageHangs(ShopError):
    """The shop took a request and never answered."""

    def __init__(self, path: str, seconds: float, file: str = "", line: int = 0) -> None:
        super().__init__("page_hangs", path=path, seconds=seconds, file=file or "?", line=line)

    def at(self, file: str, line: int) -> "PageHangs":
        """Return the same with the place of the shop that is busy."""
        return PageHangs(self.params["path"], self.params["seconds"], file, line)


class PageUnreachable(ShopError):
    """The shop closed the connection or does not listen."""

    def __init__(self, path: str, error: Exception) -> None:
        said = f"{type(error).__name__}: {error}"
        super().__init__("page_unreachable", path=path, error=said)


class Visitor:
    """Somebody with a browser: one connection, one cookie jar."""

    def __init__(self, url: str, *, timeout: float = 0.0) -> None:
        self._connection: http.client.HTTPConnection | None = None
        parts = urlsplit(url)
        self._host = parts.hostname or "127.0.0.1"
        self._port = parts.port or 80
        self.patience = timeout or patience()
        """Seconds an answer may take."""
        self.cookies: dict[str, str] = {}

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Response:
        """Return the answer to a GET of *path*; redirects are not followed."""
        return self._request("GET", path, headers or {})

    def head(self, path: str, headers: Mapping[str, str] | None = None) -> Response:
        """Return the answer to a HEAD of *path*."""
        return self._request("HEAD", path, headers or {})

    def post(
        self, path: str, data: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> Response:
        """Return the answer to a form posted to *path*, with this visitor's CSRF token."""
        fields = dict(data)
        if token := self.cookies.get("csrftoken"):
            fields.setdefault("csrfmiddlewaretoken", token)
        form = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        return self._request("POST", path, form, urlencode(fields).encode())

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
        sent = dict(headers)
        if self.cookies:
            sent.setdefault("Cookie", "; ".join(f"{k}={v}" for k, v in self.cookies.items()))
        try:
            response = self._exchange(method, path, sent, body)
        except TimeoutError:
            self.close()
            raise PageHangs(path, self.patience) from None
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise PageUnreachable(path, error) from error
        self._keep_cookies(response)
        return response

    def _exchange(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None
    ) -> Response:
        """Send one request; a connection the server closed meanwhile is opened again, once."""
        for fresh in (self._connection is None, True):
            if self._connection is None:
                self._connection = http.client.HTTPConnection(
                    self._host, self._port, timeout=self.patience
                )
            started = time.perf_counter()
            try:
                self._connection.request(method, path, body, dict(headers))
                answer = self._connection.getresponse()
                data = _read_until(answer, started + self.patience)
                seconds = time.perf_counter() - started
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self.close()
                if fresh:
                    raise
                continue
            names = _Headers(answer.getheaders())
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


def _read_until(answer: http.client.HTTPResponse, deadline: float) -> bytes:
    """Return the whole body; one that trickles for ever is given up at *deadline*."""
    parts = []
    try:
        while part := answer.read1(1024 * 1024):
            parts.append(part)
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
