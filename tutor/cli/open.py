"""``tutor open``: the running shop in the browser, and what can be looked at beside it."""

import json
from pathlib import Path

import click

from tutor.cli.options import json_option, language_option, texts, workspace_option
from tutor.errors import TutorError, UsageError
from tutor.session import Session
from tutor.tables import nearest


@click.command()
@click.argument("place", required=False, default="shop")
@click.option("--print", "only_print", is_flag=True, help="Print the address only.")
@click.option("--list", "only_list", is_flag=True, help="Print every address there is.")
@json_option
@language_option
@workspace_option
def command(
    place: str,
    only_print: bool,
    only_list: bool,
    as_json: bool,
    lang: str | None,
    workspace: Path,
) -> None:
    """Open the running shop in the browser, with the debug toolbar.

    PLACE is another page beside it, if the stack has one: admin, flower, mail.
    """
    from tutor.stack.links import links

    session = Session(workspace)
    known = links(session.gauge().look())
    if not known:
        raise TutorError(
            "The shop is not running.", hint="`tutor stack up` or `tutor start` starts it."
        )
    if as_json:
        click.echo(json.dumps(known))
    elif only_list:
        words = texts(session, lang)
        for name, url in known.items():
            click.echo(f"{name:<7} {url}  {words(f'links.{name}')}")
    elif place not in known:
        raise UsageError(f"There is no {place!r} to open.", hint=nearest(place, known))
    else:
        click.echo(known[place])
        if not only_print:
            click.launch(known[place])
