"""Which parts the workbench has, and in which order: a new one needs a line here."""

from collections.abc import Iterable

from textual.binding import Binding

from tutor.tui.workbench.briefing import BriefingTab
from tutor.tui.workbench.diff import DiffTab
from tutor.tui.workbench.files import FilesTab
from tutor.tui.workbench.goals import GoalsTab
from tutor.tui.workbench.hints import HintsTab
from tutor.tui.workbench.run import RunTab
from tutor.tui.workbench.stack import StackTab
from tutor.tui.workbench.view import View
from tutor.tui.workbench.viewing import ViewTab
from tutor.tui.workbench.views.locks import LockQueue
from tutor.tui.workbench.views.logs import ServiceLogs
from tutor.tui.workbench.views.queue import QueueAndWorkers
from tutor.tui.workbench.views.reads import ReadsPerServer
from tutor.tui.workbench.views.sql import PageStatements
from tutor.tui.workbench.views.together import CrowdAtOnce
from tutor.tui.workbench.views.visits import TwoVisits

TABS = (BriefingTab, GoalsTab, RunTab, StackTab, FilesTab, DiffTab, HintsTab)
"""The tabs before the last one, which has the views."""
VIEWS: tuple[type[View], ...] = (
    PageStatements,
    TwoVisits,
    QueueAndWorkers,
    ReadsPerServer,
    CrowdAtOnce,
    LockQueue,
    ServiceLogs,
)
NAMES = (*[tab.NAME for tab in TABS], ViewTab.NAME)
"""The tabs; the digit of each is its key."""
KEYS = (
    "check verify cancel browser links editor save diagnose hint verdict swap journal"
    " answer reset check_on_save story_again to_map view_sql view_visits view_queue view_reads"
    " view_together view_locks view_logs"
    " look_again other_page other_visitors to_line next_log filter_log errors_only hold_log"
).split()
"""The keys in the order of footer and help, the most wanted first; new ones follow."""


def in_order(keys: Iterable[Binding]) -> list[Binding]:
    """Return *keys* in the order in which they are listed."""
    places = {name: place for place, name in enumerate(KEYS)}
    return sorted(keys, key=lambda binding: places.get(binding.id or "", len(places)))
