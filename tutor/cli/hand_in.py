"""``tutor hand-in``: your shop and your journal in one file, for whoever grades it."""

import json
from pathlib import Path

import click

from tutor.base.errors import UsageError
from tutor.cli.language import language_option, texts
from tutor.cli.options import find, json_option, level_argument, workspace_option
from tutor.cli.speech import say
from tutor.cli.spoken import Spoken
from tutor.curriculum import Level
from tutor.grading.hand_in import begun, hand_in
from tutor.grading.manifest import LevelPart
from tutor.learner.session import Session
from tutor.words.texts import Texts


@click.command(cls=Spoken)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@level_argument
@click.option("--all", "all_levels", is_flag=True)
@json_option
@language_option
@workspace_option
def command(file: Path, level: str, all_levels: bool, as_json: bool, workspace: Path) -> None:
    """Bundle your files and your journal of a level, or of all, and say what is in it."""
    if level and all_levels:
        raise UsageError.named("level_and_all", hint="leave_one_out")
    session, words = Session(workspace), texts()
    levels = begun(session) if all_levels else [find(session, level)]
    written = hand_in(session, levels, file)
    if as_json:
        told = {"file": str(file), "bytes": written.size, **written.manifest.to_json()}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    kilobytes = max(1, written.size // 1024)
    say(words("hand_in.written", path=file, size=kilobytes))
    for one, part in zip(levels, written.manifest.levels, strict=True):
        say(f"  {_line(words, one, part)}", indent="    ")
    say(words("hand_in.holds"))
    say(words("hand_in.lacks"))


def _line(words: Texts, level: Level, part: LevelPart) -> str:
    title = level.title[words.language]
    return words(
        "hand_in.level", number=level.number, title=title, files=len(part.files), runs=part.runs
    )
