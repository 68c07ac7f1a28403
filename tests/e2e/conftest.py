"""Bad input and bad luck, and a whole game."""

from tests.fixtures import (
    cold_tutor,
    nothing_of_the_command_is_left,
    own_level,
    template,
    tutor,
)

__all__ = ["cold_tutor", "nothing_of_the_command_is_left", "own_level", "template", "tutor"]
