"""Gold: all or nothing, whoever dies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .quiet_day import refuse_work_without_workers
from .sales import ANSWER

if TYPE_CHECKING:
    from tutor.lab import Lab

    from .sales import Sales

WRITTEN = ("catalog_stock", "orders_order", "orders_orderline")
"""The tables that every checkout writes into."""


class Crashes:
    """Checkouts, jobs and workers killed in the midst of what they do."""

    def __init__(self, lab: Lab, sales: Sales) -> None:
        self._lab = lab
        self._sales = sales
        self._orders = sales.orders

    def kill_checkouts(self) -> None:
        """Kill checkouts in the midst of what they write: all of it must be there, or nothing."""
        lab, sales, orders = self._lab, self._sales, self._orders
        lab.step("crashing")
        for door in (*(orders.table(name) for name in WRITTEN), orders.bank):
            attempt = sales.attempt(sales.purchase("crash", lines=2))
            checkout = attempt.checkout
            before = orders.footprint()
            with door.shut():
                checkout.start()
                if not sales.paper.wait_at(door, checkout, patience=3 * ANSWER):
                    lab.too_noisy("too_early", seconds=3 * ANSWER)
                if door.waiting():
                    lab.kill(process.pid for process in sales.web())
                    door.send_away()
            checkout.join(2 * ANSWER)
            if checkout.is_an_order:
                # It never came by here.
                sales.attempted("crash", attempt)
            elif what := sales.traces(before):
                lab.foul("crash_leaves_traces", what=what)

    def turn_mails_away(self) -> None:
        """Have the post office send one mail away: it is owed all the same once it opens again.

        Celery tries again after three minutes where nobody says otherwise. Nobody waits for that:
        an hour passes soon.
        """
        orders = self._orders
        self._lab.step("sending_away")
        with orders.post_sends_away() as turned_away:
            self._sales.buy("sent_away")
            emails = {*self._sales.paper.groups["sent_away"]}
            orders.wait_for(lambda: emails <= turned_away())
            orders.wait_until_still()

    def kill_children(self) -> None:
        """Kill the processes in the middle of a job, as the kernel does when memory ends."""
        self._lab.step("killing_child")
        with self._orders.offices_closed():
            self._sales.buy("child", 2)
            if not self._orders.wait_for_work():
                return
            self._orders.kill_children()
        self._orders.revive()
        self._orders.settled(self._sales.paper.groups["child"])

    def kill_workers(self) -> None:
        """Kill the workers whole; go on selling; let an hour pass; start them again."""
        orders, sales = self._orders, self._sales
        self._lab.step("killing_worker")
        with orders.offices_closed():
            sales.buy("worker", 5)
            orders.wait_for_work()
            # What Redis has just handed out, and nobody has written down, dies with the reader.
            orders.kill_workers()
            orders.tax_office.send_away()
        sales.buy("down")
        self._must_still_be_a_shop()
        down = sales.paper.groups["down"]
        refuse_work_without_workers(self._lab, orders.every(down))
        orders.let_an_hour_pass()
        orders.hand_back(an_hour_later=True)
        orders.revive()
        sent_away = sales.paper.groups["sent_away"]
        orders.settled([*sales.paper.groups["worker"], *down, *sent_away])

    def _must_still_be_a_shop(self) -> None:
        """Refuse a shop whose other forms broke: log in, look at the account, forget the token."""
        lab = self._lab
        visitor = lab.shop.visitor()
        visitor.get("/login/")
        username, password = lab.customers.key("gina")
        visitor.post("/login/", {"username": username, "password": password})
        account = visitor.get("/account/")
        if account.status != 200:
            lab.foul("shop_broken", what=f"/account/: {account.status}")
        slug = self._sales.slug()
        form = {"quantity": "1", "csrfmiddlewaretoken": "x" * 64}
        forged = visitor.post(f"/cart/add/{slug}/", form)
        if forged.status != 403:
            lab.foul("shop_broken", what=f"/cart/add/ (csrfmiddlewaretoken ✗): {forged.status}")
        visitor.post(f"/cart/add/{slug}/", {"quantity": "1"})
        if slug not in visitor.get("/cart/").text:
            lab.foul("shop_broken", what="/cart/ without what was put in")
        visitor.close()
