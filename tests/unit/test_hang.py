"""What a worker wrote down of its threads is read: where it is, and what it waits for."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tutor.stack import hang
from tutor.stack.hang import UNKNOWN, place_in, reason_of, threads_in
from tutor.stack.site import Site

SHOP = Path("/srv/shops/mine")
LIB = "/usr/lib/python3.12"
SITE = "/venv/lib/python3.12/site-packages"
VIEW = (f"{SHOP}/catalog/views.py", 12, "front")
SERVED = (f"{SITE}/gunicorn/workers/sync.py", 134, "handle_request")


def dump(*frames: tuple[str, int, str], head: str = "Current thread 0x00007f11aa") -> str:
    """Return what ``faulthandler`` writes of one thread."""
    lines = [f'  File "{path}", line {line} in {name}' for path, line, name in frames]
    return "\n".join([f"{head} (most recent call first):", *lines, ""])


def test_threads_are_told_apart() -> None:
    """Also where Python names them, and with the shop's own words around, on the same line too."""
    text = (
        "noise\n  Applying catalog.0002_mine..."
        + dump(VIEW, SERVED)
        + dump(SERVED, head="Thread 0x00007f22 [pool-1]")
    )

    threads = threads_in(text)

    assert [[frame.function for frame in frames] for frames in threads] == [
        ["front", "handle_request"],
        ["handle_request"],
    ]


@pytest.mark.parametrize(
    ("inner", "reason"),
    [
        ([], ""),
        ([(f"{LIB}/threading.py", 320, "wait")], "lock"),
        ([(f"{LIB}/socket.py", 720, "readinto"), (f"{LIB}/http/client.py", 1, "begin")], "network"),
        (
            [(f"{LIB}/threading.py", 320, "wait"), (f"{SITE}/psycopg_pool/pool.py", 9, "getconn")],
            "pool",
        ),
        (
            [
                (f"{SITE}/psycopg/waiting.py", 228, "wait_c"),
                (f"{SITE}/psycopg/connection.py", 99, "connect"),
                (f"{SITE}/django/db/backends/postgresql/base.py", 5, "get_new_connection"),
            ],
            "connection",
        ),
        (
            [
                (f"{SITE}/psycopg/waiting.py", 228, "wait_c"),
                (f"{SITE}/psycopg/cursor.py", 97, "execute"),
                (f"{SITE}/django/db/backends/utils.py", 105, "_execute"),
            ],
            "answer",
        ),
        ([(f"{LIB}/socket.py", 7, "readinto"), (f"{SITE}/redis/_parsers/x.py", 1, "r")], "Redis"),
        (
            [(f"{LIB}/socket.py", 7, "readinto"), (f"{SITE}/pymemcache/client/base.py", 1, "get")],
            "memcached",
        ),
    ],
)
def test_the_innermost_calls_say_what_is_waited_for(
    inner: list[tuple[str, int, str]], reason: str
) -> None:
    """What stands between the shop's own line and the kernel."""
    (frames,) = threads_in(dump(*inner, VIEW, SERVED))

    assert reason_of(frames, SHOP) == reason
    assert place_in(frames, SHOP) == ("catalog/views.py", 12)


def test_a_thread_without_a_line_of_the_shop_is_placed_in_django() -> None:
    """A middleware of Django's that waits: the driver's line would say nothing to anybody."""
    frames = threads_in(
        dump(
            (f"{SITE}/psycopg/waiting.py", 228, "wait_c"),
            (f"{SITE}/django/contrib/sessions/backends/db.py", 33, "_get_session_from_db"),
            SERVED,
        )
    )[0]

    assert place_in(frames, SHOP) == ("django/contrib/sessions/backends/db.py", 33)


def test_nobody_knows_of_a_worker_that_can_be_asked_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its log is gone, or it is: whoever wants to explain a page still can."""
    monkeypatch.setattr(hang, "children_of", lambda pid, *, recursive: [2**22 + 1])
    stack = SimpleNamespace(
        status_of=lambda name: SimpleNamespace(pid=2**22 + 1), log=lambda name: tmp_path / name
    )
    site = SimpleNamespace(
        gunicorn=SimpleNamespace(name="gunicorn"),
        ground=SimpleNamespace(stack=stack, postgres=None),
        folder=tmp_path,
        database="",
    )

    assert Site.where_it_hangs(cast("Any", site)) == UNKNOWN
