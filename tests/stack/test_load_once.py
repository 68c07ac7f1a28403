"""Each request of a load is sent once, and one that gets no answer counts as a failure."""

import json
import os
import socketserver
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from tutor.base.paths import content_root
from tutor.load.locust import REPORTER, TALLY

pytestmark = [pytest.mark.by_date(2), pytest.mark.services, pytest.mark.load]

LOCUSTFILES = sorted((content_root() / "levels").glob("*/locustfile.py"))
PAGE = """<html><a href="/category/mats/"></a>
<a href="/product/mat/" data-product="mat"></a><i data-field="price" content="9.90"></i>
<form><input name="csrfmiddlewaretoken" value="x"><input value="1"><input value="2"></form>
<p data-delivery></p><p>{said}</p></html>"""
"""With whatever was ever written in a review: who wrote it looks for it."""
SECONDS, LAST = 4, 5
"""How long visitors come, and for how many seconds at most the last of them is waited for."""
IDLE = 0.03
"""Seconds after which a server that wants its connections back closes one."""


class Server(socketserver.ThreadingTCPServer):
    """A shop that answers everything, hangs up on some, and knows how much it was asked."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, drops_every: int = 0) -> None:
        super().__init__(("127.0.0.1", 0), Visit)
        self.drops_every = drops_every
        self.asked = self.dropped = self.idle = 0
        self.said: list[str] = []
        self.lock = threading.Lock()

    def takes(self, line: bytes) -> bool:
        """Count a request; return whether it is answered. Who only came in is not turned away."""
        with self.lock:
            self.asked += 1
            is_entrance = line.split()[1] in (b"/", b"/login/") and self.asked < 5
            if not self.drops_every or self.asked % self.drops_every or is_entrance:
                return True
            self.dropped += 1
            return False


class Visit(socketserver.StreamRequestHandler):
    """One connection."""

    server: Server

    def handle(self) -> None:
        """Answer until there is nothing more, or the connection is idle for too long."""
        while True:
            try:
                line = self.rfile.readline()
            except TimeoutError:
                with self.server.lock:
                    self.server.idle += 1
                return
            if not line:
                return
            headers = {}
            while (header := self.rfile.readline().strip()) != b"":
                name, _, value = header.partition(b":")
                headers[name.lower()] = value.strip().lower()
            form = self.rfile.read(int(headers.get(b"content-length", 0)))
            self.server.said += parse_qs(form.decode()).get("text", [])
            if not self.server.takes(line):
                return
            self.wfile.write(answer(line, self.server.said))
            self.connection.settimeout(IDLE)
            if headers.get(b"connection") == b"close":
                return


def answer(line: bytes, said: list[str]) -> bytes:
    """Return a page that pleases every locustfile, or what a form leads to."""
    method, path, _ = line.split()
    if method == b"POST":
        place = b"/cart/" if path.startswith(b"/cart/") else path
        place = b"/order/1/" if path == b"/checkout/" else place
        return b"HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % place
    page = PAGE.format(said=" ".join(said)).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(page), page)


@contextmanager
def serving(drops_every: int = 0) -> Iterator[Server]:
    """Have a shop open during the block."""
    with Server(drops_every) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


def load(server: Server, locustfile: Path, tmp_path: Path) -> dict[str, Any]:
    """Load *server* for a few seconds; return the last sample."""
    samples = tmp_path / "load.jsonl"
    url = f"http://127.0.0.1:{server.server_address[1]}"
    subprocess.run(
        [
            *(sys.executable, "-m", "locust", "--headless", "--only-summary", "-H", url),
            *("-f", f"{locustfile},{TALLY},{REPORTER}", "-u", "3", "-r", "9", "-t", f"{SECONDS}s"),
            *("--stop-timeout", f"{LAST}"),
        ],
        env={**os.environ, "LEVELUP_SAMPLES": str(samples), "LEVELUP_RATE": "12"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    last: dict[str, Any] = json.loads(samples.read_text().splitlines()[-1])
    assert last["last"]
    return last


@pytest.mark.parametrize("locustfile", LOCUSTFILES, ids=lambda path: path.parent.name)
def test_what_a_server_drops_is_sent_once_and_counts(locustfile: Path, tmp_path: Path) -> None:
    """The server sees as many requests as the load tells, and each that it drops is a failure."""
    with serving(drops_every=7) as server:
        last = load(server, locustfile, tmp_path)
    assert server.dropped > 0
    assert (last["requests"], last["failures"]) == (server.asked, server.dropped)
    assert sum(last["errors"].values()) == server.dropped
    assert last["errors"].get("dropped without an answer", 0) >= 0.5 * server.dropped


@pytest.mark.parametrize("locustfile", LOCUSTFILES, ids=lambda path: path.parent.name)
def test_a_server_that_closes_idle_connections_is_no_failure(
    locustfile: Path, tmp_path: Path
) -> None:
    """Nobody is counted as turned away because the server wanted an idle connection back."""
    with serving() as server:
        last = load(server, locustfile, tmp_path)
    assert last["requests"] == server.asked > 0
    assert Counter(last["errors"]) == Counter()
    assert last["failures"] == 0
    # What is told of the whole fits the seconds that the load was told to take.
    lasted = last["requests"] / last["average_rps"]
    assert 0.98 * SECONDS <= lasted <= SECONDS + LAST + 1
