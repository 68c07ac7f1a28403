"""``tutor diagnose``: say what you think is wrong, before you mend it."""

import json
from pathlib import Path

import click
from rich.markup import escape

from tutor.cli.console import console
from tutor.cli.options import find, json_option, language_option, texts, workspace_option
from tutor.curriculum import Level
from tutor.errors import UsageError
from tutor.session import Session
from tutor.texts import Texts


@click.command()
@click.argument("level", required=False, default="", metavar="[LEVEL]")
@click.argument("choice", required=False, default="", metavar="[CHOICE]")
@json_option
@language_option
@workspace_option
def command(level: str, choice: str, as_json: bool, lang: str | None, workspace: Path) -> None:
    """Say what you think is wrong; without CHOICE, print the question.

    It costs nothing. The verdict of the next full run shows it beside the measurement.
    """
    session = Session(workspace)
    words = texts(session, lang)
    chosen = find(session, level)
    if choice:
        session.diagnose(chosen, choice)
    said = session.level_progress(chosen).diagnosis
    if as_json:
        click.echo(json.dumps(_document(chosen, words, said), ensure_ascii=False))
    elif choice:
        assert chosen.diagnosis is not None, "diagnose() refuses a level without one"
        click.echo(words("diagnosis.noted", said=chosen.diagnosis.choices[choice][words.language]))
    else:
        _ask(chosen, words, said)


def _ask(level: Level, words: Texts, said: str) -> None:
    """Print the question with its choices."""
    asked = level.diagnosis
    if asked is None:
        raise UsageError(f"{level.slug} asks for no diagnosis.", hint="See its briefing.")
    out = console()
    out.print(f"[bold]{escape(asked.question[words.language])}[/]")
    width = max(map(len, asked.choices))
    for name, text in asked.choices.items():
        mark = "●" if name == said else "○"
        out.print(f"  {mark} {name:<{width}}  {escape(text[words.language])}")
    out.print(f"[dim]{escape(words('diagnosis.how', level=level.number))}[/]")


def _document(level: Level, words: Texts, said: str) -> dict[str, object]:
    """Return the question as plain data; which choice is right is for the verdict to tell."""
    asked = level.diagnosis
    if asked is None:
        return {"level": level.slug, "question": None, "choices": {}, "said": None}
    return {
        "level": level.slug,
        "question": asked.question[words.language],
        "choices": {name: text[words.language] for name, text in asked.choices.items()},
        "said": said or None,
    }
