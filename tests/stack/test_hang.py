"""What a page that never comes waits for is told from outside, or that nobody knows."""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from typing import Any

import pytest

from tests.helpers import wait_until
from tutor.base.cancel import Cancel
from tutor.curriculum import load_levels
from tutor.curriculum.compose import compose
from tutor.probes.http import PageHangs, Visitor
from tutor.stack.ground import Ground
from tutor.stack.hang import Hang
from tutor.stack.site import Site, make_site
from tutor.words.texts import Texts

pytestmark = pytest.mark.services
VIEW = """

def health(request):
    import os, queue, socket, threading, time
    from django.http import HttpResponse
    from django.db import connection, transaction
    {body}
"""
STACK = """
[servers.server1]
services = ["gunicorn", "postgres"{more}]

[services.gunicorn]
workers = 1
threads = {threads}
"""


@pytest.fixture
def opened(ground: Ground) -> Iterator[ExitStack]:
    """What is closed at the end of a test."""
    with ExitStack() as stack:
        yield stack


def hanging(
    ground: Ground,
    opened: ExitStack,
    body: str,
    *,
    threads: int = 1,
    level: int = 0,
    more: str = "",
) -> Site:
    """Return a shop whose health page does *body* and is asked for just now."""
    levels = load_levels()
    site = make_site(ground, "mine", compose(levels[level], "fixed", levels))
    views = site.folder / "shop" / "views.py"
    (site.folder / "stack.toml").write_text(STACK.format(threads=threads, more=more))
    asked = "if not request.GET:\n        return HttpResponse()\n    "
    views.write_text(views.read_text() + VIEW.format(body=asked + body))
    opened.callback(site.stop)
    site.serve(ground.databases.clone(ground.seed), lambda event: None, Cancel(), one_worker=True)
    return site


def ask(site: Site, timeout: float = 1.0) -> Hang:
    """Ask for the page that never comes, and then where it is."""
    with closing(Visitor(site.url, timeout=timeout)) as visitor, pytest.raises(PageHangs):
        visitor.get("/health/?hang=1")
    return site.where_it_hangs()


@pytest.mark.parametrize(
    ("body", "finding"),
    [
        ("while True: pass", "page_hangs"),
        ("time.sleep(600)", "page_waits"),
        ("queue.Queue().get()", "page_waits_lock"),
        ("threading.Event().wait()", "page_waits_lock"),
        ("connection.cursor().execute('SELECT pg_sleep(600)')", "page_waits_statement"),
    ],
)
def test_a_page_is_told_by_what_it_does(
    ground: Ground, opened: ExitStack, body: str, finding: str
) -> None:
    """The line is the shop's, and a wait is no loop."""
    site = hanging(ground, opened, body)

    hang = ask(site)

    assert hang.id == finding
    assert hang.params["file"] == "shop/views.py"
    assert_told(hang)


def test_somebody_who_does_not_answer_is_told(ground: Ground, opened: ExitStack) -> None:
    """A request to another server, without a timeout."""
    silent = opened.enter_context(socket.create_server(("127.0.0.1", 0)))
    port = silent.getsockname()[1]
    call = f"import http.client; c = http.client.HTTPConnection('127.0.0.1', {port}); "
    site = hanging(ground, opened, call + "c.request('GET', '/'); c.getresponse()")

    assert ask(site).id == "page_waits_network"


def test_a_lock_in_the_database_names_both_sides(ground: Ground, opened: ExitStack) -> None:
    """Which statement waits, and what the one that holds the lock asked last."""
    update = "UPDATE catalog_product SET name = name"
    site = hanging(ground, opened, f"connection.cursor().execute('{update}')")
    holder: Any = opened.enter_context(closing(ground.postgres.connect(site.database)))
    holder.execute("BEGIN")
    holder.execute("LOCK TABLE catalog_product IN ACCESS EXCLUSIVE MODE")

    hang = ask(site)

    assert hang.id == "page_waits_row"
    assert hang.params["statement"] == update
    assert hang.params["other"].startswith("LOCK TABLE")
    assert_told(hang)


def test_behind_pgbouncer_the_statement_is_not_said_to_be_of_that_line(
    ground: Ground, opened: ExitStack
) -> None:
    """Whoever waits there for a connection waits for others, whose statements hold them all."""
    update = "UPDATE catalog_product SET name = name"
    body = f"connection.cursor().execute('{update}')"
    site = hanging(ground, opened, body, level=4, more=', "pgbouncer"')
    holder: Any = opened.enter_context(closing(ground.postgres.connect(site.database)))
    holder.execute("BEGIN")
    holder.execute("LOCK TABLE catalog_product IN ACCESS EXCLUSIVE MODE")

    hang = ask(site)

    assert hang.id == "page_waits_pgbouncer"
    assert hang.params["statement"] == update
    assert_told(hang)


def test_a_pool_that_is_shut_is_told(ground: Ground, opened: ExitStack) -> None:
    """Every thread waits for a connection, and another part of the shop keeps them all."""
    body = (
        "from psycopg_pool import ConnectionPool; s = connection.settings_dict; "
        "pool = ConnectionPool(kwargs=dict(host=s['HOST'], port=s['PORT'], user=s['USER'], "
        "password=s['PASSWORD'], dbname=s['NAME']), min_size=1, max_size=1, open=True); "
        "kept = pool.getconn(timeout=30); pool.getconn(timeout=600)"
    )
    site = hanging(ground, opened, body, threads=4)

    hang = ask(site, timeout=2.0)

    assert hang.id == "page_waits_pool"
    assert hang.params["sessions"] >= 1
    assert_told(hang)


def test_a_worker_that_was_never_asked_is_not_accused(ground: Ground, opened: ExitStack) -> None:
    """No line of the shop, no loop: it is said that nobody knows."""
    site = hanging(ground, opened, "return 1 / 0")
    hangs = []

    def is_lost() -> bool:
        # Right after its answer a worker is a moment longer at work on it.
        hangs.append(site.where_it_hangs())
        return hangs[-1].id == "page_lost"

    assert wait_until(is_lost), hangs
    assert_told(hangs[-1])


@pytest.mark.parametrize(("body", "works"), [("while True: pass", True), ("return 1 / 0", False)])
def test_who_loops_works_on(ground: Ground, opened: ExitStack, body: str, works: bool) -> None:
    """And who is done with it does not, whatever it used before."""
    site = hanging(ground, opened, body)
    with closing(Visitor(site.url, timeout=1.0)) as visitor, suppress(PageHangs):
        visitor.get("/health/?hang=1")

    assert site.works_on(0.5, Cancel()) == works


def test_asking_ends_nobody(ground: Ground, opened: ExitStack) -> None:
    """Workers that are asked while they load the shop go on loading it."""
    site = hanging(ground, opened, "return 1 / 0")
    site.workers = 3
    asking = threading.Thread(target=lambda: [site.where_it_hangs() for _ in range(10)])
    asking.start()

    site.full_strength()
    asking.join(30)

    assert "SIGUSR2" not in site.log_tail()
    assert wait_until(lambda: not asking.is_alive())


def assert_told(hang: Hang) -> None:
    """Fail unless the sentence is there in both languages and never says that it knows nothing."""
    error = PageHangs("/health/", 1.0).because(hang)
    for language in ("en", "es"):
        said = Texts(language).error(error)[0]
        assert "{" not in said
        assert "?, l" not in said
        assert "/health/" in said
