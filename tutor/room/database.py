"""The database of the room: made where there is none, and brought up to the code."""

from pathlib import Path

from django.core.management import call_command
from django.db import DatabaseError, connection

from tutor.base.errors import TutorError
from tutor.base.files import cannot_write


def migrate() -> None:
    """Bring the database up to the code.

    Raises:
        TutorError: it cannot be reached, or the disk is full.
    """
    if connection.vendor == "sqlite":
        _make_folder(Path(connection.settings_dict["NAME"]).parent)
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError as error:
        raise TutorError.named("room_database", reason=str(error).strip()) from error


def _make_folder(folder: Path) -> None:
    # Nicknames and names are nobody else's business on this machine.
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        raise cannot_write(folder, error) from error
