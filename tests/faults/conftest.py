"""Parts of a run that die, stand still or have no room."""

from tests.fixtures import template

__all__ = ["template"]
