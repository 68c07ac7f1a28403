"""The certificate: Level 2!, with the learner's own figures."""

import time

from textual.app import ComposeResult
from textual.containers import Center, VerticalScroll
from textual.content import Content

from tutor.learner.certificate import Certificate, LevelRow, certificate_of
from tutor.tui import wording
from tutor.tui.art.logo import spelled
from tutor.tui.base import TutorScreen
from tutor.tui.keys import key
from tutor.tui.widgets.plain import Static


class CertificateScreen(TutorScreen):
    """What was reached; before the last win, what is missing."""

    CSS_PATH = "certificate.tcss"
    AUTO_FOCUS = "#sheet"
    BINDINGS = [
        key("escape", "back_certificate", display="esc"),
        key("m", "to_map"),
    ]

    def content(self) -> ComposeResult:
        """Show the sheet."""
        reached = certificate_of(self.session)
        with VerticalScroll(id="sheet", classes="-complete" if reached.is_complete else ""):
            if reached.is_complete:
                with Center():
                    yield Static(self._large(), id="level-large")
                level = f"{self._say('level')}  {self._say('of')}"
                yield Static(level, id="level-two")
                yield Static(self._say("said", name="Betty"), id="said")
            else:
                won = len(reached.rows) - len(reached.missing)
                counted = self._say("not_yet", won=won, levels=len(reached.rows))
                yield Static(counted, id="said")
            width = max((len(self._title(row)) for row in reached.rows), default=0)
            rows = [self._row(row, width) for row in reached.rows]
            yield Static(Content("\n").join(rows), id="rows")
            if reached.is_complete:
                yield Static(self._total(reached), id="total")

    def settle(self) -> None:
        """Let the arrows scroll."""
        self.query_one("#sheet").focus()

    def _large(self) -> Content:
        colours = self.app.theme_variables
        return spelled(self._say("level"), colours["success"], colours["accent"])

    def theme_changed(self) -> None:
        """Draw in the new colours."""
        for large in self.query("#level-large").results(Static):
            large.update(self._large())

    def _say(self, key: str, **params: object) -> str:
        return self.tutor.texts(f"certificate.{key}", **params)

    def _title(self, row: LevelRow) -> str:
        return f"{row.level.number}  {row.level.title[self.language]}"

    def _row(self, row: LevelRow, width: int) -> Content:
        texts = self.tutor.texts
        title = self._title(row)
        key = "map.attempts" if row.attempts > 1 else "map.attempt"
        attempts = self.t(key, count=row.attempts) if row.attempts else ""
        lines = [
            Content.assemble(
                (f"{title:<{width}}", "bold"),
                f"  {wording.medal(texts, row.medal):<18}",
                (attempts, "$text-muted"),
            )
        ]
        for figure in row.figures:
            before = f"{wording.number(figure.before)} → " if figure.before is not None else ""
            unit = texts.unit(row.level, figure.measure, figure.after)
            after = (wording.number(figure.after), "bold")
            lines.append(Content.assemble(f"   {before}", after, f"  {unit}"))
        return Content("\n").join(lines)

    def _total(self, reached: Certificate) -> str:
        date = time.strftime("%Y-%m-%d", time.localtime(reached.won_at))
        return self._say("total", golds=reached.golds, attempts=reached.attempts, date=date)

    def action_back_certificate(self) -> None:
        """Return to where the learner came from."""
        self.app.pop_screen()

    def action_to_map(self) -> None:
        """Return to the map."""
        self.tutor.navigator.to_map()
