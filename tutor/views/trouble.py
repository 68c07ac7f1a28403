"""Why a look at a page shows nothing: the learner's to mend, and told as a verdict would."""

import re

from tutor.base.errors import ShopError
from tutor.stack.site import Site
from tutor.stack.traceback import in_shop

FRAME = re.compile(r'File "([^"]+)", line (\d+) in')
"""A line of a dump of where a process is."""


def page_hangs(site: Site, path: str, seconds: float, log: str) -> ShopError:
    """Return the explanation of a page that never came, with the place that *log* saw it at."""
    places = ((in_shop(file, site.folder), int(line)) for file, line in FRAME.findall(log))
    for file, line in places:
        if file:
            return ShopError("page_hangs", path=path, seconds=seconds, file=file, line=line)
    return ShopError("page_silent", path=path, seconds=seconds)


def told(trouble: ShopError) -> dict[str, object]:
    """Return the trouble as plain data."""
    return {"id": trouble.id, "message": trouble.message, **trouble.params}
