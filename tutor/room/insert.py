"""New seats and events go into the tables: in one statement, where the database is a server."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from tutor.room.models import Event, Seat
from tutor.room.store import ONE_WRITER, turn

Values = Mapping[str, Any]
"""What stands in a row, by column."""
# Nobody gets an id before it is his turn: no row is there to be numbered until the lock is.
AT_ONCE = """
WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock(%s)),
seats AS (
    INSERT INTO room_seat (room_id, number, nickname, same, digest)
    SELECT v.* FROM turn CROSS JOIN jsonb_to_recordset(%s) AS v
        (room_id bigint, number integer, nickname text, same text, digest text)
)
INSERT INTO room_event (room_id, seat, n, kind, data, claimed, received)
SELECT v.room_id, v.seat, v.n, v.kind, v.data, v.claimed, %s
FROM turn CROSS JOIN ROWS FROM (
    jsonb_to_recordset(%s)
    AS (room_id bigint, seat integer, n integer, kind text, data jsonb, claimed text)
) WITH ORDINALITY AS v (room_id, seat, n, kind, data, claimed, place)
ORDER BY v.place
RETURNING id
"""


def insert(seats: Sequence[Values], events: Sequence[Values], received: datetime) -> list[int]:
    """Insert all of them in a turn, or none; return the ids of the events in their order.

    Raises:
        IntegrityError: one is there already, or its room is not.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            values = (ONE_WRITER, json.dumps(seats), received, json.dumps(events))
            cursor.execute(AT_ONCE, values)
            return [row[0] for row in cursor.fetchall()]
    with turn():
        Seat.objects.bulk_create(Seat(**values) for values in seats)
        kept = Event.objects.bulk_create(Event(**values, received=received) for values in events)
    return [event.pk for event in kept]
