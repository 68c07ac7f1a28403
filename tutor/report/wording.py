"""How a report says times and medals."""

from tutor.words.markup import Child, Markup, tag
from tutor.words.texts import Texts

STARS = {"": "☆☆☆", "bronze": "★☆☆", "silver": "★★☆", "gold": "★★★"}


def duration(seconds: float) -> str:
    """Return a time that was spent, in the units people think in."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours else f"{minutes} min"


def medal(texts: Texts, name: str) -> list[Child]:
    """Return stars and word of a medal; *name* is empty where none was won."""
    word = texts(f"medal.{name}") if name else texts("report.no_medal")
    return [sign(STARS.get(name, STARS[""])), f" {word}"]


def sign(drawn: str) -> Markup:
    """Return a sign that stands beside its own word: nobody has to have it read aloud."""
    return tag("span", drawn, aria_hidden="true")
