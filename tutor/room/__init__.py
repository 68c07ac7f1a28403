"""The instructor's board: a Django project of its own that learners' tutors send facts to.

The command line comes in, to open, close, export and delete a room.
It may not know the shop, which is another Django project, nor a stack, a run or a learner's files:
what happens on other machines it is told over HTTP.
"""

import importlib.util
import os
import sys

from tutor.base.errors import TutorError

SETTINGS = "tutor.room.settings"


def require_packages() -> None:
    """Refuse where the packages of the extra ``room`` are missing.

    Raises:
        TutorError: says how to get them.
    """
    if any(importlib.util.find_spec(name) is None for name in ("uvicorn", "segno")):
        raise TutorError.named("no_room_packages", python=sys.executable)


def prepare() -> None:
    """Make Django ready, and the database as new as the code."""
    # Whatever Django project the terminal is set to: this one is ours.
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    import django

    django.setup()
    from tutor.room.database import migrate

    migrate()
