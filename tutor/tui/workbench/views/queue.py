"""Queues and workers."""

from textual.app import ComposeResult

from tutor.probes.jobs import Listener
from tutor.tui.widgets.queue_view import QueueView
from tutor.tui.workbench.model import WorkModel
from tutor.tui.workbench.view import View
from tutor.views.queue import broker_port, work_of


class QueueAndWorkers(View):
    """What waits, who works, and what came of the last jobs; it comes by itself."""

    NAME = "queue"
    KEY = "u"

    def __init__(self, model: WorkModel) -> None:
        super().__init__(model)
        self._listener: Listener | None = None
        """Listens to the workers; None where there is no queue."""

    def compose(self) -> ComposeResult:
        """Yield queues, workers and jobs."""
        yield QueueView()

    def settle(self) -> None:
        """Show queues and workers as they are by now."""
        board = self.model.board
        work = work_of(board.reading, self._listener.read() if self._listener else None)
        waited = board.history.of_service(board.site, "redis", "waiting")
        self.query_one(QueueView).show(work, waited, self.texts)

    def entered(self) -> None:
        """Show them."""
        self.settle()

    def reading_taken(self) -> None:
        """Listen to the workers of the shop that the monitor is about, and show what they do."""
        if self.NAME not in (*self.level.views, self.model.view):
            return
        port = broker_port(self.model.board.reading)
        if self._listener is not None and self._listener.port != port:
            self._listener.close()
            self._listener = None
        if self._listener is None and port and not self.model.closing.is_set():
            self._listener = Listener(port)
        if self.is_in_front:
            self.settle()

    def end(self) -> None:
        """Listen no more."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
