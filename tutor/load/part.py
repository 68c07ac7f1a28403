"""What a Locust worker does for the tutor: report often, and reach the shop from anywhere.

Loaded by Locust beside the level's locustfile, on this machine and on others: imports nothing of
the tutor.
"""

import os
import socket
import sys
import time

import gevent
import locust.runners
from gevent.server import StreamServer
from locust import events
from locust.runners import STATE_STOPPED, WorkerRunner

LOOPBACK = "127.0.0.1"
AT_ONCE = 65536
"""Bytes that are led on in one go."""


@events.init.add_listener
def join(environment, **_kwargs):
    """Do our part, where there is a master who puts it together."""
    runner = environment.runner
    if not isinstance(runner, WorkerRunner) or "LEVELUP_SECONDS" not in os.environ:
        return
    # The master keeps the time; locustfiles look it up here.
    environment.parsed_options.run_time = int(float(os.environ["LEVELUP_SECONDS"]))
    locust.runners.WORKER_REPORT_INTERVAL = 0.5
    locust.runners.MASTER_HEARTBEAT_TIMEOUT = 10
    if not is_ours(runner.master_host):
        lead(int(os.environ["LEVELUP_SHOP"]), runner.master_host)
    since = [time.monotonic(), time.process_time()]

    @environment.events.test_start.add_listener
    def begin(**_kwargs):
        since[:] = time.monotonic(), time.process_time()

    @environment.events.report_to_master.add_listener
    def report(data, **_kwargs):
        now = time.monotonic()
        data["part"] = {
            "now": now,
            "over": runner.state == STATE_STOPPED,
            "cpu_percent": 100 * (time.process_time() - since[1]) / max(0.1, now - since[0]),
            "errors": environment.tally,
            "extra": getattr(environment, "extra", {}),
        }


def is_ours(host):
    """Return whether *host* is an address of this very machine."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.bind(address)
    except OSError:
        return False
    return True


def lead(port, host):
    """Have the shop here at the very address it has on its own machine: pages hold that."""

    def lead_one(near, _address):
        try:
            far = socket.create_connection((host, port), timeout=30)
            far.settimeout(None)
        except OSError:
            near.close()
            return
        ways = [gevent.spawn(pump, near, far), gevent.spawn(pump, far, near)]
        gevent.joinall(ways)
        for end in (near, far):
            end.close()

    listener = socket.socket()
    # Several workers of one machine share the port; a stranger's is none of ours.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listener.bind((LOOPBACK, port))
    except OSError as error:
        sys.exit(f"Port {port} of this machine, at which the shop would be: {error.strerror}.")
    listener.listen(1024)
    StreamServer(listener, lead_one).start()


def pump(source, sink):
    """Hand on what comes until it ends."""
    try:
        while data := source.recv(AT_ONCE):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        for end in (source, sink):
            end.close()
