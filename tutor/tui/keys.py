"""Keys whose names are read from the catalogue, so that they change with the language."""

from dataclasses import replace

from textual.binding import Binding, BindingsMap

from tutor.words.texts import Texts


def key(
    keys: str,
    action: str,
    id: str = "",
    *,
    show: bool = True,
    priority: bool = False,
    display: str | None = None,
) -> Binding:
    """Return a binding; ``tui.keys.<id>`` names it and ``tui.tips.<id>`` explains it."""
    name = id or action
    return Binding(
        keys, action, name, show=show, priority=priority, id=name, tooltip=name, key_display=display
    )


def translate(bindings: BindingsMap, texts: Texts) -> None:
    """Give the bindings of *bindings* their names in the language of *texts*."""
    for name, found in bindings.key_to_bindings.items():
        bindings.key_to_bindings[name] = [_translated(binding, texts) for binding in found]


def _translated(binding: Binding, texts: Texts) -> Binding:
    if not binding.id or not texts.has(f"tui.keys.{binding.id}"):
        return binding
    is_bare = binding.key_display is None and texts.has(f"tui.key.{binding.key}")
    return replace(
        binding,
        key_display=texts(f"tui.key.{binding.key}") if is_bare else binding.key_display,
        description=texts(f"tui.keys.{binding.id}"),
        tooltip=texts(f"tui.tips.{binding.id}"),
    )
