"""The shop for a browser: its address, the pages beside it, the variant behind it."""

from functools import partial

from tutor.base.cancel import Cancel
from tutor.base.errors import TutorError, UsageError
from tutor.base.tables import near
from tutor.cli.plain.game import PlainGame
from tutor.cli.plain.narrator import PlainNarrator
from tutor.cli.plain.words import command
from tutor.curriculum.level import VARIANTS
from tutor.machine.browser import open_browser
from tutor.stack.links import links as links_of
from tutor.stack.plan import STACK_FILE
from tutor.stack.site import Site


@command("open", "shop")
def open_shop(game: PlainGame, rest: str) -> None:
    """Start the shop, say its address and open it; other pages by their name."""
    known = _links(game)
    place = rest or "shop"
    if place not in known:
        raise UsageError.named("no_page", page=place, **near(place, known))
    page = game.at.page.lstrip("/") if place == "shop" else ""
    _open(game, known[place] + page)


@command("links", "shop")
def links(game: PlainGame, rest: str) -> None:
    """List every page there is beside the shop; a number opens one."""
    known = _links(game)
    rows = []
    for name, url in known.items():
        rows.append((f"{game.texts(f'links.{name}')}: {url}", partial(_open, game, url)))
    game.offer(rows)


@command("swap", "shop")
def swap(game: PlainGame, rest: str) -> None:
    """Choose the shop that the browser sees; the files stay as they are."""
    if not rest:
        game.talk.say(game.texts("tui.swap.title"))
        game.offer([(game.texts(f"tui.swap.{v}"), partial(swap, game, v)) for v in VARIANTS])
        return
    words = {game.texts(f"variant.{name}"): name for name in VARIANTS} | {v: v for v in VARIANTS}
    if rest not in words:
        raise UsageError.named("no_variant", variant=rest, **near(rest, words))
    url = _serve(game, words[rest])
    variant = game.texts(f"variant.{words[rest]}")
    game.talk.say(f"{game.texts('tui.shop.up', variant=variant)}: {url}")


def _links(game: PlainGame) -> dict[str, str]:
    """Return the pages there are, after the shop was started where it is not up."""
    if game.served != shop_state(game) or not links_of(game.session.gauge().look()):
        _serve(game, "mine")
    return links_of(game.session.gauge().look())


def running_site(game: PlainGame) -> Site:
    """Return the shop that is served, after it was started where it is not up."""
    _links(game)
    site: Site | None = game.showroom.site
    if site is None:
        raise TutorError.named("shop_starting")
    return site


def _serve(game: PlainGame, variant: str) -> str:
    narrator = PlainNarrator(game.talk, game.texts, game.at)
    url: str = game.showroom.swap(game.at, variant, Cancel(), narrator.tell)
    narrator.finish()
    game.served = shop_state(game)
    return url


def shop_state(game: PlainGame) -> tuple[str, str]:
    """Return what a shop is started with: another level or stack.toml asks for another start."""
    return game.at.slug, game.desk.text(STACK_FILE)


def _open(game: PlainGame, url: str) -> None:
    # Where nobody sits, nothing is to open on somebody's screen.
    opened = game.talk.is_alive and open_browser(url)
    game.talk.say(game.texts("tui.shop.opened" if opened else "tui.shop.no_browser", url=url))
