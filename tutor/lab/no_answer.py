"""Why a page never came: because of the shop, or of a machine on which nobody gets on."""

from tutor.base.cancel import Cancel
from tutor.base.errors import TutorError
from tutor.machine.slowdown import is_beyond_patience
from tutor.probes.http import PageHangs
from tutor.stack.hang import UNKNOWN, Hang
from tutor.stack.site import Site

LOOPS = "page_hangs"
SLOW = ("page_waits_statement", UNKNOWN.id)
"""Where a shop may be that is only slow; elsewhere it waits, and would on an idle machine too."""
MUCH_WORK = 4.0
"""CPU seconds that no page needs. Who uses them was let work, on the most crowded machine."""


def never_answers(site: Site, error: PageHangs, cancel: Cancel) -> TutorError:
    """Return why a page never came: where the shop is, or a machine on which nobody gets on."""
    hang = site.where_it_hangs()
    if is_beyond_patience() and _is_slow(site, hang, cancel):
        path, seconds = error.params["path"], error.params["seconds"]
        return TutorError.named("page_late", hint="not_yours", path=path, seconds=seconds)
    return error.because(hang)


def _is_slow(site: Site, hang: Hang, cancel: Cancel) -> bool:
    """Return whether *site* may only be slow, and not at it for ever."""
    return hang.id in SLOW or (hang.id == LOOPS and not site.works_on(MUCH_WORK, cancel))
