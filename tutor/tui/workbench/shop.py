"""The shop for the browser: started in the background, its variant swapped at will."""

from collections.abc import Sequence

from textual import work
from textual.app import ComposeResult

from tutor.base.cancel import Cancel
from tutor.base.errors import Cancelled, TutorError, unforeseen
from tutor.curriculum.level import VARIANTS
from tutor.events import Event
from tutor.machine.browser import open_browser
from tutor.stack.plan import STACK_FILE
from tutor.tui.board import ServiceState
from tutor.tui.keys import key
from tutor.tui.widgets.plain import Static
from tutor.tui.workbench.ground import ground
from tutor.tui.workbench.messages import EventReported, ShopFailed, ShopOpened
from tutor.tui.workbench.model import ServedShop, WorkModel
from tutor.tui.workbench.part import Part
from tutor.tui.workbench.sentences import pages, shop_line

BESIDE = 9
"""Columns of the heading for a medal and for the air between level and shop."""


class ShopLine(Part):
    """Serves the shop to a browser, and says at the top where it is."""

    NAME = "shop"
    KEYS = (
        key("b", "browser"),
        key("l", "links", show=False),
        key("x", "swap", show=False),
    )
    DEFAULT_CSS = """
    ShopLine { width: auto; height: 1; }
    """

    def __init__(self, model: WorkModel) -> None:
        super().__init__(model)
        self._cancel = Cancel()

    def compose(self) -> ComposeResult:
        """Yield the line."""
        yield Static(id="shop")

    def begin(self) -> None:
        """Start the learner's shop."""
        self.serve("mine")

    def end(self) -> None:
        """Start no shop any more."""
        self._cancel.set()

    def show_board(self) -> None:
        """Say where the shop is."""
        title = f"{self.level.number}  {self.level.title[self.texts.language]}"
        line = shop_line(self.model, self.texts, self.screen.size.width - len(title) - BESIDE)
        shop = self.query_one("#shop", Static)
        if shop.content != line:
            shop.update(line)

    # -- serving ---------------------------------------------------------------------------------

    def serve(self, variant: str) -> None:
        """Serve *variant*, in place of what is served now."""
        self._cancel.set()
        self._cancel = Cancel()
        self.model.shop = ServedShop(variant)
        self.bench.show_board()
        self.open_shop(variant, self._cancel)

    def files_saved(self, names: Sequence[str]) -> None:
        """Note whether the shop runs on an old stack.toml by now."""
        self.model.shop.is_behind |= STACK_FILE in names

    def serve_anew(self) -> None:
        """Serve the learner's shop again if its stack.toml was changed meanwhile."""
        if self.model.shop.is_behind and self.model.shop.variant == "mine":
            self.serve("mine")

    @work(thread=True, exclusive=True, group="shop")
    def open_shop(self, variant: str, cancel: Cancel) -> None:
        """Bring the shop up off the event loop; report by message."""

        def emit(event: Event) -> None:
            self.tell(EventReported(event))

        try:
            with ground(self.tutor.ground_lock, cancel):
                url = self.tutor.showroom.swap(self.level, variant, cancel, emit)
        except Cancelled:
            return
        except TutorError as error:
            self.tell(ShopFailed(error, variant))
        except Exception as error:  # noqa: BLE001 - the worker's boundary: it ends in a message
            self.tell(ShopFailed(unforeseen(error), variant))
        else:
            self.tell(ShopOpened(url, variant))

    def note_address(self, url: str) -> None:
        """Note where the shop is."""
        self.model.shop.url, self.model.shop.error = url.rstrip("/") + self.level.page, None

    def note_failure(self, error: TutorError) -> None:
        """Say that the shop does not come up; the browser key shows why."""
        self.model.shop.error = error
        services = self.model.board.services
        if services.get("gunicorn", ServiceState()).word == "starting":
            services["gunicorn"] = ServiceState("died")
        said, _ = self.texts.error(error)
        self.news("shop.failed", severity="warning", message=said)

    # -- keys ------------------------------------------------------------------------------------

    def action_browser(self) -> None:
        """Open the shop in the browser; where there is none, its address is on the screen."""
        shop = self.model.shop
        if shop.error is not None:
            self.tutor.navigator.explain(shop.error)
            self.serve(shop.variant)
        elif not shop.url:
            self.news("shop.still_starting")
        else:
            self._open(shop.url)

    def action_links(self) -> None:
        """Show every page there is beside the shop, and open the chosen one."""
        known = pages(self.model)
        if not known:
            self.news("shop.still_starting")
            return
        self.tutor.navigator.choose(
            lambda: self.t("links.title"),
            lambda: {url: f"{self.texts(f'links.{name}')}\n  {url}" for name, url in known.items()},
            next(iter(known.values())),
            lambda url: self._open(url) if url else None,
            how=lambda: self.t("links.how"),
        )

    def _open(self, url: str) -> None:
        self.background(
            lambda: open_browser(url),
            lambda opened: self.news("shop.opened" if opened else "shop.no_browser", url=url),
            group="browser",
        )

    def action_swap(self) -> None:
        """Ask which variant to serve."""
        if self.model.board.running:
            self.news("run.wait_for_end", severity="warning")
            return
        self.tutor.navigator.choose(
            lambda: self.t("swap.title"),
            lambda: {variant: self.t(f"swap.{variant}") for variant in VARIANTS},
            self.model.shop.variant,
            lambda variant: self.serve(variant) if variant else None,
        )
