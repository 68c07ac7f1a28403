"""The journal: every state of the files that was kept, to look at and to bring back."""

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets.option_list import Option

from tutor.curriculum import Level
from tutor.events import RunFinished
from tutor.learner.journal import Entry
from tutor.tui import wording
from tutor.tui.base import Speaks
from tutor.tui.keys import key
from tutor.tui.widgets.chooser import Chooser
from tutor.tui.widgets.plain import OptionList, Static
from tutor.words.dates import moment
from tutor.words.wording import told_key

WHY, WHOSE = 8, 15
"""Columns for why a run was kept, and for whose files it judged."""


class JournalScreen(Speaks[Entry | None]):
    """The entries of a level, newest first."""

    CSS_PATH = "journal.tcss"
    BINDINGS = [
        key("escape", "back_journal", display="esc"),
    ]

    def __init__(self, level: Level) -> None:
        super().__init__()
        self.level = level
        self.entries: list[Entry] = []

    def content(self) -> ComposeResult:
        """Show a row per entry."""
        yield Static(self.t("journal.heading"), id="heading")
        yield Chooser(enter="restore", id="entries")
        yield Static(self.t("journal.how"), id="how", classes="muted")

    def on_mount(self) -> None:
        """Read the journal in the background."""
        self.background(self._read, self._show)

    def _read(self) -> list[Entry]:
        folder = self.session.workspace.folder
        return list(self.session.journal.entries(level=self.level.slug, workspace=folder))

    def _show(self, entries: list[Entry]) -> None:
        self.entries = entries
        self.settle()

    def settle(self) -> None:
        """List the entries."""
        rows = self.query_one("#entries", OptionList)
        rows.clear_options()
        rows.add_options([Option(self._row(entry), id=str(entry.number)) for entry in self.entries])
        rows.highlighted = 0 if self.entries else None
        if not self.entries:
            self.query_one("#how", Static).update(self.t("journal.empty"))
        rows.focus()

    def _row(self, entry: Entry) -> Content:
        when = moment(entry.at)
        reason = f"journal.reason.{entry.reason}"
        said = self.t(reason) if self.tutor.texts.has(f"tui.{reason}") else entry.reason
        head = f"{entry.number:>4}  {when}  "
        run = RunFinished.from_json(entry.run) if entry.run else None
        if run is None:
            return Content(head + said)
        whose = self.tutor.texts(f"variant.{entry.variant}")
        return Content(f"{head}{said:<{WHY}}{whose:<{WHOSE}}{self._outcome(run)}")

    def _outcome(self, finished: RunFinished) -> str:
        """Return how a run ended, and whether it was a quick check."""
        key, texts = told_key(finished), self.tutor.texts
        symbol, _ = wording.OUTCOME_LOOKS[key]
        said = f"{symbol} {texts(f'outcome.{key}')}"
        medal = finished.verdict.medal
        if not finished.quick:
            return f"{said}  {wording.medal(texts, medal.value)}" if medal else said
        return said if key == "quick_passed" else f"{said} ({self.t('verdict.quick')})"

    @on(OptionList.OptionSelected, "#entries")
    def action_restore(self) -> None:
        """Ask, then bring the chosen state back."""
        index = self.query_one("#entries", OptionList).highlighted
        if index is None:
            return
        entry = self.entries[index]

        def restore(yes: bool | None) -> None:
            if yes:
                self.dismiss(entry)

        self.tutor.navigator.confirm(
            lambda: self.t("journal.question", number=entry.number),
            lambda: self.t("journal.yes"),
            restore,
        )

    def action_back_journal(self) -> None:
        """Change nothing."""
        self.dismiss(None)
