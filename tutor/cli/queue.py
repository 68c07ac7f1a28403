"""``tutor queue``: what waits in your shop's queues, and what the workers do."""

import json
from contextlib import nullcontext
from pathlib import Path

import click
from rich.console import Group, RenderableType
from rich.markup import escape

from tutor.base.errors import ExitCode, TutorError
from tutor.cli.columns import Columns
from tutor.cli.console import console
from tutor.cli.language import language_option, texts
from tutor.cli.options import json_option, plain_option, stack_option, workspace_option
from tutor.cli.spoken import Spoken
from tutor.cli.watching import say_lines, watch, watch_as_json
from tutor.learner.session import Session
from tutor.probes.jobs import Listener
from tutor.views.queue import Work, broker_port, of_one_shop, work_heard, work_of
from tutor.views.wording import (
    counts,
    doing,
    outcome,
    served_by,
    short_job,
    whose,
    work_lines,
    work_sentences,
)
from tutor.words.texts import Texts

JOBS = 10
"""How many of the last jobs are shown."""


@click.command(cls=Spoken)
@click.option("--watch", "watching", is_flag=True)
@plain_option
@json_option
@language_option
@stack_option
@workspace_option
def command(watching: bool, plain: bool, as_json: bool, where: str, workspace: Path) -> int:
    """Show queues, workers and jobs of the shop that runs."""
    session = Session(workspace, where)
    words = texts()
    gauge = session.gauge()
    reading = of_one_shop(gauge.look())
    if not reading.services:
        raise TutorError.named("shop_not_running")
    try:
        if watching:
            port = broker_port(reading)
            with Listener(port) if port else nullcontext() as listener:

                def look() -> Work:
                    return work_of(of_one_shop(gauge.look()), listener.read() if listener else None)

                if as_json:
                    watch_as_json(look)
                watch(
                    look,
                    lambda work: _picture(work, words),
                    lambda work: work_lines(words, work),
                    words,
                    plain=plain,
                )
        work = work_heard(gauge)
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    if as_json:
        click.echo(json.dumps(work.to_json(), ensure_ascii=False))
    elif plain:
        say_lines(work_sentences(words, work, JOBS))
    else:
        console().print(_picture(work, words))
    return ExitCode.DONE


def _picture(work: Work, words: Texts) -> RenderableType:
    if not work.has_broker:
        return words("queue.none")
    if not work.answers:
        return words("queue.silent")
    parts: list[RenderableType] = [whose(words, work), "", _queues(work, words)]
    parts += [words("queue.taken", taken=work.taken), ""]
    parts.append(_workers(work, words) if work.workers else words("queue.no_worker"))
    parts += ["", counts(words, work)]
    if work.recent:
        parts.append(_jobs(work, words))
    return Group(*parts)


def _table(words: Texts, *titles: str) -> Columns:
    table = Columns()
    for title in titles:
        table.add_column(words(f"queue.{title}") if title else "")
    return table


def _queues(work: Work, words: Texts) -> Columns:
    table = _table(words, "queue", "waiting", "served")
    for queue in work.queues:
        table.add_row(escape(queue.name), str(queue.waiting), escape(served_by(words, queue)))
    return table


def _workers(work: Work, words: Texts) -> Columns:
    table = _table(words, "worker", "serves", "processed", "does")
    for worker in work.workers:
        total = "–" if worker.processed is None else str(worker.processed)
        queues = ", ".join(worker.queues)
        table.add_row(escape(worker.title), escape(queues), total, escape(doing(words, worker)))
    return table


def _jobs(work: Work, words: Texts) -> Columns:
    table = _table(words, "job", "worker", "")
    for job in work.recent[:JOBS]:
        table.add_row(escape(short_job(job)), escape(job.worker), escape(outcome(words, job)))
    return table
