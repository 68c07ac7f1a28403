"""Where the shop is, said in one line: at the top, and over the stack."""

from collections.abc import Iterator

from textual.content import Content

from tutor.stack.links import links
from tutor.tui.workbench.model import WorkModel
from tutor.views.monitor import places_in_browser
from tutor.words.texts import Texts


def shop_line(model: WorkModel, texts: Texts, most: int = 0) -> str:
    """Say where the shop is; what is longer than *most*, in fewer words."""
    shop = model.shop
    variant = texts(f"variant.{shop.variant}")
    if shop.error is not None:
        return f"✖ {texts('tui.shop.down', variant=variant)}"
    if not shop.url:
        return f"◐ {texts('tui.shop.starting', variant=variant)}"
    said, bare = (
        texts("tui.shop.up", variant=variant),
        f"{shop.url.removesuffix(model.level.page)}/",
    )
    lines = [
        f"● {said}  {shop.url}",
        f"● {said}  {bare}",
        f"● {variant}  {bare}",
        f"● {variant}  {bare.partition('//')[2]}",
    ]
    return next((line for line in lines if not most or len(line) <= most), lines[-1])


def way_in(model: WorkModel, texts: Texts) -> Content:
    """Say how the browser comes in, and which keys open something there."""
    return Content.assemble(
        (texts("tui.stack.browser"), "bold"),
        " ──▶ ",
        shop_line(model, texts),
        "\n",
        ("\n".join([_how_to_open(model, texts), *_places(model, texts)]), "$text-muted"),
    )


def _places(model: WorkModel, texts: Texts) -> Iterator[str]:
    """Yield why the shop in the browser has other places than stack.toml, once that is seen."""
    reading = model.board.reading
    for service in reading.services if reading else ():
        yield from places_in_browser(texts, service)


def pages(model: WorkModel) -> dict[str, str]:
    """Return what there is to be opened in a browser, by name."""
    newest = model.board.history.newest
    return links(newest) if newest else {}


def _how_to_open(model: WorkModel, texts: Texts) -> str:
    """Name the keys that open something in the browser, and what there is beside the shop."""
    names = [name for name in pages(model) if name != "shop"]
    said = ", ".join(texts(f"links.short.{name}") for name in names)
    more = texts("tui.links.more", names=said) if names else ""
    return f"{texts('tui.stack.how')}{more}."
