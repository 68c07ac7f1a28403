"""``tutor load``: the level's load against the shop as it is."""

import json
from contextlib import closing
from pathlib import Path

import click

from tutor.base.errors import TutorError
from tutor.cli.console import Narrator, console
from tutor.cli.language import language_option, texts
from tutor.cli.options import (
    agreed_option,
    crew_of,
    crew_options,
    find,
    json_option,
    let_run,
    level_argument,
    stack_option,
    variant_option,
    workspace_option,
)
from tutor.cli.outcome import exit_code
from tutor.cli.spoken import Spoken
from tutor.events import RunFinished
from tutor.learner.session import Session


@click.command(cls=Spoken)
@level_argument
@variant_option
@agreed_option
@json_option
@language_option
@stack_option
@crew_options
@workspace_option
def command(
    level: str,
    variant: str,
    agreed: bool,
    as_json: bool,
    where: str,
    local: int,
    awaited: int,
    bind: str,
    workspace: Path,
) -> int:
    """Run the level's load against the shop as it is, and watch. Nothing is judged."""
    from tutor.run.play import rehearse

    session = Session(workspace, where)
    session.crew = crew_of(local, awaited, bind)
    chosen = find(session, level)
    if variant == "mine":
        session.workspace.at(session.workspace.folder, chosen.number)
    let_run(chosen, agreed=agreed)
    words = texts()
    narrator = Narrator(console(), words, chosen)
    finished = None
    with closing(rehearse(session.run_spec(chosen, variant))) as events:
        for event in events:
            if not as_json:
                narrator.tell(event)
            if isinstance(event, RunFinished):
                finished = event
    if finished is None:
        raise KeyboardInterrupt
    if finished.verdict.findings:
        sentence = words.finding(chosen, finished.verdict.findings[0])
        raise TutorError.named("as_told", hint="ask_verify", told=sentence)
    if as_json:
        click.echo(json.dumps(finished.measures))
    return 0 if "requests" in finished.measures else exit_code(finished)
