"""Looks at the shop: what is grouped, what differs, what went wrong, without a shop."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.tui.fakes import reading
from tutor.base.cancel import Cancel
from tutor.base.errors import Cancelled, ShopError
from tutor.probes.http import PageHangs, PageUnreachable, Response
from tutor.probes.jobs import EventSummary, Job, Ledger, WorkerState, events_in
from tutor.probes.statements import Statements
from tutor.probes.trace import Group
from tutor.stack.gauge import ServerReading
from tutor.stack.hang import Hang
from tutor.tui.widgets.together_view import table
from tutor.views import together
from tutor.views.log import chosen, marked
from tutor.views.monitor import of_share, share_of
from tutor.views.queue import broker_port, work_of
from tutor.views.sql import PageSql, Repeated, beside_django, brief, grouped
from tutor.views.syntax import problem_in
from tutor.views.together import Crowds, Together
from tutor.views.wording import doing, places, served_by, summary, variety
from tutor.words.texts import Texts

EN = Texts("en")
CARD = "catalog/templates/catalog/_card.html"


def traced(statement: str, times: int, line: int, different: int = 0) -> Group:
    """Return what Django saw of a statement of one line of the card."""
    return Group(statement, times, 10.0, CARD, line, "{{ … }}", "catalog/views.py:3",
                 statement.replace("?", "17"), different or times)  # fmt: skip


# -- SQL of one page -----------------------------------------------------------------------------


def test_one_statement_from_two_lines_is_one_group() -> None:
    """Counts and time are added up; the line that asks more often comes first."""
    (group,) = grouped((traced("SELECT ?", 2, 3), traced("SELECT ?", 5, 9, different=1)))

    assert (group.times, group.different, group.milliseconds) == (7, 3, 20.0)
    assert places(EN, group) == [f"{CARD}:9", f"{CARD}:3"]
    assert group.example == "SELECT 17"


def test_what_does_not_pass_through_django_is_found() -> None:
    """The same statement may be written down in two ways; a third one was seen by nobody else."""
    seen = (traced('SELECT "id" FROM "shelf" WHERE "since" > ?', 1, 3),)
    logged = ["SELECT id FROM shelf WHERE since > '2026-11-22'::timestamptz", "SELECT 1 FROM mat"]

    (unseen,) = beside_django(seen, logged)

    assert (unseen.example, unseen.times, unseen.places) == ("SELECT 1 FROM mat", 1, ())
    assert "not through Django" in places(EN, unseen)[0]


def test_two_ways_of_writing_are_no_second_connection() -> None:
    """Where both saw equally many, nothing went past Django."""
    assert beside_django((traced("SELECT lower(?)", 1, 3),), ["SELECT LOWER('x'::text)"]) == []


def test_the_short_form_keeps_tables_and_conditions() -> None:
    """Columns are left out, and the table where there is only one."""
    one = 'SELECT "mat"."id", "mat"."name", "mat"."colour" FROM "mat" WHERE "mat"."id" = ?'
    two = 'SELECT "mat"."id", "brand"."name" FROM "mat" JOIN "brand" ON "brand"."id" = "mat"."b"'

    assert brief(one) == "SELECT … FROM mat WHERE id = ?"
    assert brief(two) == "SELECT … FROM mat JOIN brand ON brand.id = mat.b"
    assert brief('SELECT "a" FROM "mat"') == "SELECT a FROM mat"


def test_the_sum_says_what_the_page_answers() -> None:
    """Nothing asked, a page that leads elsewhere, one statement, many."""
    group = Repeated("SELECT ?", 3, 1, 1.0, "SELECT 1", ())

    assert "out of a cache" in summary(EN, PageSql("/", 200))[0]
    assert "leads to /login/" in summary(EN, PageSql("/account/", 302, "/login/"))[1]
    assert summary(EN, PageSql("/", 200, count=3, groups=(group,)))[0].startswith("/: 3 statements")
    assert variety(EN, group) == "always the very same"


# -- queues and workers --------------------------------------------------------------------------


def step(kind: str, job: str = "j1", **more: object) -> dict[str, object]:
    """Return an event as a worker publishes it."""
    return {"type": f"task-{kind}", "uuid": job, "hostname": "worker@server1", **more}


def test_a_job_handed_out_twice_is_counted_and_a_retry_is_not() -> None:
    """A second taking without a failure in between is a redelivery."""
    ledger = Ledger()
    for event in (
        step("received", "twice", name="orders.tasks.mail", args="(7,)"), step("received", "twice"),
        step("succeeded", "twice", runtime=0.5),
        step("received", "late"), step("retried", "late", exception="OSError()"),
        step("received", "late"),
    ):  # fmt: skip
        ledger.note(event)

    heard = ledger.read()
    late, twice = heard.jobs
    assert (heard.count("again"), heard.count("done"), heard.count("retried")) == (1, 1, 1)
    assert (twice.state, twice.taken, twice.seconds, twice.name) == (
        "done", 2, 0.5, "orders.tasks.mail",
    )  # fmt: skip
    assert (late.state, late.error) == ("taken", "OSError()")


def test_what_is_remembered_of_jobs_is_bounded() -> None:
    """Those that are over go first."""
    ledger = Ledger()
    ledger.note(step("received", "held"))
    for number in range(500):
        ledger.note(step("succeeded", f"j{number}"))

    jobs = ledger.read().jobs
    assert len(jobs) == 200
    assert jobs[-1].id == "held"


@pytest.mark.parametrize("message", [b"", b"{}", b"[]", b'{"body": "%%"}', b'{"body": 3}'])
def test_a_message_that_is_none_is_skipped(message: bytes) -> None:
    """Whatever travels in Redis, the listener goes on."""
    assert list(events_in(message)) == []


def test_a_queue_that_nobody_serves_says_so() -> None:
    """Workers tell which queues they serve, those in which nothing waits included."""
    seen = reading(
        {
            "redis": ("showroom", 1.0, {"waiting": 3, "taken": 1, "queues": {"slow": 3}}),
            "worker": ("showroom", 9.0, {"serves": ["celery"]}),
        }
    )
    job = Job("1", "orders.tasks.confirm_order", "(7,)", "worker@server1", "working")
    heard = EventSummary((job,), (WorkerState("worker@server1", 0.0, 1, 40),), (("done", 39),))

    work = work_of(seen, heard)

    assert {queue.name: served_by(EN, queue) for queue in work.queues} == {
        "celery": "worker", "slow": "✖ nobody: it waits for ever",
    }  # fmt: skip
    assert (doing(EN, work.workers[0]), work.workers[0].processed) == ("confirm_order(7)", 40)
    assert (work.waiting, work.count("done"), broker_port(seen)) == (3, 39, 5433)


def test_a_shop_without_redis_has_no_queue() -> None:
    """And one whose Redis stands still is not called empty."""
    silent = work_of(reading({"redis": ("showroom", 1.0, {})}), None)

    assert not work_of(reading(), None).has_broker
    assert (silent.has_broker, silent.answers) == (True, False)


# -- logs and files ------------------------------------------------------------------------------

LOG = """\
[2026-11-22 03:01:02 +0000] [82] [INFO] Booting worker with pid: 82
03:01:09,771 WARNING django.request: Not Found: /favicon.ico
Traceback (most recent call last):
  File "/shop/catalog/views.py", line 14, in front
    nothing to see
AttributeError: 'X' object has no attribute 'y'
[2026-11-22 03:01:13 +0000] [83] [INFO] ErrorHandler loaded
2026-11-22 03:01:13.000 UTC [99] FATAL:  sorry, too many clients already
"""


def test_a_traceback_is_an_error_from_its_head_to_its_last_line() -> None:
    """A word that only contains one is none."""
    lines = marked(LOG.splitlines())

    assert [line.kind for line in lines] == ["", "warning", *["error"] * 4, "", "error"]
    assert [line.text for line in chosen(lines, "FATAL")] == [LOG.splitlines()[-1]]
    assert len(chosen(lines, "fRoNt", errors=True)) == 1
    assert len(chosen(lines, "", errors=True)) == 5


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("a.py", "x = 1\ndef f(:\n", 2),
        ("a.toml", "a = 1\nb = \n", 2),
        ("a.toml", "a = [1,\n", 2),
        ("a.html", "<p>\n{% if x %}\n<b>{% endfor %}\n", 3),
        ("a.html", "{% if x %}{{ y }}\n", 1),
        ("a.html", "{% comment %}{% if %}{% endcomment %}", 0),
        ("a.py", "x = 1\n", 0),
        ("a.css", "{{{", 0),
    ],
)
def test_a_file_that_cannot_be_read_names_its_line(name: str, text: str, line: int) -> None:
    """Python, TOML and the blocks of templates; 0 where nothing is wrong."""
    problem = problem_in(name, text)

    assert (problem.line if problem else 0) == line


# -- a crowd -------------------------------------------------------------------------------------


def test_what_a_crowd_asked_is_told_the_most_frequent_first() -> None:
    """A shape of statement and how often; a full bar is one that each of them caused."""
    texts = ["SELECT 1 FROM mat WHERE id = 4"] * 3 + ["SELECT * FROM bookkeeping_sales"] * 20
    found = Together("/bestsellers/", 2, 20, 1, 0.4, together.grouped(texts))

    shown = table(found, EN).plain.splitlines()

    assert shown[0].startswith("/bestsellers/, round 2: 20 strangers at once")
    assert shown[1] == "1 of them got no page."
    assert shown[3].endswith("FROM bookkeeping_sales")
    assert shown[3].startswith("  20× ████████")
    assert shown[4].startswith("   3× ")


def test_a_crowd_that_asks_nothing_says_so() -> None:
    """What is kept costs PostgreSQL nothing."""
    shown = table(Together("/", 1, 20, 0, 0.1), EN).plain

    assert shown.endswith("PostgreSQL was asked nothing.")
    assert table(Together("/"), EN).plain == ""


def crowd_at(monkeypatch: pytest.MonkeyPatch, answer: int | ShopError) -> Crowds:
    """Return who comes to a shop that gives everybody the same *answer*; its log tells a crash."""

    class Visitor:
        def __init__(self, url: str) -> None:
            self.url = url

        def get(self, path: str) -> Response:
            if isinstance(answer, ShopError):
                raise answer
            return Response(path, answer, {}, b"", 0.0)

        def close(self) -> None:
            """Nothing is open."""

    @contextmanager
    def counting(site: object) -> Iterator[Statements]:
        yield Statements()

    def fails(site: object, path: str, status: int, log: str) -> ShopError:
        return ShopError("page_fails", path=path, status=status, error=log)

    monkeypatch.setattr(together, "Visitor", Visitor)
    monkeypatch.setattr(together, "counting_everywhere", counting)
    monkeypatch.setattr(together, "page_fails", fails)
    site = SimpleNamespace(
        url="",
        log_tail=lambda: "an old crash",
        where_it_hangs=lambda: Hang("page_waits_lock", {"file": "shop/views.py", "line": 7}),
    )
    return Crowds(cast("Any", site))


@pytest.mark.parametrize("status", [302, 404])
def test_a_crowd_that_is_sent_elsewhere_met_no_crash(
    monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    """What some other page left in the log is not blamed on this one."""
    found = crowd_at(monkeypatch, status).ask("/account/", Cancel(), 3)

    assert (found.failed, found.trouble) == (3, None)


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (500, "page_fails"),
        (PageHangs("/", 6.0), "page_waits_lock"),
        (PageUnreachable("/", OSError("refused")), "page_unreachable"),
    ],
    ids=["crashes", "hangs", "refuses"],
)
def test_a_crowd_that_gets_no_page_hears_why(
    monkeypatch: pytest.MonkeyPatch, answer: int | ShopError, trouble: str
) -> None:
    """A crash, a hang and a closed door are told apart."""
    found = crowd_at(monkeypatch, answer).ask("/", Cancel(), 3)

    assert found.failed == 3
    assert found.trouble is not None
    assert found.trouble.id == trouble


def test_nobody_waits_for_a_crowd_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever closes the view ends the look."""
    cancel = Cancel()
    cancel.set()

    with pytest.raises(Cancelled):
        crowd_at(monkeypatch, 200).ask("/", cancel, 3)


def test_a_percentage_names_what_it_is_of() -> None:
    """Its share while a load is on; else the whole machine, as nothing holds a server then."""
    held = ServerReading("server1", "mine", 99.0, 0.5, True, 160.0, 24.0, 40.0)
    free = ServerReading("server1", "mine", 31.0, 2.0, False, 160.0, 24.0, 0.0)

    for language, of_half, of_all in (
        ("en", "of its half core", "of the whole machine"),
        ("es", "de su medio núcleo", "de toda la máquina"),
    ):
        texts = Texts(language)
        assert (of_share(texts, held), of_share(texts, free)) == (of_half, of_all)
        assert share_of(texts, free) != share_of(texts, held)
