"""``tutor image``: the image that `--stack docker` runs."""

from pathlib import Path

import click

from tutor.cli.console import console
from tutor.cli.language import language_option, texts
from tutor.cli.speech import say
from tutor.cli.spoken import SpokenGroup


@click.group(cls=SpokenGroup)
@language_option
def command() -> None:
    """Make the Docker image of the servers, or carry it in a file."""


@command.command()
@click.option("--base", default="")
@click.option(
    "--ca-bundle",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
)
@click.option("--verbose", is_flag=True)
@language_option
def build(base: str, ca_bundle: Path | None, verbose: bool) -> None:
    """Build the image: once, with internet, in a few minutes."""
    from tutor.machine.docker import image
    from tutor.machine.docker.engine import check_room_of, connect

    engine = connect()
    check_room_of(engine, image.ROOM)
    out = console()

    def tell(line: str) -> None:
        if verbose or line.startswith("Step "):
            out.print(line, markup=False, highlight=False)

    image.build(engine, tell, base=base, ca_bundle=ca_bundle)
    say(texts()("image.ready", image=image.tag()))


@command.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@language_option
def save(file: Path) -> None:
    """Write the image to FILE, for machines without internet."""
    from tutor.machine.docker import image
    from tutor.machine.docker.engine import check_image, connect

    megabytes = image.save(check_image(connect()), file)
    say(texts()("image.saved", file=file, megabytes=megabytes, name=file.name))


@command.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@language_option
def load(file: Path) -> None:
    """Take the image from FILE."""
    from tutor.machine.docker import image
    from tutor.machine.docker.engine import check_image, connect

    engine = connect()
    names = image.load(engine, file)
    check_image(engine)
    say(texts()("image.ready", image=", ".join(names)))
