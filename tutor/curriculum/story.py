"""Read prose that is played: scenes of narration, dialogue and diagrams."""

import re
from dataclasses import dataclass

SPEAKER = re.compile(r"\*\*(?P<name>[^*]+):\*\*\s*(?P<text>.*)", re.DOTALL)

FENCE = re.compile(r"^```(\w*) *([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
"""A picture: its kind, what it tells, and what is drawn."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Something that is told or said."""

    text: str
    speaker: str = ""
    """Empty where the story itself speaks."""


@dataclass(frozen=True, slots=True)
class Diagram:
    """A picture, kept character by character."""

    text: str
    kind: str = ""
    """``stack`` where it shows what the shop runs on; else the language of the text, if any."""
    told: str = ""
    """The picture in words, for whoever does not see it."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One page of the story."""

    title: str
    blocks: tuple[Paragraph | Diagram, ...]

    @property
    def stack(self) -> str:
        """The last picture of the stack in this scene; empty where there is none."""
        drawn = [b.text for b in self.blocks if isinstance(b, Diagram) and b.kind == "stack"]
        return drawn[-1] if drawn else ""


def read_story(text: str) -> list[Scene]:
    """Return the scenes of a ``story.LANG.md``."""
    parts = re.split(r"^## +(.+)$", text, flags=re.MULTILINE)
    scenes = [_scene(title, body) for title, body in zip(parts[1::2], parts[2::2], strict=True)]
    return scenes or [_scene("", text)]


def _scene(title: str, body: str) -> Scene:
    blocks: list[Paragraph | Diagram] = []
    *pieces, rest = FENCE.split(body)
    for prose, kind, told, picture in zip(*[iter(pieces)] * 4, strict=True):
        blocks += _paragraphs(prose)
        blocks.append(Diagram(picture.rstrip("\n"), kind, told))
    blocks += _paragraphs(rest)
    return Scene(title.strip(), tuple(blocks))


def _paragraphs(prose: str) -> list[Paragraph]:
    return [_paragraph(part) for part in re.split(r"\n\s*\n", prose) if part.strip()]


def _paragraph(text: str) -> Paragraph:
    flat = " ".join(text.split())
    if match := SPEAKER.match(flat):
        return Paragraph(match["text"], match["name"])
    return Paragraph(flat)
