"""Draw product pictures: the same motif and seed give the same picture, without any file."""

import random
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

WIDTH, HEIGHT, FLOOR = 400, 320, 236


class Palette(NamedTuple):
    """The colours of one picture, from the wall to the highlights."""

    wall: str
    floor: str
    sun: str
    body: str
    shade: str
    light: str
    accent: str


PALETTES = (
    Palette("#f3e3d7", "#e4c9b6", "#f0b98d", "#6d4a6b", "#4f3350", "#8d6a8b", "#e9d8a6"),
    Palette("#e4ece1", "#c9d8c5", "#f4d58d", "#5f8268", "#446350", "#85a68c", "#f2efe2"),
    Palette("#f7e6d4", "#ebcdb0", "#fff3dd", "#c0654a", "#96482f", "#dc8a6d", "#3f5d57"),
    Palette("#dfe7ee", "#bccbd9", "#fbe3c0", "#3d5677", "#2a3d58", "#6480a4", "#e8b67f"),
    Palette("#f6ead0", "#e8d3a3", "#f19c65", "#d39b2f", "#a87618", "#ecc164", "#7c4b3a"),
    Palette("#f4e1e1", "#e4c3c4", "#fdf0d5", "#a54f5c", "#7d3642", "#c97983", "#51606f"),
    Palette("#dcebe9", "#b7d3d0", "#f9dcc4", "#3a7d7c", "#275b5b", "#66a3a1", "#f0c987"),
    Palette("#ece4f1", "#d2c3de", "#f7c8a8", "#75609f", "#554378", "#9987bf", "#f5e6b8"),
    Palette("#efe9e0", "#d8cbb8", "#e7b7a3", "#8a7258", "#665239", "#ab947a", "#5b7b6a"),
    Palette("#e6ebe3", "#cbd3c2", "#eec9b7", "#6f7d4f", "#525e37", "#949f74", "#d9825b"),
)


@lru_cache(maxsize=2048)
def draw(motif: str, seed: int) -> str:
    """Draw *motif* with the colours and the scenery that *seed* stands for.

    Raises:
        KeyError: There is no such motif.
    """
    draw_thing = MOTIFS[motif]
    rng = random.Random(f"{motif}-{seed}")
    colours = rng.choice(PALETTES)
    scene = _scenery(colours, rng)
    thing = draw_thing(colours, rng)
    turned = f"translate({WIDTH} 0) scale(-1 1)" if rng.random() < 0.5 else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<g transform="{turned}">{scene}{thing}</g></svg>'
    )


def _scenery(colours: Palette, rng: random.Random) -> str:
    """A wall, a floor, and something calm behind the thing."""
    wall = (
        '<defs><linearGradient id="w" x1="0" y1="0" x2="0" y2="1">'
        f'<stop offset="0" stop-color="{colours.wall}"/>'
        f'<stop offset="1" stop-color="{colours.floor}"/></linearGradient></defs>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="url(#w)"/>'
    )
    backdrop = rng.choice((_sun, _arch, _hills, _window))(colours, rng)
    ground = (
        f'<rect y="{FLOOR}" width="{WIDTH}" height="{HEIGHT - FLOOR}" fill="{colours.floor}"/>'
        f'<rect y="{FLOOR}" width="{WIDTH}" height="2" fill="{colours.shade}" opacity=".14"/>'
    )
    plant = _branch(colours, rng) if rng.random() < 0.6 else ""
    return wall + backdrop + ground + plant


def _sun(colours: Palette, rng: random.Random) -> str:
    x, radius = rng.randint(130, 290), rng.randint(72, 104)
    y = rng.randint(110, 150)
    return (
        f'<circle cx="{x}" cy="{y}" r="{radius + 22}" fill="{colours.sun}" opacity=".35"/>'
        f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{colours.sun}"/>'
    )


def _arch(colours: Palette, rng: random.Random) -> str:
    x, half = rng.randint(150, 250), rng.randint(74, 104)
    arches = []
    for inset, opacity in ((0, 0.35), (18, 0.6), (36, 1)):
        width = half - inset
        arches.append(
            f'<path d="M{x - width} {FLOOR}V{150 - inset // 2}a{width} {width} 0 0 1 '
            f'{2 * width} 0V{FLOOR}Z" fill="{colours.sun}" opacity="{opacity}"/>'
        )
    return "".join(arches)


def _hills(colours: Palette, rng: random.Random) -> str:
    peak, x = rng.randint(90, 130), rng.randint(80, 320)
    return (
        f'<circle cx="{x}" cy="84" r="42" fill="{colours.sun}"/>'
        f'<path d="M0 {peak + 70}Q100 {peak} 210 {peak + 60}T400 {peak + 30}V{FLOOR}H0Z" '
        f'fill="{colours.light}" opacity=".35"/>'
        f'<path d="M0 {peak + 110}Q140 {peak + 50} 260 {peak + 100}T400 {peak + 80}V{FLOOR}H0Z" '
        f'fill="{colours.body}" opacity=".3"/>'
    )


def _window(colours: Palette, rng: random.Random) -> str:
    x = rng.randint(70, 190)
    return (
        f'<rect x="{x}" y="34" width="140" height="150" rx="6" fill="{colours.sun}"/>'
        f'<path d="M{x + 70} 34v150M{x} 108h140" stroke="{colours.wall}" stroke-width="7"/>'
        f'<path d="M{x + 40} {FLOOR}l-70 84h190l-20-84z" fill="{colours.sun}" opacity=".45"/>'
    )


def _branch(colours: Palette, rng: random.Random) -> str:
    """A twig that hangs in from above."""
    x, length = rng.randint(318, 362), rng.randint(4, 6)
    leaves = "".join(
        f'<ellipse cx="{side * 15}" cy="{18 + 22 * step}" rx="15" ry="6.5" '
        f'transform="rotate({side * -32} 0 {18 + 22 * step})"/>'
        for step in range(length)
        for side in (-1, 1)
    )
    return (
        f'<g transform="translate({x} -8) rotate({rng.randint(4, 16)})" fill="{colours.accent}" '
        f'opacity=".85"><path d="M0 0v{22 * length + 12}" stroke="{colours.accent}" '
        f'stroke-width="3" stroke-linecap="round"/>{leaves}</g>'
    )


def _shadow(width: int, y: int = 268, x: int = 200) -> str:
    return f'<ellipse cx="{x}" cy="{y}" rx="{width}" ry="13" fill="#000" opacity=".16"/>'


def _mat(colours: Palette, rng: random.Random) -> str:
    """A mat, half unrolled towards the viewer."""
    length = rng.randint(150, 186)
    stripes = "".join(
        f'<path d="M{132 + step} 233l-{34} 44" stroke="{colours.accent}" stroke-width="4" '
        'opacity=".75"/>'
        for step in rng.choice(((), (24,), (24, 38), (length - 20,)))
    )
    spiral = "".join(
        f'<circle cx="126" cy="206" r="{radius}" fill="none" stroke="{colours.shade}" '
        'stroke-width="3.5"/>'
        for radius in (8, 16, 24)
    )
    return (
        _shadow(150)
        + f'<path d="M128 238H{150 + length}l-36 46H92Z" fill="{colours.light}"/>'
        + f'<path d="M92 284h{22 + length}v5H92Z" fill="{colours.shade}"/>'
        + stripes
        + f'<path d="M126 174h150a32 32 0 0 1 0 64H126Z" fill="{colours.body}"/>'
        + f'<path d="M126 174h150a32 32 0 0 1 22 9H126Z" fill="{colours.light}" opacity=".5"/>'
        + f'<path d="M196 174h14v64h-14zM250 174h14v64h-14z" fill="{colours.accent}"/>'
        + f'<circle cx="126" cy="206" r="32" fill="{colours.light}"/>'
        + spiral
    )


def _block(colours: Palette, rng: random.Random) -> str:
    """One block lying, often with a second one on top."""
    grain = "".join(
        f'<circle cx="{rng.randint(112, 268)}" cy="{rng.randint(216, 270)}" '
        f'r="{rng.choice((1.5, 2, 3))}"/>'
        for _ in range(22)
    )
    second = ""
    if rng.random() < 0.65:
        second = (
            '<g transform="rotate(-6 200 160)">'
            f'<path d="M134 128l20-20h112l-20 20Z" fill="{colours.wall}"/>'
            f'<path d="M246 128l20-20v58l-20 20Z" fill="{colours.shade}"/>'
            f'<rect x="134" y="128" width="112" height="58" rx="4" fill="{colours.accent}"/></g>'
        )
    return (
        _shadow(118, 280)
        + f'<path d="M104 208l26-26h170l-26 26Z" fill="{colours.light}"/>'
        + f'<path d="M274 208l26-26v70l-26 26Z" fill="{colours.shade}"/>'
        + f'<rect x="104" y="208" width="170" height="70" rx="5" fill="{colours.body}"/>'
        + f'<g fill="{colours.shade}" opacity=".45">{grain}</g>'
        + second
    )


def _strap(colours: Palette, rng: random.Random) -> str:
    """A strap in a coil, its loose end with two rings."""
    rings = "".join(
        f'<ellipse cx="190" cy="206" rx="{radius}" ry="{radius * 0.86:.0f}" fill="none" '
        f'stroke="{colour}" stroke-width="11"/>'
        for radius, colour in (
            (72, colours.body),
            (58, colours.light),
            (44, colours.body),
            (30, colours.light),
            (16, colours.body),
        )
    )
    seam = rng.choice(("4 7", "1 9", "12 6"))
    return (
        _shadow(110, 274)
        + f'<path d="M196 273c60 4 96-8 132-4" fill="none" stroke="{colours.body}" '
        'stroke-width="12" stroke-linecap="round"/>'
        + rings
        + f'<ellipse cx="190" cy="206" rx="72" ry="62" fill="none" stroke="{colours.accent}" '
        f'stroke-width="2" stroke-dasharray="{seam}"/>'
        + f'<g fill="none" stroke="{colours.accent}" stroke-width="6">'
        '<rect x="318" y="250" width="30" height="34" rx="15"/>'
        '<rect x="328" y="254" width="30" height="34" rx="15"/></g>'
    )


def _cushion(colours: Palette, rng: random.Random) -> str:
    """A round sitting cushion with pleats and a button."""
    pleats = "".join(
        f'<path d="M{x} {220 - abs(x - 200) // 12}q{(x - 200) // 10} 24 {(200 - x) // 12} '
        f'{58 - abs(x - 200) // 4}"/>'
        for x in range(104, 300, rng.choice((12, 16, 24)))
    )
    return (
        _shadow(122, 276)
        + f'<path d="M86 220c0-32 52-42 114-42s114 10 114 42c0 40-40 58-114 58S86 260 86 220Z" '
        f'fill="{colours.body}"/>'
        + f'<g fill="none" stroke="{colours.shade}" stroke-width="3" stroke-linecap="round" '
        f'opacity=".7">{pleats}</g>'
        + f'<ellipse cx="200" cy="202" rx="104" ry="27" fill="{colours.light}"/>'
        + f'<ellipse cx="200" cy="202" rx="104" ry="27" fill="none" stroke="{colours.accent}" '
        'stroke-width="4"/>' + f'<ellipse cx="200" cy="204" rx="12" ry="5" fill="{colours.shade}"/>'
    )


def _bolster(colours: Palette, rng: random.Random) -> str:
    """A long round pillow with a handle on its end."""
    bands = "".join(
        f'<path d="M{x} 190q14 40 0 80h10q14-40 0-80Z" fill="{colours.accent}" opacity=".8"/>'
        for x in rng.choice(((), (160, 240), (200,), (150, 200, 250)))
    )
    return (
        _shadow(150, 276)
        + f'<path d="M92 190h202q34 0 34 40t-34 40H92Z" fill="{colours.body}"/>'
        + f'<path d="M92 190h202q22 0 30 18H92Z" fill="{colours.light}" opacity=".55"/>'
        + f'<path d="M92 254h228q-9 16-26 16H92Z" fill="{colours.shade}" opacity=".6"/>'
        + bands
        + f'<ellipse cx="92" cy="230" rx="26" ry="40" fill="{colours.light}"/>'
        + f'<ellipse cx="92" cy="230" rx="17" ry="29" fill="none" stroke="{colours.shade}" '
        'stroke-width="2.5" opacity=".6"/>'
        + f'<path d="M84 224q8-12 16 0" fill="none" stroke="{colours.accent}" '
        'stroke-width="5" stroke-linecap="round"/>'
    )


def _blanket(colours: Palette, rng: random.Random) -> str:
    """A folded pile with fringes."""
    folds = []
    for layer, colour in enumerate((colours.shade, colours.body, colours.light)):
        y = 252 - 34 * layer
        inset = rng.randint(0, 12)
        folds.append(
            f'<rect x="{96 + inset}" y="{y - 8}" width="{208 - inset}" height="34" rx="17" '
            f'fill="{colour}"/>'
            f'<path d="M{116 + inset} {y + 9}h{176 - inset}" stroke="{colours.accent}" '
            f'stroke-width="3" stroke-dasharray="{rng.choice(("2 8", "14 6", "30 4 4 4"))}" '
            'opacity=".8"/>'
        )
    fringe = "".join(f'<path d="M{x} 200v{rng.randint(16, 22)}"/>' for x in range(222, 296, 7))
    throw = (
        f'<path d="M214 168h84v34h-84Z" fill="{colours.accent}"/>'
        f'<path d="M214 176h84M214 192h84" stroke="{colours.shade}" stroke-width="3" '
        'opacity=".45"/>'
        f'<g stroke="{colours.accent}" stroke-width="3" stroke-linecap="round">{fringe}</g>'
    )
    return _shadow(132, 280) + "".join(folds) + throw


def _bowl(colours: Palette, rng: random.Random) -> str:
    """A singing bowl on its ring, with the note still in the air."""
    waves = "".join(
        f'<path d="M{200 - radius} 150a{radius} {radius * 0.5:.0f} 0 0 1 {2 * radius} 0" '
        f'opacity="{opacity}"/>'
        for radius, opacity in ((70, 0.75), (96, 0.5), (122, 0.28))
    )
    dots = "".join(
        f'<circle cx="{x}" cy="{214 + abs(x - 200) // -16}" r="3"/>' for x in range(136, 270, 16)
    )
    tilt = rng.randint(28, 44)
    return (
        _shadow(100, 280)
        + f'<g fill="none" stroke="{colours.light}" stroke-width="3" stroke-linecap="round">'
        f"{waves}</g>"
        + f'<path d="M134 262h132l14 18H120Z" fill="{colours.shade}"/>'
        + f'<path d="M112 180h176c4 58-34 88-88 88s-92-30-88-88Z" fill="{colours.body}"/>'
        + f'<path d="M232 180h56c4 58-34 88-88 88 34-16 40-52 32-88Z" fill="{colours.shade}" '
        'opacity=".45"/>'
        + f'<ellipse cx="200" cy="180" rx="88" ry="19" fill="{colours.shade}"/>'
        + f'<ellipse cx="200" cy="180" rx="88" ry="19" fill="none" stroke="{colours.light}" '
        'stroke-width="5"/>'
        + f'<g fill="{colours.accent}">{dots}</g>'
        + f'<g transform="rotate({tilt} 262 176)"><rect x="256" y="86" width="13" height="100" '
        f'rx="6.5" fill="{colours.accent}"/><rect x="254" y="132" width="17" height="46" rx="8" '
        f'fill="{colours.shade}"/></g>'
    )


def _bottle(colours: Palette, rng: random.Random) -> str:
    """A bottle, with a glass beside it on good days."""
    label = rng.choice(
        (
            f'<circle cx="180" cy="206" r="21" fill="{colours.accent}"/>',
            f'<path d="M148 190h64v34h-64z" fill="{colours.accent}"/>',
            f'<path d="M180 182c22 26 22 44 0 48-22-4-22-22 0-48Z" fill="{colours.accent}"/>',
        )
    )
    glass = ""
    if rng.random() < 0.6:
        glass = (
            f'<path d="M246 214h58l-7 64h-44Z" fill="{colours.wall}" opacity=".8"/>'
            f'<path d="M249 238h52l-4.500 40h-43Z" fill="{colours.light}" opacity=".7"/>'
        )
    return (
        _shadow(104, 278, 214)
        + f'<rect x="162" y="78" width="36" height="24" rx="6" fill="{colours.shade}"/>'
        + f'<path d="M166 100h28v18c0 12 18 16 18 38v106q0 18-18 18h-28q-18 0-18-18V156'
        f'c0-22 18-26 18-38Z" fill="{colours.body}"/>'
        + f'<path d="M158 158q0-16 10-24v138q-10-2-10-14Z" fill="{colours.light}" opacity=".8"/>'
        + label
        + glass
    )


MOTIFS: dict[str, Callable[[Palette, random.Random], str]] = {
    "mat": _mat,
    "block": _block,
    "strap": _strap,
    "cushion": _cushion,
    "bolster": _bolster,
    "blanket": _blanket,
    "bowl": _bowl,
    "bottle": _bottle,
}
