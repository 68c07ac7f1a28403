"""``tutor hint``: the next step of help."""

import json
from pathlib import Path

import click

from tutor.cli.language import language_option, texts
from tutor.cli.options import find, json_option, level_argument, require_begun, workspace_option
from tutor.cli.speech import say
from tutor.cli.spoken import Spoken
from tutor.curriculum import Hint, Level
from tutor.learner.session import Session


@click.command(cls=Spoken)
@level_argument
@json_option
@language_option
@workspace_option
def command(level: str, as_json: bool, workspace: Path) -> None:
    """Take the next hint; they go from gentle to nearly the answer."""
    session = Session(workspace)
    chosen = find(session, level)
    require_begun(session, chosen)
    words = texts()
    number, hint = session.take_hint(chosen)
    is_last = not session.has_more_hints(chosen)
    if as_json:
        taken = session.hints_taken(chosen)
        told = document(chosen, number, hint, taken, words.language)
        if is_last:
            told["left"] = 0
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    say(words("hint.numbered", number=number, total=len(chosen.hints)), bold=True)
    say(hint.text[words.language])
    if is_last:
        say(words("hint.last", level=chosen.number))


def document(
    level: Level, number: int, hint: Hint, taken: list[Hint], language: str
) -> dict[str, object]:
    """Return a hint as plain data, with those before it."""
    total = len(level.hints)
    return {
        "level": level.slug,
        "number": number,
        "total": total,
        "left": total - number,
        "text": hint.text[language],
        "taken": [one.text[language] for one in taken],
    }
