"""What runs, beside what ``stack.toml`` says."""

from tutor.stack.gauge import Reading
from tutor.stack.links import SITE
from tutor.stack.plan import StackPlan
from tutor.stack.services.kinds import is_started


def unlike_plan(plan: StackPlan, reading: Reading) -> list[str]:
    """Return the services that the shop for a browser does not run as *plan* now says.

    None where no such shop runs, and of what this machine does without.
    """
    here = {one.title: one.server for one in reading.services if one.site == SITE and one.running}
    if not here:
        return []
    wanted = [title for title in plan.services if is_started(title)]
    return [title for title in wanted if here.get(title) != plan.server_of(title)]
