"""``tutor diagnose``: say what you think is wrong, before you mend it."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.markup import escape

from tutor.base.errors import UsageError
from tutor.cli.console import console
from tutor.cli.language import language_option, texts
from tutor.cli.options import (
    find,
    json_option,
    level_argument,
    offer_begin,
    require_begun,
    workspace_option,
)
from tutor.cli.speech import say
from tutor.cli.spoken import Spoken
from tutor.curriculum import Level
from tutor.judge import Evidence
from tutor.learner.progress import LevelProgress
from tutor.learner.session import Session
from tutor.words.texts import Texts

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def complete_choice(
    ctx: click.Context, param: click.Parameter, begun: str
) -> "list[CompletionItem]":
    """Return the choices of the level that is typed before, for a shell to offer."""
    from click.shell_completion import CompletionItem

    from tutor.cli.language import language
    from tutor.curriculum import find_level

    asked = find_level(ctx.params["level"]).diagnosis
    choices = asked.choices.items() if asked else ()
    spoken = language()
    return [
        CompletionItem(name, help=text[spoken]) for name, text in choices if name.startswith(begun)
    ]


@click.command(cls=Spoken)
@level_argument
@click.argument(
    "choice", required=False, default="", metavar="[CHOICE]", shell_complete=complete_choice
)
@click.option("--guess", type=float, metavar="NUMBER")
@json_option
@language_option
@workspace_option
def command(
    level: str,
    choice: str,
    guess: float | None,
    as_json: bool,
    workspace: Path,
) -> None:
    """Say what you think is wrong; without CHOICE, print the questions."""
    session = Session(workspace)
    words = texts()
    chosen = find(session, level)
    if choice or guess is not None:
        require_begun(session, chosen)
    if choice:
        session.diagnose(chosen, choice)
    if guess is not None:
        session.predict(chosen, guess)
    mine = session.level_progress(chosen)
    if as_json:
        click.echo(json.dumps(_document(chosen, words, mine), ensure_ascii=False))
    elif choice or guess is not None:
        _confirm(chosen, words, choice, guess)
    else:
        _ask(chosen, words, mine)
        offer_begin(session, chosen)


def _confirm(level: Level, words: Texts, choice: str, guess: float | None) -> None:
    """Say what was noted."""
    if choice and level.diagnosis:
        said = level.diagnosis.choices[choice][words.language]
        say(words("diagnosis.noted", said=said))
    if guess is not None:
        say(words("prediction.noted", guess=words.number(guess)))


def _ask(level: Level, words: Texts, mine: LevelProgress) -> None:
    """Print the questions; after the win, the answers beside the measurement."""
    if level.diagnosis is None and level.prediction is None:
        raise UsageError.named("no_diagnosis", hint="see_briefing", level=level.slug)
    out = console()
    if asked := level.diagnosis:
        out.print(f"[bold]{escape(asked.question[words.language])}[/]")
        width = max(map(len, asked.choices))
        for name, text in asked.choices.items():
            mark = "●" if name == mine.diagnosis else "○"
            out.print(f"  {mark} {name:<{width}}  {escape(text[words.language])}")
        out.print(f"[dim]{escape(words('diagnosis.how', level=level.number))}[/]")
    if level.prediction:
        out.print(f"[bold]{escape(level.prediction.question[words.language])}[/]")
        if mine.prediction is not None:
            out.print(
                f"  {escape(words('prediction.so_far', guess=words.number(mine.prediction)))}"
            )
        out.print(f"[dim]{escape(words('prediction.how', level=level.number))}[/]")
    for told in _told(level, words, mine):
        out.print(f"→ {escape(told)}")


def _told(level: Level, words: Texts, mine: LevelProgress) -> list[str]:
    """Return what the measurement says of the answers; nothing before the win."""
    if not mine.medal:
        return []
    told = (
        words.diagnosis(level, mine.diagnosis, Evidence(by_win=True)),
        words.prediction(level, mine.prediction, mine.best),
    )
    return [sentence for sentence in told if sentence]


def _document(level: Level, words: Texts, mine: LevelProgress) -> dict[str, object]:
    """Return the questions as plain data; which choice is right is for the verdict to tell."""
    asked, number = level.diagnosis, level.prediction
    return {
        "level": level.slug,
        "question": asked.question[words.language] if asked else None,
        "choices": {name: text[words.language] for name, text in asked.choices.items()}
        if asked
        else {},
        "said": (mine.diagnosis or None) if asked else None,
        "prediction": {
            "question": number.question[words.language],
            "measure": number.measure,
            "guess": mine.prediction,
            "measured": mine.best.get(number.measure) if mine.medal else None,
        }
        if number
        else None,
        "told": _told(level, words, mine),
    }
