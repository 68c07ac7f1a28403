"""``tutor author migrate``: bring levels to the newest format."""

from collections.abc import Sequence
from pathlib import Path

import click

from tutor.author import migrate as migrate_level
from tutor.base.errors import UsageError
from tutor.base.paths import level_roots
from tutor.base.tables import nearest
from tutor.cli.spoken import Spoken
from tutor.curriculum.loader import SLUG


@click.command(cls=Spoken)
@click.argument("level", nargs=-1, required=True)
def migrate(level: Sequence[str]) -> None:
    """Bring levels to the newest format."""
    for folder in [_folder(word) for word in level]:
        before, after = migrate_level(folder)
        said = f"format {after} already" if before == after else f"format {before} ▸ {after}"
        click.echo(f"{folder.name}: {said}")


def _folder(word: str) -> Path:
    """Return the folder that *word* names, by its path or by its name; no level is read for it.

    Those that need it cannot be read.
    """
    if (Path(word) / "level.toml").is_file():
        return Path(word)
    roots = [root for root in level_roots() if root.is_dir()]
    folders = {f.name: f for root in roots for f in root.iterdir() if SLUG.fullmatch(f.name)}
    if word not in folders:
        raise UsageError(f"There is no level {word!r}.", hint=nearest(word, folders))
    return folders[word]
