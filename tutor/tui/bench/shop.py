"""The shop for the browser: started in the background, its variant swapped at will."""

from textual import on, work

from tutor.curriculum.level import VARIANTS
from tutor.errors import Cancelled, TutorError, unforeseen
from tutor.events import Event
from tutor.stack.cancel import Cancel
from tutor.stack.links import links
from tutor.tui.bench.base import Bench
from tutor.tui.board import ServiceState
from tutor.tui.browser import open_browser
from tutor.tui.messages import EventReported, ShopFailed, ShopOpened


class KeepsShop(Bench):
    """The part of the workbench that serves the shop to a browser."""

    def serve(self, variant: str) -> None:
        """Serve *variant*, in place of what is served now."""
        self.shop_cancel.set()
        self.shop_cancel = Cancel()
        self.shop_variant, self.shop_url, self.shop_error = variant, "", None
        self.restock = False
        self.show_board()
        self.open_shop(variant, self.shop_cancel)

    def serve_anew(self) -> None:
        """Serve the learner's shop again if its stack.toml was changed meanwhile."""
        if self.restock and self.shop_variant == "mine":
            self.serve("mine")

    @work(thread=True, exclusive=True, group="shop")
    def open_shop(self, variant: str, cancel: Cancel) -> None:
        """Bring the shop up off the event loop; report by message."""

        def emit(event: Event) -> None:
            self.post_message(EventReported(event))

        try:
            with self.ground(cancel):
                url = self.tutor.showroom.swap(self.level, variant, cancel, emit)
        except Cancelled:
            return
        except TutorError as error:
            self.post_message(ShopFailed(error, variant))
        except Exception as error:  # noqa: BLE001 - the worker's boundary: it ends in a message
            self.post_message(ShopFailed(unforeseen(error), variant))
        else:
            self.post_message(ShopOpened(url, variant))

    @on(ShopOpened)
    def show_address(self, message: ShopOpened) -> None:
        """Show where the shop is."""
        message.stop()
        if message.variant == self.shop_variant:
            self.shop_url, self.shop_error = message.url.rstrip("/") + self.level.page, None
            self.show_board()
            self.shop_changed()

    @on(ShopFailed)
    def show_failure(self, message: ShopFailed) -> None:
        """Say that the shop does not come up; the browser key shows why."""
        message.stop()
        if message.variant != self.shop_variant:
            return
        self.shop_error = message.error
        if self.board.services.get("gunicorn", ServiceState()).word == "starting":
            self.board.services["gunicorn"] = ServiceState("died")
        self.show_board()
        self.shop_changed()
        said, _ = self.tutor.texts.error(message.error)
        self.news("shop.failed", severity="warning", message=said)

    def action_browser(self) -> None:
        """Open the shop in the browser; where there is none, its address is on the screen."""
        if self.shop_error is not None:
            self.tutor.navigator.explain(self.shop_error)
            self.serve(self.shop_variant)
        elif not self.shop_url:
            self.news("shop.still_starting")
        else:
            url = self.shop_url
            self.background(lambda: open_browser(url), self._tell_browser, group="browser")

    def _tell_browser(self, opened: bool) -> None:
        self.news("shop.opened" if opened else "shop.no_browser", url=self.shop_url)

    def action_links(self) -> None:
        """Show every page there is beside the shop, and open the chosen one."""
        known = self.links
        if not known:
            self.news("shop.still_starting")
            return
        self.tutor.navigator.choose(
            lambda: self.t("links.title"),
            lambda: {
                url: f"{self.tutor.texts(f'links.{name}')}\n  {url}" for name, url in known.items()
            },
            next(iter(known.values())),
            self._open_link,
            how=lambda: self.t("links.how"),
        )

    def _open_link(self, url: str | None) -> None:
        if url:
            self.background(
                lambda: open_browser(url),
                lambda opened: self.news("shop.opened" if opened else "shop.no_browser", url=url),
                group="browser",
            )

    @property
    def links(self) -> dict[str, str]:
        """What there is to be opened in a browser, by name."""
        newest = self.board.history.newest
        return links(newest) if newest else {}

    def action_swap(self) -> None:
        """Ask which variant to serve."""
        if self.board.running:
            self.news("run.wait_for_end", severity="warning")
            return
        self.tutor.navigator.choose(
            lambda: self.t("swap.title"),
            lambda: {variant: self.t(f"swap.{variant}") for variant in VARIANTS},
            self.shop_variant,
            self._swap_to,
        )

    def _swap_to(self, variant: str | None) -> None:
        if variant:
            self.serve(variant)
