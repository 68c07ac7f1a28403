"""Why a look at a page shows nothing: the learner's to mend, and told as a verdict would."""

import re
from typing import Any

from tutor.errors import ShopError
from tutor.stack.site import Site
from tutor.stack.traceback import Crash, in_shop, last_crash

FRAME = re.compile(r'File "([^"]+)", line (\d+) in')
"""A line of a dump of where a process is."""


def page_fails(site: Site, path: str, status: int, log: str) -> ShopError:
    """Return the explanation of a page that answered *status*, with what *log* says of it."""
    crash = last_crash(log, site.folder, site.shown_as)
    error = crash.error if crash else f"status {status}"
    return ShopError("page_fails", path=path, status=status, **_place(crash, error))


def does_not_start(site: Site, log: str) -> ShopError:
    """Return the explanation of a shop whose code does not load."""
    crash = last_crash(log, site.folder, site.shown_as)
    error = crash.error if crash else "no traceback"
    return ShopError("shop_does_not_start", **_place(crash, error))


def page_hangs(site: Site, path: str, seconds: float, log: str) -> ShopError:
    """Return the explanation of a page that never came, with the place that *log* saw it at."""
    places = ((in_shop(file, site.folder), int(line)) for file, line in FRAME.findall(log))
    for file, line in places:
        if file:
            return ShopError("page_hangs", path=path, seconds=seconds, file=file, line=line)
    return ShopError("page_silent", path=path, seconds=seconds)


def _place(crash: Crash | None, error: str) -> dict[str, Any]:
    return {
        "error": error,
        "file": (crash.file if crash else "") or "?",
        "line": crash.line if crash else 0,
        "tail": crash.tail if crash else "",
    }


def told(trouble: ShopError) -> dict[str, object]:
    """Return the trouble as plain data."""
    return {"id": trouble.id, "message": trouble.message, **trouble.params}
