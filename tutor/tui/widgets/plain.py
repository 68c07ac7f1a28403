"""The text widgets of the game: what they are given is shown as it is.

Textual takes a string for markup unless it is told otherwise, and a bracket in a name, a log or an
error ends the app then. Whoever wants a style hands in a ``Content``; nothing else in the game may
import these two from Textual.
"""

from typing import Any

from textual.visual import VisualType
from textual.widgets import OptionList as _OptionList
from textual.widgets import Static as _Static


class Static(_Static):
    """Text, never markup."""

    def __init__(self, content: VisualType = "", *, markup: bool = False, **options: Any) -> None:
        super().__init__(content, markup=markup, **options)


class OptionList(_OptionList):
    """Options whose text is never markup."""

    def __init__(self, *content: Any, markup: bool = False, **options: Any) -> None:
        super().__init__(*content, markup=markup, **options)
