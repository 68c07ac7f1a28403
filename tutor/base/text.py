"""Text that must fit."""


def cut(text: str, most: int) -> str:
    """Return *text*, its end left out where it has more than *most* characters."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
