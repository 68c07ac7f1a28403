"""``tutor room export``: a room as a table, or as every event it was told."""

from pathlib import Path

import click

from tutor.base.errors import UsageError
from tutor.base.files import write_atomic
from tutor.cli.language import language_option, texts
from tutor.cli.room.which import find
from tutor.cli.speech import say
from tutor.cli.spoken import Spoken


@click.command(cls=Spoken)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("code", default="", metavar="[CODE]")
@language_option
def export(file: Path, code: str) -> None:
    """Write a room to FILE; its ending says as what."""
    from tutor.room import prepare

    if file.suffix not in (".csv", ".jsonl"):
        raise UsageError.named("room_export_ending", path=file)
    prepare()
    from tutor.room.export import as_csv, as_json_lines, state_of

    room = find(code)
    if file.suffix == ".csv":
        text = as_csv(state_of(room.pk))
    else:
        text = "".join(f"{line}\n" for line in as_json_lines(room.pk))
    # Names of people are in it.
    write_atomic(file, text.encode(), mode=0o600)
    rows = text.count("\n") - (file.suffix == ".csv")
    say(texts()("board.cli.exported", path=file, count=rows))
