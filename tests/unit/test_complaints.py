"""What PostgreSQL says to whoever it turns away is in its log, where a learner looks for it."""

import json
from pathlib import Path

from tutor.views.complaints import complaints
from tutor.views.log import marked


def written(folder: Path, *said: tuple[str, str]) -> Path:
    """Return *folder* as that of a server that wrote *said*: severities and messages."""
    logs = folder / "statements"
    logs.mkdir(parents=True)
    lines = [
        json.dumps(
            {"timestamp": "2026-12-01 09:30:58.353 UTC", "error_severity": kind, "message": text},
            separators=(",", ":"),
        )
        for kind, text in said
    ]
    (logs / "statements-20261201-093058.json").write_text("\n".join(["cut off}", *lines, "{"]))
    return folder


def test_a_complaint_is_a_line_and_a_statement_is_none(tmp_path: Path) -> None:
    """With time and severity; and it catches the eye as an error."""
    turned_away = ("FATAL", "sorry, too many clients already")
    folder = written(tmp_path / "postgres", ("LOG", "statement: SELECT 1"), turned_away)

    assert complaints(folder) == ["09:30:58 FATAL: sorry, too many clients already"]
    assert [line.kind for line in marked(complaints(folder))] == ["error"]


def test_a_server_that_never_wrote_has_nothing_to_say(tmp_path: Path) -> None:
    """No file, no folder."""
    assert complaints(tmp_path / "replica") == []
