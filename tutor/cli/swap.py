"""``tutor swap``: let the running shop serve another variant."""

from pathlib import Path

import click

from tutor.base.cancel import Cancel
from tutor.base.errors import TutorError
from tutor.cli.language import language_option, texts
from tutor.cli.options import stack_option, workspace_option
from tutor.cli.speech import say
from tutor.cli.spoken import Spoken
from tutor.curriculum.level import VARIANTS
from tutor.learner.session import Session
from tutor.learner.showroom import Showroom
from tutor.learner.workspace import Workspace


@click.command(cls=Spoken)
@click.argument("variant", type=click.Choice(VARIANTS))
@language_option
@stack_option
@workspace_option
def command(variant: str, where: str, workspace: Path) -> None:
    """Let the running shop serve VARIANT. Your files stay as they are."""
    session = Session(Workspace.at(workspace).folder, where)
    if not session.stack.find():
        raise TutorError.named("shop_not_running")
    url = Showroom(session).swap(session.level, variant, Cancel())
    session.stack.release()
    say(texts()(f"swap.{variant}", url=url))
