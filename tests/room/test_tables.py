"""The tables of a room: as the models say, and brought along from an earlier version."""

from datetime import UTC, datetime


def test_the_tables_are_what_the_models_say(database: None) -> None:
    """Nothing waits for a migration that nobody wrote."""
    from django.core.management import call_command

    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_a_room_of_an_earlier_version_is_there_after_the_new_one_has_started(
    database: None,
) -> None:
    """Its code opens it still."""
    from django.core.management import call_command
    from django.db import connection

    from tutor.room.database import migrate
    from tutor.room.models import Room

    call_command("migrate", "room", "0001", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO room_room (code, port, created) VALUES ('K7QX2M', 8765, %s)",
            [datetime.now(UTC).isoformat()],
        )
    migrate()

    assert [(room.code, room.port) for room in Room.objects.all()] == [("K7QX2M", 8765)]
