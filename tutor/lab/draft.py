"""What a part of a run found out that may have to be done again: told at its end, or never."""

from typing import Any

from tutor.events import Event
from tutor.judge import Finding


class Draft:
    """Measures and findings that nobody hears of until it is clear that they stand.

    A front end cannot take back what it told. So the events of the block wait for its end; where
    the block is discarded, they are dropped, and the notebook is as it was.
    """

    def __init__(self, measures: dict[str, Any], findings: list[Finding]) -> None:
        self.held: list[Event] = []
        """What will be told, in order."""
        self.is_discarded = False
        self._measures, self._findings = measures, findings
        self._before = dict(measures), len(findings)

    def discard(self) -> None:
        """Take back what was measured and found since the draft began."""
        measures, findings = self._before
        self._measures.clear()
        self._measures.update(measures)
        del self._findings[findings:]
        self.held.clear()
        self.is_discarded = True
