"""Whose fault it is that a shop does not come up, or not as strong as it asks to be."""

from __future__ import annotations

import re
import signal
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tutor.base.errors import ShopError, TutorError
from tutor.stack.hang import place_in, threads_in
from tutor.stack.late import Late
from tutor.stack.services.base import ServiceContext
from tutor.stack.services.gunicorn import WORKERS
from tutor.stack.stack import ServiceFailed, last_words
from tutor.stack.traceback import FRAME, Crash, last_crash
from tutor.stack.worker_startup import MANY_DEATHS, WorkerStartup, boots_in, codes_in

if TYPE_CHECKING:
    from tutor.stack.site import Site

BAD_SETTINGS = "django.core.exceptions.ImproperlyConfigured"
"""What Django raises where settings are not as it needs them, or a view is not."""
READS_SETTINGS = re.compile(r"/django/(?:conf|db|core/cache|core/mail)/")
"""Where Django raises it because of settings."""


def too_few_workers(site: Site, startup: WorkerStartup) -> TutorError:
    """Return why the shop has fewer workers than it asks for."""
    assert site.gunicorn is not None
    counts: dict[str, Any] = {"workers": site.workers, "loaded": startup.most_loaded}
    log = site.log_tail()
    if not startup.is_running:
        if site.ground.stack.status_of(site.gunicorn.name).code == -signal.SIGKILL:
            return TutorError.named("shop_killed", service=site.gunicorn.name)
        if startup.most_loaded:
            # It ends with the worker that could not load the shop, sometimes before we look.
            return _ended(site, log, max(1, len(startup.ended)), counts)
        return crashed(site, "shop_does_not_start", log)
    if startup.was_killed(log):
        return TutorError.named("worker_killed", workers=site.workers, loaded=startup.loaded)
    if startup.ended:
        return _ended(site, log, len(startup.ended), counts)
    hang = site.where_it_hangs()
    if (site.folder / str(hang.params.get("file", ""))).is_file():
        counts |= {"file": hang.params["file"], "line": hang.params["line"]}
        return ShopError("workers_hang", **counts)
    return TutorError.named(
        "workers_late", hint="not_yours", workers=site.workers, loaded=startup.loaded
    )


def _ended(site: Site, log: str, ended: int, counts: Mapping[str, Any]) -> TutorError:
    """Return what is said of workers that ended while they loaded the shop."""
    params: dict[str, Any] = {
        **counts,
        "ended": ended,
        "codes": ", ".join(codes_in(log)[-3:]) or "0",
    }
    if crash := last_crash(log, site.folder, site.shown_as):
        return _at_its_line("workers_crash", crash, **params)
    return ShopError("workers_end", **params)


def does_not_start(site: Site, error: ServiceFailed, context: ServiceContext) -> TutorError:
    """Return whose fault it is that a service which runs the shop's code does not start."""
    if error.code == -signal.SIGKILL:
        return TutorError.named("shop_killed", service=context.title)
    if error.code is not None:
        return crashed(site, "shop_does_not_start", error.log_tail)
    if context.kind != "gunicorn":
        # It runs, and takes no jobs, after three times what it needs on a slow machine.
        last = last_words(error.log_tail)
        return ShopError("service_never_ready", service=context.title, last=last)
    ended = boots_in(error.log_tail) - int(context.settings.get("workers", WORKERS))
    if ended >= MANY_DEATHS:
        return _ended(site, error.log_tail, ended, {"workers": site.workers, "loaded": 0})
    for frames in threads_in(error.log_tail):
        file, line = place_in(frames, site.folder) if frames else ("", 0)
        if file and (site.folder / file).is_file():
            seconds = error.said["seconds"]
            return ShopError("shop_never_answers", seconds=seconds, file=file, line=line)
    # It had not come to the shop's code: the machine is slow, or what we start it with.
    return error


def does_not_migrate(site: Site, error: ServiceFailed) -> TutorError:
    """Return why the migrations of the shop do not apply.

    Where they do not end, the shop is blamed for what is seen: not for a clock that ran out.
    """
    if error.code == -signal.SIGKILL:
        return TutorError.named("migration_killed", hint="shop_killed_hint")
    if error.code is not None:
        return crashed(site, "migration_fails", error.log_tail)
    seconds, late = round(error.said["seconds"], 1), error.late or Late()
    if late.other:
        return ShopError(
            "migration_waits", seconds=seconds, statement=late.statement, other=late.other
        )
    if late.statement:
        return ShopError("migration_runs", seconds=seconds, statement=late.statement)
    for frames in threads_in(error.log_tail):
        if frames and late.is_its_own:
            file, line = place_in(frames, site.folder)
            return ShopError("migration_hangs", seconds=seconds, file=file, line=line)
    return TutorError.named("migration_late", hint="not_yours", seconds=seconds)


def crashed(site: Site, id: str, log: str) -> ShopError:
    """Return the finding *id* with the last exception in *log*."""
    crash = last_crash(log, site.folder, site.shown_as)
    if crash is None:
        return ShopError(f"{id}_silently", last=last_words(log))
    return _at_its_line(id, crash)


def page_fails(site: Site, path: str, status: int, log: str) -> ShopError:
    """Return the finding about a page that answered *status*, with what *log* says of it."""
    crash = last_crash(log, site.folder, site.shown_as)
    if crash is None:
        return ShopError("page_fails_silently", path=path, status=status)
    return _at_its_line("page_fails", crash, path=path, status=status)


def _at_its_line(id: str, crash: Crash, **params: Any) -> ShopError:
    """Return the finding *id* with *crash*, or its sibling where no line is to blame."""
    params |= {"error": crash.error, "tail": crash.tail}
    if crash.error.startswith(BAD_SETTINGS) and READS_SETTINGS.search(_raised_in(crash)):
        # Django asks for them late: the line of the shop is only the first to need them.
        return ShopError(f"{id}_settings", **params)
    if not crash.file:
        return ShopError(f"{id}_elsewhere", **params)
    return ShopError(id, **params, file=crash.file, line=crash.line)


def _raised_in(crash: Crash) -> str:
    """Return the file whose line raised *crash*."""
    frames = [match for line in crash.tail.splitlines() if (match := FRAME.match(line))]
    return str(frames[-1][1]) if frames else ""
