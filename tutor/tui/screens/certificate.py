"""The certificate: Level 2!, and the next one, with the learner's own figures."""

from textual.app import ComposeResult
from textual.containers import Center, VerticalScroll
from textual.content import Content

from tutor.learner.certificate import Certificate, LevelRow, certificates_of
from tutor.learner.lacking import lack_said
from tutor.tui import wording
from tutor.tui.art.logo import spelled
from tutor.tui.base import TutorScreen
from tutor.tui.keys import key
from tutor.tui.story import code
from tutor.tui.widgets.plain import Static


class _Large(Static):
    """A line in letters of several rows."""

    def __init__(self, line: str, *, classes: str) -> None:
        super().__init__(classes=classes)
        self._line = line

    def on_mount(self) -> None:
        """Draw it."""
        self.draw()

    def draw(self) -> None:
        """Draw it in the colours of the theme."""
        colours = self.app.theme_variables
        self.update(spelled(self._line, colours["success"], colours["accent"]))


class CertificateScreen(TutorScreen):
    """What was reached; before the last win, what is missing."""

    CSS_PATH = "certificate.tcss"
    AUTO_FOCUS = "#sheet"
    BINDINGS = [
        key("escape", "back_certificate", display="esc"),
        key("m", "to_map"),
    ]

    def content(self) -> ComposeResult:
        """Show a sheet for each season that has begun."""
        reached = certificates_of(self.session)
        is_complete = all(one.is_complete for one in reached)
        with VerticalScroll(id="sheet", classes="-complete" if is_complete else ""):
            for one in reached:
                yield from self._sheet(one)

    def _sheet(self, reached: Certificate) -> ComposeResult:
        """Yield what is said of one season."""
        texts = self.tutor.texts
        if reached.is_complete:
            with Center():
                yield _Large(reached.level(texts), classes="level-large")
            level = f"{reached.level(texts)}  {texts('certificate.of')}"
            yield Static(level, classes="level-two")
            yield Static(reached.said(texts, "Betty"), classes="said")
        else:
            yield Static(reached.counted(texts), classes="said")
        titles = [
            f"{reached.number(row)}  {row.level.title[self.language]}" for row in reached.rows
        ]
        width = max(map(len, titles), default=0)
        rows = [
            self._row(row, f"{title:<{width}}")
            for row, title in zip(reached.rows, titles, strict=True)
        ]
        yield Static(Content("\n").join(rows), classes="rows")
        if reached.is_complete:
            yield Static(reached.total(texts), classes="total")

    def settle(self) -> None:
        """Let the arrows scroll."""
        self.query_one("#sheet").focus()

    def theme_changed(self) -> None:
        """Draw in the new colours."""
        for large in self.query(_Large):
            large.draw()

    def _row(self, row: LevelRow, title: str) -> Content:
        texts = self.tutor.texts
        key = "map.attempts" if row.attempts > 1 else "map.attempt"
        attempts = self.t(key, count=row.attempts) if row.attempts else ""
        lines = [
            Content.assemble(
                (title, "bold"),
                f"  {wording.medal(texts, row.medal):<18}",
                (attempts, "$text-muted"),
            )
        ]
        for figure in row.figures:
            before = f"{texts.number(figure.before)} → " if figure.before is not None else ""
            unit = texts.unit(row.level, figure.measure, figure.after)
            after = (texts.number(figure.after), "bold")
            lines.append(Content.assemble(f"   {before}", after, f"  {unit}"))
        for lack in row.lacks:
            # That a level is not won stands in its first line.
            if lack.goals or lack.gone:
                said = lack_said(row.level, lack, texts)
                lines.append(code(f"   {said}").stylize("$text-muted"))
        return Content("\n").join(lines)

    def action_back_certificate(self) -> None:
        """Return to where the learner came from."""
        self.app.pop_screen()

    def action_to_map(self) -> None:
        """Return to the map."""
        self.tutor.navigator.to_map()
