"""Whether somebody who waits for a table gives up in time.

How long a session waits for a lock is its own secret: LOCK TABLE, TRUNCATE and VACUUM fire no event
trigger. So somebody of ours stands behind it who gives up when its time is up. Both are timed by
the same server, and who goes first decides, not a clock of ours.
"""

from typing import Any

from tutor.stack.lock_waits import LockSession

GRACE = 250
"""Milliseconds for which ours waits longer: on a busy machine two alarms may ring at once."""


def goes_first(connection: Any, waiter: LockSession, patience: int) -> bool | None:
    """Return whether *waiter* goes before *patience* milliseconds are over; None if untold.

    Untold is who waits for no table: nobody can stand behind.
    """
    import psycopg

    if waiter.kind != "relation":
        return None
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(f"SET LOCAL lock_timeout = {patience + GRACE}")
            connection.execute(f"LOCK TABLE {waiter.relation} IN ACCESS SHARE MODE")
    except psycopg.errors.LockNotAvailable:
        return False
    except psycopg.Error:
        # An index, or what is no table any more.
        return None
    return True
