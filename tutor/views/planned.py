"""What runs, beside what ``stack.toml`` says."""

from tutor.stack.gauge import Reading
from tutor.stack.naming import SITE
from tutor.stack.plan import StackPlan
from tutor.stack.services.kinds import is_started


def unlike_plan(plan: StackPlan, reading: Reading) -> list[str]:
    """Return the services that do not run as *plan* now says.

    Of the shop for a browser, where one runs: what it lacks, and what runs elsewhere. Of what all
    shops share, what runs elsewhere. Nothing of what this machine does without.
    """
    running = [one for one in reading.services if one.running and one.site in (SITE, "")]
    here = {one.title: one.server for one in running}
    has_shop = any(one.site for one in running)
    wanted = [title for title in plan.services if has_shop and is_started(title)]
    shared = [one.title for one in running if not one.site and one.title in plan.services]
    asked = dict.fromkeys([*shared, *wanted])
    return [title for title in asked if here.get(title) != plan.server_of(title)]
