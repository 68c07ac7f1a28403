"""The stack as a diagram: a box per server, its services lit by their state."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tutor.stack.plan import StackPlan
from tutor.texts import Texts
from tutor.tui.board import Board, ServiceState
from tutor.tui.wording import SERVICE_LOOKS


class ServerBox(Static):
    """One server."""

    DEFAULT_CSS = """
    ServerBox {
        width: 100%; max-width: 60; height: auto; padding: 0 1;
        border: round $border; border-title-style: bold;
    }
    """


class StackView(VerticalScroll, can_focus=True):
    """Browser, servers and services."""

    DEFAULT_CSS = """
    StackView { padding: 0 1; height: 1fr; }
    StackView #way-in { height: auto; }
    StackView #servers { height: auto; }
    """

    def compose(self) -> ComposeResult:
        """Yield the way in over the servers."""
        yield Static(classes="way-in", markup=False)

    def show(
        self, plan: StackPlan | None, problem: str, board: Board, texts: Texts, way_in: Content
    ) -> None:
        """Show *plan* with the states of *board*; *problem* where there is no plan."""
        self.query_one(".way-in", Static).update(way_in if plan else Content(problem))
        servers = plan.servers if plan else ()
        boxes = list(self.query(ServerBox))
        for box in boxes[len(servers) :]:
            box.remove()
        while len(boxes) < len(servers):
            boxes.append(ServerBox())
            self.mount(boxes[-1])
        words = {word: texts(f"tui.service.{word}") for word in SERVICE_LOOKS}
        width = max(map(len, words.values()))
        for server, box in zip(servers, boxes, strict=False):
            box.border_title = self._server_title(server.name, server.cpu, server.memory)
            lines = []
            for service in server.services:
                state = board.services.get(service, ServiceState())
                symbol, style = SERVICE_LOOKS[state.word]
                port = f":{state.port}" if state.port and state.word == "up" else ""
                lines.append(
                    Content.assemble(
                        (f"{symbol} {words[state.word]:<{width}}", style),
                        f"  {service:<12}",
                        (port, "$text-muted"),
                    )
                )
            box.update(Content("\n").join(lines))

    def _server_title(self, name: str, cpu: float | None, memory: int | None) -> str:
        shares = [f"{cpu:g} CPU" if cpu else "", f"{memory} MB" if memory else ""]
        return " · ".join([name, *filter(None, shares)])
