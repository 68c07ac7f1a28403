"""The format of a level's folder: which of them this Level Up reads."""

from typing import Any

from tutor.base.tables import TomlTable

FORMAT = 1
"""0: the experiment's phases were functions of its module. 1: they are methods of a class."""


def check_format(top: TomlTable) -> None:
    """Refuse a level of another format than ours; one that does not say its format has ours.

    Asked before anything else: what is unknown in a newer format is no mistake.

    Raises:
        TutorError: it is older or newer; says what to do.
    """
    number: Any = top.get("format", int, FORMAT)
    if number > FORMAT:
        raise top.problem("newer_format", format=number, newest=FORMAT)
    if number < FORMAT:
        raise top.problem("older_format", format=number, newest=FORMAT, folder=top.path.parent)
