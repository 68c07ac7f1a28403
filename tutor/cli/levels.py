"""``tutor levels``: the campaign."""

import json
from pathlib import Path

import click

from tutor.cli.columns import Columns
from tutor.cli.console import console
from tutor.cli.language import language_option, texts
from tutor.cli.options import json_option, workspace_option
from tutor.cli.spoken import Spoken
from tutor.learner.session import Session


@click.command(cls=Spoken)
@json_option
@language_option
@workspace_option
def command(as_json: bool, workspace: Path) -> None:
    """List the levels, your medals and your attempts."""
    session = Session(workspace)
    words = texts()
    progress = session.progress
    current = session.workspace.level if session.workspace.exists else ""
    rows = [
        {
            "number": level.number,
            "slug": level.slug,
            "title": level.title[words.language],
            "summary": level.summary[words.language],
            "medal": progress.of(level.slug).medal or None,
            "attempts": progress.of(level.slug).attempts,
            "hints": progress.of(level.slug).hints,
            "current": level.slug == current,
        }
        for level in session.levels
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    table = Columns()
    for key in ("", "level", "medal", "attempts", "title", "summary"):
        title = words(f"levels.{key}") if key else ""
        table.add_column(title, keep=key == "title", prose=key == "summary")
    for row in rows:
        medal = words(f"medal.{row['medal']}") if row["medal"] else "–"
        table.add_row(
            "▸" if row["current"] else "",
            str(row["slug"]),
            medal,
            str(row["attempts"]),
            str(row["title"]),
            str(row["summary"]),
        )
    console().print(table)
