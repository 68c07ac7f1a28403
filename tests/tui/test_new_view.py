"""A view of the shop is one class in one file and one line in the registry."""

import pytest
from textual.app import ComposeResult

from tests.tui import fakes
from tests.tui.driving import Play, press, shown
from tutor.tui.keys import key
from tutor.tui.screens.workbench import Workbench
from tutor.tui.widgets.plain import Static
from tutor.tui.workbench import registry
from tutor.tui.workbench.messages import StackRead
from tutor.tui.workbench.view import View


class ReplicaLag(View):
    """How far a copy of the database is behind: all that a new view has to say about itself."""

    NAME = "lag"
    KEY = "J"
    KEYS = (key("g", "minutes", show=False),)
    unit = "s"

    def compose(self) -> ComposeResult:
        """Yield the figure."""
        yield Static(id="lag-figure")

    def title(self) -> str:
        """Return a name; the catalogue has none for a view of a test."""
        return "Lag"

    def keys_line(self) -> str:
        """Return what can be done."""
        return "g in minutes"

    def settle(self) -> None:
        """Show the figure."""
        reading = self.model.board.reading
        services = reading.services if reading else ()
        behind = next((s.figures["lag"] for s in services if "lag" in s.figures), "?")
        self.query_one("#lag-figure", Static).update(f"{behind} {self.unit} behind")

    def reading_taken(self) -> None:
        """Take the figure from each look of the monitor."""
        self.settle()

    def action_minutes(self) -> None:
        """Say it in minutes."""
        self.unit = "min"
        self.settle()


async def test_a_registered_view_has_its_key_its_tab_and_its_readings(
    play: Play, session: fakes.FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes to the front by its key, hears of the monitor, and its keys work only there."""
    monkeypatch.setattr(registry, "VIEWS", (*registry.VIEWS, ReplicaLag))

    async with play(at="workbench", size=(120, 40)) as pilot:
        bench = pilot.app.screen
        assert isinstance(bench, Workbench)
        assert "g" not in bench.active_bindings
        figures = {**fakes.SERVICES["postgres"][2], "lag": 42}
        session.seen = fakes.reading({"postgres": ("showroom", 1.0, figures)})
        bench.post_message(StackRead(session.seen))
        await press(pilot, "J")
        seen = await shown(pilot, "42 s behind")
        await press(pilot, "g")
        in_minutes = await shown(pilot, "42 min behind")
        await press(pilot, "8")

        assert "8 Lag" in seen
        assert "42 s behind" in seen
        assert "g in minutes" in seen
        assert "42 min behind" in in_minutes
        # After the last view of the level the first one comes again.
        assert bench.model.view == "sql"
