"""Level 4: names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .goods import FRONT

if TYPE_CHECKING:
    from typing import Any

    from tutor.lab import Customer, Lab

    from .goods import Goods


class Names:
    """Who is shown a name, a cart, a message or a cookie that is not theirs."""

    measures = ("misplaced",)

    def __init__(self, lab: Lab, goods: Goods) -> None:
        self._lab = lab
        self._goods = goods
        self._seen_on = ""
        """The first page on which something was somebody else's."""

    def take(self) -> None:
        """Have people look at the pages, one after the other and each first once, and count."""
        lab = self._lab
        lab.step("names")
        people = self._arrive()
        wrong = sum(
            self._wrong_after(first, pages, people)
            for first, pages in (("gina", self._goods.pages), ("nobody", self._goods.pages[1:]))
        )
        if not wrong:
            # Where pages are mixed up already, messages are too.
            wrong += self._messages(people) + self._one_more(people) + self._log_out(people)
        for cookie, path in lab.customers.borrowed[:1]:
            self._tell("borrowed", path, cookie=cookie)
        wrong += len(lab.customers.borrowed)
        lab.measure("misplaced", wrong)
        if lab.quick and wrong:
            lab.find("counted_names", count=wrong, path=self._seen_on)

    def _tell(self, finding: str, path: str, **seen: Any) -> None:
        """Tell what was seen on the page at *path*; a quick check only notes where it was first."""
        self._seen_on = self._seen_on or path
        if not self._lab.quick:
            self._lab.find_once(finding, path=path, **seen)

    def _arrive(self) -> dict[str, Customer]:
        """Let people log in and fill their carts; refuse a shop in which that fails."""
        lab, products = self._lab, self._goods.products
        people = {user: lab.customer(user) for user in ("gina", "asha", "lotte")}
        people["asha"].browser.block_analytics()
        people[""] = lab.customer()
        # Two have one first name, and other two as much in their carts: what is kept by either is
        # kept for both.
        some, others = lab.random.sample(range(11, 40), 2)
        numbers = iter((some, some, others, others))
        for person in people.values():
            if person.user == "lotte":
                person.come_back()
            elif person.user:
                person.log_in()
            person.fill_cart(*products.pop(), next(numbers))
        people["nobody"] = lab.customer()
        lab.customer().forge(products[-1][0])
        return people

    def _wrong_after(self, first: str, pages: list[str], people: dict[str, Customer]) -> int:
        """Return how many see what is not theirs where *first* came first to each of *pages*."""
        lab, wrong = self._lab, 0
        lab.shop.empty_caches()
        others = [name for name in people if name != first]
        for path in pages:
            lab.random.shuffle(others)
            if first == "gina":
                people["gina"].must_be_greeted(path)
            wrong += sum(self._is_wrong(people[name], path) for name in (first, *others))
        return wrong

    def _is_wrong(self, guest: Customer, path: str) -> bool:
        """Return whether *guest* reads somebody else's name or cart, or not their own."""
        lab = self._lab
        text = guest.see(path)
        if user := lab.customers.mistaken_for(guest, text):
            is_page = lab.customers.tokens[user] in guest.last.text
            is_page = is_page and lab.customers.is_handed_on(guest, path, user)
            whose = lab.customers.name(user)
            finding = "kept_page" if is_page else "kept_part"
            self._tell(finding, path, who=guest.called, whose=whose)
            return True
        if guest.token not in text:
            self._tell("nobody_again", path, name=guest.called)
            return True
        carts = guest.carts_in(text)
        if guest.pieces in (carts or [0]):
            return False
        shown = carts[0] if carts else 0
        self._tell("wrong_cart", path, who=guest.called, pieces=guest.pieces, shown=shown)
        return True

    def _messages(self, people: dict[str, Customer]) -> int:
        """Return how many read a message that was not for them, or twice what was."""
        lab, echoes, path = self._lab, 0, self._goods.pages[1]
        for guest in (people["asha"], people[""]):
            slug, product = self._goods.products.pop()
            guest.buy(slug, 1)
            message = f"{product} is in your cart"
            others = (people["gina"], people["nobody"], lab.customer())
            echoes += lab.customers.echoes(message, path, guest, others)
        return echoes

    def _one_more(self, people: dict[str, Customer]) -> int:
        """Return how many do not see at once that there is more in their cart."""
        wrong, shelf = 0, self._goods.pages[1]
        # Asha's cookies are the same each time: what is kept under them would be found again.
        for guest, path in ((people["gina"], FRONT), (people["asha"], FRONT), (people[""], shelf)):
            guest.see(path)
            guest.buy(self._goods.products.pop()[0], 2)
            guest.get("/cart/")  # the message is read there
            wrong += self._is_wrong(guest, path)
        return wrong

    def _log_out(self, people: dict[str, Customer]) -> int:
        """Return how many still see a name after its owner has left, the owner included."""
        asha, path = people["asha"], self._goods.pages[1]
        asha.see(path)
        asha.log_out()
        guests = (asha, people["nobody"], self._lab.customer(), people["gina"])
        return sum(self._is_wrong(guest, path) for guest in guests)
