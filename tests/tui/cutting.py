"""What a screen does not show whole: text that is cut, and widgets that no key brings into view."""

import re
from collections.abc import Iterator

from textual.geometry import Region
from textual.pilot import Pilot
from textual.widget import Widget

from tests.tui.drawing import words_of

CUT = re.compile(r"\S+…")
"""A word that was cut; where a sentence goes on, or something is left out, a blank comes before."""


def cut_off(pilot: Pilot[int]) -> list[str]:
    """Return what is not whole on the screen in front, in words for whoever has to mend it."""
    return [
        *(f"cut: {found}" for found in CUT.findall(words_of(pilot))),
        *_out_of_reach(pilot),
        *_without_room(pilot),
    ]


def _leaves(pilot: Pilot[int]) -> Iterator[tuple[Widget, Region, Region]]:
    """Yield the widgets that draw something, each with its region and the part that is seen."""
    for widget, place in pilot.app.screen._compositor.full_map.items():
        is_leaf = not widget.children and not widget.has_class("-textual-system")
        if is_leaf and place.region and widget.visible:
            yield widget, place.region, place.region.intersection(place.clip)


def _out_of_reach(pilot: Pilot[int]) -> Iterator[str]:
    """Yield the widgets of which a part is outside of what is seen, and no key scrolls there."""
    for widget, region, seen in _leaves(pilot):
        if seen != region and not _is_reached(widget, pilot):
            yield f"out of reach: {_named(widget)} {region} is seen as {seen}"


def _is_reached(widget: Widget, pilot: Pilot[int]) -> bool:
    focused = pilot.app.screen.focused
    for above in widget.ancestors:
        if isinstance(above, Widget) and (above.max_scroll_y or above.max_scroll_x):
            return above.focusable or (focused is not None and above in focused.ancestors)
    return False


def _without_room(pilot: Pilot[int]) -> Iterator[str]:
    """Yield the texts that need more lines, or more columns, than they have."""
    size = pilot.app.size
    for widget, _, _ in _leaves(pilot):
        given = widget.content_size
        if widget.allow_vertical_scroll or not given.width:
            continue
        if widget.styles.text_wrap == "nowrap":
            width, height = widget.get_content_width(size, size), given.height
        else:
            width = given.width
            height = widget.get_content_height(size, size, given.width)
        if width > given.width or height > given.height:
            yield f"no room: {_named(widget)} needs {width}×{height} of {given}: {_text(widget)}"


def _named(widget: Widget) -> str:
    return f"{type(widget).__name__}#{widget.id or ''}"


def _text(widget: Widget) -> str:
    return str(getattr(widget, "visual", ""))[:120]
