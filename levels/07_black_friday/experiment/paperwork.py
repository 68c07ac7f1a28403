"""Level 6: paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from tutor.lab import Checkout, Lab, Paper
    from tutor.lab.instruments.checkout import Answer
    from tutor.probes.broker import PublishMonitor

    from .goods import Goods

ANSWER = 5.0
"""Seconds a checkout may take while everybody behind it is closed."""
SOON = 2.0
"""Seconds within which the shelves must be right once nobody buys."""
EARLY = 1.0
"""Seconds for which a message that came too early is given the time to do harm."""

LOST = {
    "sent_away": "lost_at_the_post",
    "child": "lost_with_child",
    "web": "lost_with_web",
    "away": "lost_with_redis",
    "sale": "lost_in_sale",
}
"""What a missing mail or invoice means, by the trial it was ordered in."""


class Paperwork:
    """Who waits for whom, and what is done for orders whatever dies meanwhile."""

    measures = ("too_early", "held_up")

    def __init__(self, lab: Lab, paper: Paper, goods: Goods) -> None:
        self._lab = lab
        self._paper = paper
        self._orders = paper.orders
        self._goods = goods
        self._first: list[tuple[str, bytes]] = []
        """The messages of the first orders, which are delivered once more in the end."""
        self._lost: dict[tuple[str, str], str] = {}
        """By order and job, in which trial it was lost."""

    def take(self) -> None:
        """See who waits for whom; in a full run, kill and repeat."""
        lab = self._lab
        lab.step("paper")
        if not self._is_answered_first():
            return
        self._paper.hear_the_outsiders()
        if lab.quick or lab.measures["too_early"]:
            return
        lab.step("stamping")
        self._paper.measure_stuck(self._buy)
        lab.step("killing")
        self._deliver_late()
        self._turn_a_mail_away()
        self._kill_children()
        self._kill_the_web()
        self._deliver_again()
        # Whoever starts a worker later, for another reason, may find it: by accident is too late.
        self._note_the_lost("late", "sent_away", "child", "web")
        self._take_redis_away()
        self._note_the_lost("away")

    def sell_to_two(self) -> None:
        """Have two buy the same thing at once: each takes their pieces off the shelf."""
        # Both at once need two who answer.
        self._lab.shop.full_strength()
        slug = self._goods.slug()
        first, second = self._checkout("two", slug), self._checkout("two", slug)
        self._paper.sell_to_two(first, second, patience=ANSWER)
        for checkout in (first, second):
            self._paper.note("two", checkout.email, (checkout.status, checkout.location))
        self._orders.settled(self._paper.groups["two"])
        self._paper.check_the_shelves(within=SOON)

    def count(self, *, messages_are_stranded: bool) -> None:
        """Count every mail and every invoice; tell each kind of fault once, with an example."""
        lab, orders = self._lab, self._orders
        if lab.measures.get("held_up") != 0:
            return
        orders.revive()
        if messages_are_stranded:
            orders.await_workers()
            orders.hand_back()
        orders.settled(self._paper.everybody())
        doubled = 0
        for number, job, count in self._note_the_lost(*self._paper.groups):
            doubled += 1
            lab.find_once("done_twice", times=count, number=number, job=job)
        for (number, job), group in self._lost.items():
            lab.find_once(LOST.get(group, "lost_in_sale"), number=number, job=job)
        lab.measure("lost", len(self._lost))
        lab.measure("doubled", doubled)
        self._paper.measure_left()

    def _note_the_lost(self, *groups: str) -> list[tuple[str, str, int]]:
        """Note which mails and invoices of *groups* are not there; return those done twice."""
        doubled = []
        for group in groups:
            emails = self._paper.groups.get(group, [])
            found = self._orders.of(emails)
            for email in emails:
                theirs = [found[email]] if email in found else []
                self._paper.refuse_unwritten([email], theirs)
                for order, job, count in self._paper.miscounts(theirs):
                    if count:
                        doubled.append((order.number, job, count))
                    else:
                        self._lost.setdefault((order.number, job), group)
        return doubled

    # -- before the sale ---------------------------------------------------------------------------

    def _is_answered_first(self) -> bool:
        """Return whether the checkout answers first, once the bank has said yes, and is done."""
        with self._orders.broker.watch() as wire:
            self._ask_the_bank(wire)
            before = wire.count()
            if not self._close_the_offices():
                return False
            self._first = wire.messages[before : wire.count()]
        return True

    def _ask_the_bank(self, wire: PublishMonitor) -> None:
        """Hold the bank's answer back: until it comes, nobody may hear of the order."""
        lab, orders = self._lab, self._orders
        lab.step("bank")
        checkout = self._checkout("broke")
        orders.refuse(checkout.email)
        footprint = orders.footprint()
        held = self._paper.hold_at_the_bank(checkout, wire, patience=ANSWER, early=EARLY)
        if checkout.email in orders.of([checkout.email]):
            lab.foul("bank_ignored", email=checkout.email)
        if traces := footprint.changes(orders.footprint()):
            lab.foul("refusal_leaves", email=checkout.email, what=", ".join(traces))
        thanked = sum(checkout.email in mail["to"] for mail in lab.shop.mails())
        lab.measure("too_early", held.published + thanked)
        if held.published or thanked:
            finding = "counted_early" if lab.quick else "published_early"
            lab.find(finding, count=held.published)

    def _close_the_offices(self) -> bool:
        """Close the post office and the tax office, and check out: the answer must come."""
        lab = self._lab
        checkout = self._checkout("first")
        with self._orders.offices_closed():
            checkout.start()
            lab.wait_until(lambda: checkout.status, timeout=ANSWER)
            answered = bool(checkout.status)
        lab.measure("held_up", 0 if answered else 1)
        if not answered:
            lab.find("counted_wait" if lab.quick else "waits", seconds=ANSWER)
            return False
        checkout.finish()
        self._paper.note("first", checkout.email, (checkout.status, checkout.location))
        self._buy("first")
        self._refuse_what_is_missing(self._paper.groups["first"])
        return True

    def _refuse_what_is_missing(self, emails: list[str]) -> None:
        """Refuse a shop whose orders do not get what they are owed though nothing was killed."""
        lab, orders = self._lab, self._orders
        orders.settled(emails)
        found = orders.of(emails)
        for email in emails:
            order = found.get(email)
            if order is None:
                lab.foul("order_not_written", email=email)
            # What was published too early may have been looked for too early: that was said
            # already.
            elif not order.is_done and not lab.measures["too_early"]:
                if waiting := orders.broker.waiting():
                    count = sum(waiting.values())
                    lab.foul("nobody_takes", count=count, queues=", ".join(waiting))
                job = "mail" if not order.mails else "invoice"
                error = orders.last_error()
                lab.foul("paper_missing", number=order.number, job=job, error=error)

    def _deliver_late(self) -> None:
        """Have a job take longer than the broker waits: its message is handed out again."""
        orders = self._orders
        with orders.offices_closed():
            self._buy("late")
            if orders.wait_for_work() and orders.hand_back():
                self._lab.wait_until(lambda: not orders.broker.waiting(), timeout=0.8)
        orders.settled(self._paper.groups["late"])

    def _turn_a_mail_away(self) -> None:
        """Have the post office send one mail away: it is owed all the same, within an hour."""
        orders = self._orders
        with orders.post_sends_away() as turned_away:
            self._buy("sent_away")
            emails = {*self._paper.groups["sent_away"]}
            orders.wait_for(lambda: emails <= turned_away())
            orders.wait_until_still()

    def _kill_children(self) -> None:
        """Kill the processes that are in the middle of a job, as the kernel does."""
        with self._orders.offices_closed():
            self._buy("child", 2)
            if self._orders.wait_for_work():
                self._orders.kill_children()
        self._orders.revive()

    def _kill_the_web(self) -> None:
        """Kill gunicorn's processes while paper waits: what only they know of dies with them."""
        with self._orders.offices_closed():
            self._buy("web")
            self._orders.wait_for_work()
            web = psutil.Process(self._lab.shop.pid("gunicorn")).children(recursive=True)
            self._lab.kill(process.pid for process in web)

    def _deliver_again(self) -> None:
        """Deliver the messages of the first orders again, an hour later."""
        orders, groups = self._orders, self._paper.groups
        # Who only noted somewhere for a while what is done has forgotten it.
        orders.let_an_hour_pass()
        # What is to be tried again later is due by then.
        orders.hand_back(an_hour_later=True)
        for queue, message in self._first:
            orders.broker.publish(queue, message)
        waiting = ("child", "web", "late", "sent_away")
        orders.settled([email for group in waiting for email in groups[group]])

    def _take_redis_away(self) -> None:
        """Have somebody check out while Redis is away: an order needs PostgreSQL alone."""
        lab, orders = self._lab, self._orders
        lab.step("redis_away")
        checkout = self._checkout("away")
        with orders.redis_away():
            checkout.run()
        orders.revive()
        orders.await_workers()
        order = orders.of([checkout.email]).get(checkout.email)
        lab.measure("unserved", 0 if checkout.is_served else 1)
        if order is not None or checkout.is_served:
            self._paper.owe("away", [checkout.email])
        if not checkout.is_served and order is None:
            lab.find("away_refused", status=checkout.status)
        elif not checkout.is_served and order is not None:
            lab.find("away_unthanked", status=checkout.status, number=order.number)
        orders.settled(self._paper.groups.get("away", []))

    # -- buyers ------------------------------------------------------------------------------------

    def _checkout(self, group: str, slug: str = "") -> Checkout:
        """Return somebody with something in the cart, who has yet to press the button."""
        email, person = self._paper.email(group), self._lab.person()
        person.add(slug or self._goods.slug(), form="/login/")

        def press() -> Answer:
            answer = person.check_out("Gina Caputo", email, "1 Lotus Lane")
            return answer.status, answer.headers.get("location", "")

        # Two pages, each of which gives up in its own time.
        patience = 2 * ANSWER + 2 * person.visitor.patience
        return self._paper.checkout(email, press, patience=patience)

    def _buy(self, group: str, times: int = 1) -> None:
        """Buy something, *times* times; each must be answered with an order."""
        for _ in range(times):
            self._lab.cancel.check()
            checkout = self._checkout(group)
            checkout.run()
            checkout.finish()
            self._paper.note(group, checkout.email, (checkout.status, checkout.location))
