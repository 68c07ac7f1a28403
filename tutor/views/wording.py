"""What was looked at, in the learner's language, line by line."""

from collections.abc import Iterator

from tutor.probes.jobs import Job
from tutor.views.changes import Line
from tutor.views.pair import PairRow, Visit
from tutor.views.queue import Queue, Work, Worker
from tutor.views.sql import PageSql, Repeated
from tutor.views.together import Together
from tutor.words.texts import Texts
from tutor.words.wording import with_stop

MOST_PLACES = 2
"""Lines of the shop that are named of one statement."""

# -- SQL -----------------------------------------------------------------------------------------


def summary(texts: Texts, look: PageSql) -> list[str]:
    """Return how much a page asks, and what it answers where that is no page."""
    if look.count == 0:
        said = texts("sql.none", path=look.path)
    elif look.count == 1:
        said = texts("sql.one", path=look.path, milliseconds=look.milliseconds)
    else:
        said = texts(
            "sql.summed",
            path=look.path,
            count=look.count,
            milliseconds=look.milliseconds,
            shapes=len(look.groups),
        )
    if look.location:
        return [said, texts("sql.leads", status=look.status, location=look.location)]
    return [said] if look.status == 200 else [said, texts("sql.status", status=look.status)]


def variety(texts: Texts, group: Repeated) -> str:
    """Return how much statements of one shape differ; nothing to say of a single one."""
    if group.times < 2:
        return ""
    if group.different == 1:
        return texts("sql.same")
    return texts("sql.some", different=group.different)


def places(texts: Texts, group: Repeated) -> list[str]:
    """Return the lines of the shop that issue these statements, as ``file:line``."""
    if not group.places:
        return [texts("sql.elsewhere")]
    said = [
        f"{place.file}:{place.line}" if place.file else texts("sql.no_line")
        for place in group.places[:MOST_PLACES]
    ]
    left = len(group.places) - len(said)
    return [*said, texts("sql.more", count=left)] if left else said


# -- a crowd -------------------------------------------------------------------------------------


def crowd(texts: Texts, found: Together) -> list[str]:
    """Return what became of a crowd, and what the statements beneath are."""
    said = texts(
        "together.heading",
        path=found.path,
        round=found.round,
        visitors=found.visitors,
        seconds=found.seconds,
    )
    failed = [texts("together.failed", count=found.failed)] if found.failed else []
    return [said, *failed, texts("together.asked" if found.groups else "together.nothing")]


# -- visits --------------------------------------------------------------------------------------


def who(texts: Texts, name: str) -> str:
    """Return what a visitor is called."""
    return texts(f"visits.who.{name}")


def row_name(texts: Texts, row: PairRow) -> str:
    """Return what a row is about."""
    return texts(f"visits.row.{row.key}", name=row.name)


def cell(texts: Texts, row: PairRow, visit: Visit, value: str) -> str:
    """Return one visitor's side of a row."""
    if not value:
        return texts("visits.nothing")
    if row.key == "kept":
        return texts(f"visits.kept.{value}")
    if row.key == "greeting" and visit.is_theirs is False:
        said = "foreign" if visit.names else "unknown"
        return f"✖ {value} ({texts(f'visits.{said}')})"
    return value


# -- queues --------------------------------------------------------------------------------------


def served_by(texts: Texts, queue: Queue) -> str:
    """Return who takes what waits in *queue*."""
    if queue.workers:
        return ", ".join(queue.workers)
    return f"✖ {texts('queue.nobody')}" if queue.waiting else texts("visits.nothing")


def doing(texts: Texts, worker: Worker) -> str:
    """Return what *worker* does now."""
    if not worker.running:
        return f"✖ {texts('queue.down')}"
    if worker.jobs:
        return ", ".join(short_job(job) for job in worker.jobs)
    if worker.active is None:
        return texts("queue.unknown")
    return texts("queue.active", count=worker.active) if worker.active else texts("queue.idle")


def counts(texts: Texts, work: Work) -> str:
    """Return what became of the jobs since somebody looks."""
    named = {state: work.count(state) for state in ("done", "failed", "retried", "again")}
    return texts("queue.counts", **named)


def whose(texts: Texts, work: Work) -> str:
    """Return which shop it is: what a run counts is in another one than the browser's."""
    return texts("queue.of_browser" if work.for_people else "queue.of_run")


def short_job(job: Job) -> str:
    """Return a job as ``task(arguments)``, without the path of its module."""
    name = job.name.rpartition(".")[2] or job.id[:8]
    args = job.args if job.args.startswith("(") else ""
    return f"{name}{args.replace(',)', ')')}"


def outcome(texts: Texts, job: Job) -> str:
    """Return what became of a job: the word, how long it took or what it died of."""
    parts = [texts(f"queue.state.{job.state}")]
    if job.taken > 1:
        parts.append(f"{job.taken}×")
    if job.seconds is not None and job.state == "done":
        parts.append(f"{texts.fixed(job.seconds, 2)} s")
    if job.error and job.state in ("failed", "retried"):
        parts.append(job.error)
    return " ".join(parts)


def work_lines(texts: Texts, work: Work) -> dict[str, Line]:
    """Return each queue, worker and job as a sentence, by its name."""
    if not work.has_broker or not work.answers:
        return {"": _line(texts("queue.silent" if work.has_broker else "queue.none"))}
    lines: dict[str, Line] = {"whose": _line(whose(texts, work))}
    for one in work.queues:
        name = f"{texts('queue.queue')} {one.name}"
        served = unmarked(served_by(texts, one)) if one.workers or one.waiting else ""
        by = f"{texts('queue.served')} {served or texts('queue.no_one')}"
        lines[name] = _line(f"{name}: {texts('queue.waiting')} {one.waiting}, {by}")
    lines["taken"] = _line(texts("queue.taken", taken=work.taken))
    for worker in work.workers:
        name = f"{texts('queue.worker')} {worker.title}"
        said = f"{name} ({', '.join(worker.queues)}): {unmarked(doing(texts, worker))}"
        lines[name] = Line(with_stop(said), said, state=str(worker.running))
    if not work.workers:
        lines["workers"] = _line(texts("queue.no_worker"))
    lines["counts"] = _line(counts(texts, work))
    return lines


def work_sentences(texts: Texts, work: Work, jobs: int) -> Iterator[str]:
    """Yield everything there is to say of *work*, with as many of the last *jobs*."""
    yield from (line.said for line in work_lines(texts, work).values())
    for job in work.recent[:jobs]:
        yield with_stop(f"{short_job(job)}, {job.worker}: {outcome(texts, job)}")


def unmarked(said: str) -> str:
    """Return *said* without the mark that catches the eye in a table."""
    return said.removeprefix("✖ ")


def _line(said: str) -> Line:
    return Line(with_stop(said), said)
