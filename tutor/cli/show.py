"""``tutor show``: a level's texts."""

import re
from pathlib import Path

import click
from rich.markdown import Markdown

from tutor.base.errors import UsageError
from tutor.cli.console import console
from tutor.cli.language import language_option, texts
from tutor.cli.options import (
    confirm,
    find,
    is_terminal,
    level_argument,
    offer_begin,
    plain_option,
    workspace_option,
)
from tutor.cli.spoken import Spoken
from tutor.curriculum import Level
from tutor.learner.session import Session
from tutor.words.scenes import NAME, scenes_of
from tutor.words.texts import Texts
from tutor.words.ways import prose

PARTS = ("briefing", "story", "lesson", "answer", "scenes")
BEFORE = ("briefing", "story")
"""What is read before a level is begun."""
IDS = re.compile(r"^## [a-z0-9_, ]+: ", re.MULTILINE)
"""The findings after which a scene is played, before its title."""
VALUE = re.compile(r"{\w+(:[^}]*)?}")
"""What a scene takes from the run; without one there is nothing to fill in."""


@click.command(cls=Spoken)
@level_argument
@click.option("--part", type=click.Choice(PARTS), default="briefing", show_default=True)
@click.option("--yes", is_flag=True)
@plain_option
@language_option
@workspace_option
def command(level: str, part: str, yes: bool, plain: bool, workspace: Path) -> None:
    """Print a level's briefing, story, lesson, reference answer, or scenes after a wrong fix."""
    session = Session(workspace)
    chosen = find(session, level)
    words = texts()
    is_won = bool(session.level_progress(chosen).medal)
    if part == "answer" and not is_won:
        if not yes:
            confirm(words, words("answer.price"))
        session.see_answer(chosen)
    elif part == "lesson" and not (is_won or yes) and is_terminal():
        # A script reads it unasked.
        confirm(words, words("lesson.early"))
    text = _scenes(chosen, words) if part == NAME else prose(chosen, part, words, "shell")
    if plain:
        from tutor.cli.plain.talk import Talk

        Talk().read(text, words)
    elif is_terminal():
        console().print(Markdown(text))
    else:
        click.echo(text)
    if part in BEFORE:
        offer_begin(session, chosen)


def _scenes(level: Level, words: Texts) -> str:
    """Return the level's scenes with an ellipsis for what only a run can tell."""
    if not scenes_of(level, words.language):
        raise UsageError.named("no_scenes", level=level.slug)
    text = IDS.sub("## ", level.text(NAME, words.language))
    return f"*{words('scenes.without_a_run')}*\n\n{VALUE.sub('…', text)}"
