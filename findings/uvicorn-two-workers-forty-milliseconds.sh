#!/usr/bin/env bash
# uvicorn 0.54.0, uvloop 0.23.0 (Linux, Python 3.11)
#
# One process answers a small page in less than a millisecond. With `--workers 2` (or `--reload`, or a
# socket handed over by `--fd`) the very same page takes 40 ms on a connection that is kept open: it is
# not the second process. asyncio turns Nagle's algorithm off only on sockets that name their protocol
# (`sock.proto == IPPROTO_TCP`), as those do that it binds itself. Here uvicorn binds the socket before
# it starts its workers, as `socket.socket(family)`, whose `proto` is 0, and so has each connection it
# accepts. Headers and body leave by two writes, and the body waits for the client's delayed
# acknowledgement. With uvloop, which `uvicorn[standard]` brings along, both are fast: it is the plain
# `pip install uvicorn` that is slow, and only with workers.
#
# Seen (median of 30 answers): asyncio, 1 worker: below 1 ms; asyncio, 2 workers: 44 ms;
# uvloop, 2 workers: below 1 ms.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install "uvicorn==0.54.0" "uvloop==0.23.0"
cat >"$folder/page.py" <<'PYTHON'
async def page(scope, receive, send):
    if scope["type"] == "http":
        await receive()
        head = {"status": 200, "headers": [(b"content-length", b"2")]}
        await send({"type": "http.response.start", **head})
        await send({"type": "http.response.body", "body": b"ok"})
PYTHON
cat >"$folder/ask.py" <<'PYTHON'
import http.client
import signal
import socket
import statistics
import subprocess
import sys
import time


def answers(loop, workers):
    """Return the median of an answer's milliseconds."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["--port", str(port), "--loop", loop, "--workers", str(workers), "--log-level", "warning"]
    server = subprocess.Popen([sys.executable, "-m", "uvicorn", "page:page", *words])
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        client, taken = http.client.HTTPConnection("127.0.0.1", port), []
        for _ in range(30):
            began = time.perf_counter()
            client.request("POST", "/", b"ten bytes.")
            assert client.getresponse().read() == b"ok"
            taken.append(1000 * (time.perf_counter() - began))
        client.close()
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(20)
    return statistics.median(taken)


alone, shared, other = answers("asyncio", 1), answers("asyncio", 2), answers("uvloop", 2)
print(f"asyncio, 1 worker: {alone:.1f} ms; 2 workers: {shared:.1f} ms; uvloop, 2 workers: {other:.1f} ms")
sys.exit(not (alone < 15 and 30 < shared < 90 and other < 15))
PYTHON
cd "$folder"
venv/bin/python ask.py
