"""``tutor open``: the running shop in the browser, and what can be looked at beside it."""

import json
from pathlib import Path

import click

from tutor.base.errors import TutorError, UsageError
from tutor.base.tables import near
from tutor.cli.language import language_option, texts
from tutor.cli.options import json_option, stack_option, workspace_option
from tutor.cli.speech import say
from tutor.cli.spoken import Spoken
from tutor.learner.session import Session


@click.command(cls=Spoken)
@click.argument("place", required=False, default="shop")
@click.option("--print", "only_print", is_flag=True)
@click.option("--list", "only_list", is_flag=True)
@json_option
@language_option
@stack_option
@workspace_option
def command(
    place: str,
    only_print: bool,
    only_list: bool,
    as_json: bool,
    where: str,
    workspace: Path,
) -> None:
    """Open the running shop in the browser, with the debug toolbar."""
    from tutor.stack.links import links

    session = Session(workspace, where)
    known = links(session.gauge().look())
    if not known:
        raise TutorError.named("shop_not_running")
    if as_json:
        click.echo(json.dumps(known))
    elif only_list:
        words = texts()
        for name, url in known.items():
            say(f"{name:<7} {url}  {words(f'links.{name}')}", indent=" " * 8)
    elif place not in known:
        raise UsageError.named("nothing_to_open", place=place, **near(place, known))
    else:
        click.echo(known[place])
        if not only_print:
            click.launch(known[place])
