"""Queues with what waits in them, workers with what they do, and the last jobs."""

import time
from collections.abc import Sequence

from textual.content import Content

from tutor.probes.jobs import Job
from tutor.tui.widgets.page import COLUMNS, Page
from tutor.tui.widgets.stack_view import level_bar, sparkline
from tutor.tui.wording import hanging
from tutor.views.queue import Queue, Work, Worker
from tutor.views.wording import counts, doing, outcome, served_by, short_job, whose
from tutor.words.texts import Texts

BAR, SPARK = 16, 20
"""Columns of the longest queue, and of the history of what waited."""
NAMES = 14
"""Columns for names of queues and workers."""
FULL = 20
"""Messages that fill the bar at least: one that waits is no long queue."""
STYLES = {
    "done": "$text-success",
    "failed": "$text-error",
    "rejected": "$text-error",
    "retried": "$text-warning",
    "working": "$text-accent",
}
SIGNS = {"done": "✔", "failed": "✖", "rejected": "✖", "retried": "↻", "working": "▸"}
JOBS = 50


class QueueView(Page):
    """All that is known of the jobs of the shop."""

    def show(self, work: Work, waited: Sequence[float], texts: Texts) -> None:
        """Show the queues of now, and how many jobs *waited* over time."""
        self.draw(lambda columns: picture(work, waited, texts, columns))


def picture(work: Work, waited: Sequence[float], texts: Texts, columns: int = COLUMNS) -> Content:
    """Return queues, workers and jobs as text."""
    if not work.has_broker:
        return Content.styled(texts("queue.none"), "$text-muted")
    if not work.answers:
        return Content.styled(f"? {texts('queue.silent')}", "$text-warning")
    top = max([FULL, *[queue.waiting for queue in work.queues]])
    lines = [Content.styled(whose(texts, work), "$text-muted"), _title(texts("queue.queue"))]
    lines += [_queue(queue, top, texts, columns) for queue in work.queues]
    lines.append(
        Content.assemble(
            " " * NAMES,
            (sparkline(waited, SPARK, top=top), "$text-accent"),
            f"  {texts('queue.taken', taken=work.taken)}",
        )
    )
    lines += [Content(""), _title(texts("queue.worker"))]
    lines += [_worker(worker, texts, columns) for worker in work.workers]
    if not work.workers:
        lines.append(Content.styled(f"✖ {texts('queue.no_worker')}", "$text-warning"))
    lines += [Content(""), _title(texts("queue.job")), Content(counts(texts, work))]
    lines += _jobs(work, texts, columns)
    return Content("\n").join(lines)


def _title(text: str) -> Content:
    return Content.styled(text, "bold $text-primary")


def _queue(queue: Queue, top: int, texts: Texts, columns: int) -> Content:
    served = served_by(texts, queue)
    mark = Content.assemble(
        (f"{queue.name:<{NAMES}}", "bold"),
        (level_bar(100 * queue.waiting / top, BAR), "$text-accent"),
        f" {queue.waiting:>5} {texts('queue.waiting')}  ",
    )
    said = Content.assemble(
        (f"{texts('queue.served')} ", "$text-muted") if queue.workers else "",
        (served, "$text-error" if served.startswith("✖") else ""),
    )
    return hanging(mark, said, columns)


def _worker(worker: Worker, texts: Texts, columns: int) -> Content:
    processed = "–" if worker.processed is None else worker.processed
    style = "$text-success" if worker.running else "$text-error"
    mark = Content.assemble(
        ("● " if worker.running else "✖ ", style),
        (f"{worker.title:<{NAMES - 2}}", "bold"),
        f"{worker.cpu_percent:>4.0f} %  {processed:>5} {texts('queue.processed')}  ",
    )
    said = Content.assemble((f"{', '.join(worker.queues)}: ", "$text-muted"), doing(texts, worker))
    return hanging(mark, said, columns)


def _jobs(work: Work, texts: Texts, columns: int) -> list[Content]:
    if not work.recent:
        return [Content.styled(texts("queue.nothing_yet"), "$text-muted")]
    return [_job(job, texts, columns) for job in work.recent[:JOBS]]


def _job(job: Job, texts: Texts, columns: int) -> Content:
    mark = Content.assemble(
        (time.strftime("%H:%M:%S  ", time.localtime(job.at)), "$text-muted"),
        (f"{SIGNS.get(job.state, '·')} ", STYLES.get(job.state, "$text-muted")),
    )
    said = Content.assemble(
        f"{short_job(job):<24} ",
        (outcome(texts, job), STYLES.get(job.state, "")),
        (f"  {job.worker}", "$text-muted"),
    )
    return hanging(mark, said, columns)
