"""What was seen of the running shop, and who came to see it."""

from dataclasses import dataclass, field

from tutor.errors import TutorError
from tutor.probes.jobs import Listener
from tutor.stack.cancel import Cancel
from tutor.views.pair import Pair
from tutor.views.sql import PageSql
from tutor.views.visits import STRANGER, Visits


@dataclass
class Looks:
    """The state of the looks at the shop of one workbench."""

    view: str
    """The look in front: ``sql``, ``visits``, ``queue`` or ``logs``."""
    page: str
    sql: PageSql | None = None
    pair: Pair | None = None
    who: tuple[str, str] = (STRANGER, STRANGER)
    visits: Visits | None = None
    """The two visitors with their cookies; None before they came."""
    listener: Listener | None = None
    """Listens to the workers; None where there is no queue."""
    busy: bool = False
    stale: bool = False
    """The files were saved, or the shop was changed, after the last look."""
    error: TutorError | None = None
    """Why there is nothing to see."""
    cancel: Cancel = field(default_factory=Cancel)

    @property
    def result(self) -> PageSql | Pair | None:
        """What the look in front saw last."""
        return self.sql if self.view == "sql" else self.pair

    def keep(self, found: PageSql | Pair) -> None:
        """Remember what was seen."""
        if isinstance(found, PageSql):
            self.sql = found
        else:
            self.pair = found

    def part(self) -> None:
        """Send the visitors home: the next ones come with empty hands."""
        if self.visits is not None:
            self.visits.close()
        self.visits = self.pair = None

    def forget(self) -> None:
        """Forget everything: it was another shop."""
        self.part()
        self.sql, self.error, self.stale = None, None, False

    def end(self) -> None:
        """Leave nobody behind."""
        self.cancel.set()
        if self.listener is not None:
            self.listener.close()
