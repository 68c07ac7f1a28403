"""One visitor alone: what is asked gets its right answer, and what is bought is written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .reading import delivery_in, last_error, stock_in
from .stocking import STOCK, WALK, listed
from .sums import RESERVED

if TYPE_CHECKING:
    from tutor.lab import Lab, Warehouse
    from tutor.lab.instruments.warehouse import Answer

RECOUNT = """
UPDATE catalog_stock SET quantity = quantity + 7
 WHERE product_id = (SELECT id FROM catalog_product WHERE slug = %s)
"""
SHELF = """
SELECT pg_get_viewdef('warehouse_shelf'::regclass), pg_get_userbyid(relowner)
  FROM pg_class WHERE oid = 'warehouse_shelf'::regclass
"""
LIMITS = """
SELECT current_setting('max_connections')::int,
       current_setting('superuser_reserved_connections')::int,
       current_setting('reserved_connections', true)::int,
       (SELECT rolsuper OR pg_has_role('shop', 'pg_signal_backend', 'member')
          FROM pg_roles WHERE rolname = 'shop')
"""
ORDERED = """
SELECT line.name, line.quantity FROM orders_orderline AS line
  JOIN orders_order AS placed ON placed.id = line.order_id WHERE placed.address = %s
"""


class Alone:
    """Somebody who has the shop for themselves."""

    def __init__(self, lab: Lab, warehouse: Warehouse) -> None:
        self._lab = lab
        self._shop = lab.shop
        self._warehouse = warehouse

    def check_limits(self) -> None:
        """Refuse more slots than the level gives."""
        lab = self._lab
        limit, reserved, for_roles, superusers = self._shop.sql(LIMITS)[0]
        given = lab.level.machine.max_connections
        lab.measure("limit", limit)
        if limit != given or reserved != RESERVED or for_roles or superusers:
            lab.foul("limit_changed", limit=limit, given=given)

    def ask_and_buy(self) -> None:
        """Ask the warehouse and for the stock, and buy something."""
        self._check_warehouse()
        self._check_delivery()
        self._check_stock_list()
        self._go_shopping()

    def _check_warehouse(self) -> None:
        """Refuse a warehouse that is not the warehouse's any more."""
        rows = self._shop.sql("SELECT to_regclass('warehouse_shelf') IS NOT NULL")
        definition, owner = self._shop.sql(SHELF)[0] if rows[0][0] else ("", "")
        if owner == "shop" or f"pg_sleep(({WALK})" not in definition.replace("'", ""):
            self._lab.foul("warehouse_changed")

    def _check_delivery(self) -> None:
        """Refuse a page that says something else than the warehouse, before or after it changes."""
        lab, shop = self._lab, self._shop
        before = self._warehouse.truth(shop.sql)
        slug = lab.random.choice(list(before))
        with lab.backends() as watch:
            said = self._delivery_of(slug)
            if said != before[slug]:
                self._refuse("wrong_delivery", slug, said, before[slug])
            self._warehouse.turn(watch.ask, self._warehouse.page())
            after = self._warehouse.truth(watch.ask)[slug]
            said = self._delivery_of(slug)
        lab.measure("trip", round(watch.dozed / 2, 3))
        if said == before[slug]:
            self._refuse("stale_delivery", slug, said, after)
        if said != after:
            self._refuse("wrong_delivery", slug, said, after)

    def _delivery_of(self, slug: str) -> Answer:
        """Return what the shop says of the delivery of *slug*."""
        return delivery_in(self._shop.page(f"/product/{slug}/delivery/").text)

    def _refuse(self, foul: str, slug: str, said: Answer, truth: Answer) -> None:
        """Refuse a shop that *said* something else than the warehouse."""
        self._lab.foul(foul, product=slug, page=_in_words(said), warehouse=_in_words(truth))

    def _check_stock_list(self) -> None:
        """Refuse a stock list that is not the stock."""
        lab, shop = self._lab, self._shop
        for _ in range(2):
            try:
                rows = stock_in(shop.page("/stock.csv").text)
            except Exception as error:
                # The connection ends before the list does.
                if "IncompleteRead" not in str(error):
                    raise
                lab.foul("list_cut_off", why=last_error(shop))
            expected = listed(shop.sql(STOCK))
            if rows != expected:
                lab.foul("list_wrong", shown=len(rows), expected=len(expected))
            # Somebody counted again: the next list must say so.
            shop.sql(RECOUNT, [lab.random.choice(expected)[0]])

    def _go_shopping(self) -> None:
        """Log in, fill the cart, check out: forms, sessions, transactions and locks."""
        lab, shop = self._lab, self._shop
        slug, name, *_ = lab.random.choice(shop.sql(STOCK))
        address = f"{lab.random.randrange(10**6)} Lotus Lane"
        with shop.visitor() as buyer:
            for path, form in self._steps(slug, address):
                response = buyer.get(path) if form is None else buyer.post(path, form)
                is_right = response.status == 200 if form is None else response.sends_on
                if not is_right:
                    why = last_error(shop)
                    lab.foul("shopping_fails", path=path, status=response.status, why=why)
        written = shop.sql(ORDERED, [address])
        if written != [(name, 2)]:
            why = f"{len(written)} × {name}"
            lab.foul("shopping_fails", path="/checkout/", status=response.status, why=why)

    def _steps(self, slug: str, address: str) -> list[tuple[str, dict[str, str] | None]]:
        """Return the pages of a purchase, each with what is sent to it."""
        username, password = self._lab.customers.key("gina")
        order = {"name": "Gina Caputo", "email": "gina@example.com", "address": address}
        return [
            ("/login/", None),
            ("/login/", {"username": username, "password": password}),
            (f"/product/{slug}/", None),
            (f"/cart/add/{slug}/", {"quantity": "2"}),
            ("/cart/", None),
            ("/checkout/", None),
            ("/checkout/", order),
        ]


def _in_words(said: Answer) -> str:
    return ", ".join(filter(None, said)) or "–"
