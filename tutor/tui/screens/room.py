"""What the room said, and how things stand with it."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from tutor.tui.base import Dialog
from tutor.tui.keys import key
from tutor.tui.story import inline
from tutor.tui.widgets.plain import Static


class RoomDialog(Dialog[None]):
    """Every message of the room, the newest last, under how things stand."""

    CSS_PATH = "room.tcss"
    BINDINGS = [
        key("escape,p,q", "close", display="esc"),
        key("u", "app.hand", "hand", show=False),
        key("y", "app.ready", "ready", show=False),
        key("z", "app.send_diff", "send_diff", show=False),
    ]

    def content(self) -> ComposeResult:
        """Yield standing, messages, and what the room sees."""
        with VerticalScroll(classes="dialog", can_focus=True):
            yield Static(id="standing", classes="strong")
            yield Static(id="messages")
            yield Static(id="sees", classes="muted")

    def on_mount(self) -> None:
        """Show what there is, the newest first to be seen."""
        self.settle()

    def settle(self) -> None:
        """Show everything as it is by now."""
        self.query_one(VerticalScroll).focus()
        self._show()

    def room_changed(self, mark: str) -> None:
        """Show what is new, once there is something to show it in."""
        if self.query("#sees"):
            self._show()

    def _show(self) -> None:
        from tutor.seat import wording

        view, texts = self.tutor.room_view, self.tutor.texts
        if view is None:
            self.query_one("#standing", Static).update(texts("room.asking"))
            return
        self.query_one("#standing", Static).update("\n".join(wording.standing(texts, view)))
        self.query_one("#messages", Static).update(self._messages())
        self.query_one("#sees", Static).update(
            "\n".join((texts("room.keys"), texts("room.join.never")))
        )
        self.call_after_refresh(self.query_one(VerticalScroll).scroll_end, animate=False)

    def _messages(self) -> Content:
        from tutor.seat import wording

        view, texts, levels = self.tutor.room_view, self.tutor.texts, self.session.levels
        assert view is not None, "without a view nothing is listed"
        if not view.inbox.messages:
            return Content.styled(texts("room.no_messages"), "$text-muted")
        parts: list[Content] = []
        for message in view.inbox.messages:
            hour = Content.styled(f"{message.hour}  ", "$text-muted")
            parts.append(hour + Content(wording.headline(texts, levels, message)))
            if text := wording.body(texts, levels, message):
                parts.append(inline(text))
        return Content("\n").join(parts)

    def action_close(self) -> None:
        """Return to where the learner was."""
        self.dismiss()
