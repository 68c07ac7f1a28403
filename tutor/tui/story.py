"""Read a level's story: scenes of narration, dialogue and diagrams."""

import re
from dataclasses import dataclass

from textual.content import Content

SPEAKER = re.compile(r"\*\*(?P<name>[^*]+):\*\*\s*(?P<text>.*)", re.DOTALL)
INLINE = re.compile(r"(\*\*[^*]+\*\*|\*[^*]+\*|`[^`]+`)")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Something that is told or said."""

    text: str
    speaker: str = ""
    """Empty where the story itself speaks."""


@dataclass(frozen=True, slots=True)
class Diagram:
    """A picture of the stack, kept character by character."""

    text: str


@dataclass(frozen=True, slots=True)
class Scene:
    """One page of the story."""

    title: str
    blocks: tuple[Paragraph | Diagram, ...]


def read_story(text: str) -> list[Scene]:
    """Return the scenes of a ``story.LANG.md``."""
    parts = re.split(r"^## +(.+)$", text, flags=re.MULTILINE)
    scenes = [_scene(title, body) for title, body in zip(parts[1::2], parts[2::2], strict=True)]
    return scenes or [_scene("", text)]


def _scene(title: str, body: str) -> Scene:
    blocks: list[Paragraph | Diagram] = []
    for index, piece in enumerate(
        re.split(r"^```\w*\n(.*?)^```$", body, flags=re.MULTILINE | re.DOTALL)
    ):
        if index % 2:
            blocks.append(Diagram(piece.rstrip("\n")))
        else:
            blocks += [_paragraph(part) for part in re.split(r"\n\s*\n", piece) if part.strip()]
    return Scene(title.strip(), tuple(blocks))


def _paragraph(text: str) -> Paragraph:
    flat = " ".join(text.split())
    if match := SPEAKER.match(flat):
        return Paragraph(match["text"], match["name"])
    return Paragraph(flat)


def inline(text: str) -> Content:
    """Return *text* with its emphasis and code as styles."""
    pieces: list[str | tuple[str, str]] = []
    for piece in INLINE.split(text):
        if piece.startswith("**") and piece.endswith("**") and len(piece) > 4:
            pieces.append((piece[2:-2], "bold"))
        elif piece.startswith("*") and piece.endswith("*") and len(piece) > 2:
            pieces.append((piece[1:-1], "italic $text-muted"))
        elif piece.startswith("`") and piece.endswith("`") and len(piece) > 2:
            pieces.append((piece[1:-1], "$text-accent"))
        elif piece:
            pieces.append(piece)
    return Content.assemble(*pieces)
