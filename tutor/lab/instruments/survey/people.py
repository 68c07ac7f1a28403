"""Who comes to look: a stranger, customers of whom two share a first name, and two a number."""

from __future__ import annotations

from collections.abc import Iterator

from tutor.lab.instruments.context import Context
from tutor.lab.instruments.customer import CART, Customer
from tutor.lab.instruments.customers import NAMESAKES
from tutor.lab.instruments.survey.problem import Problem
from tutor.lab.instruments.survey.truth import Account, Truth

PIECES = {"gina": 3, "lotte": 5, "asha": 2, "tomas": 2}
"""How many things they put into their carts: the namesakes differ, two others do not."""
STRANGER = "a stranger"


class People:
    """The visitors of a survey, and what each must see of themselves and of nobody else."""

    def __init__(self, lab: Context, users: list[str], slugs: list[str]) -> None:
        self.lab = lab
        self.stranger = lab.customer()
        self.customers = {user: lab.customer(user) for user in users}
        self.bought: dict[str, str] = {}
        """By user, the slug of what lies in their cart."""
        for number, (user, customer) in enumerate(self.customers.items()):
            customer.come_back()
            self.bought[user] = slugs[number % len(slugs)]
            customer.buy(self.bought[user], PIECES[user])
            customer.get(CART)  # the message is read there

    def named(self, user: str) -> Customer:
        """Return *user*, or the stranger where nobody is named."""
        return self.customers.get(user, self.stranger)

    def username(self, user: str) -> str:
        """Return by which name *user* logs in."""
        return self.lab.customers.key(user)[0]

    def account(self, user: str, truth: Truth) -> Account:
        """Return what belongs to *user* alone."""
        return truth.accounts[self.username(user)]

    def strangers_to(
        self, path: str, user: str, text: str, truth: Truth, authors: str = ""
    ) -> Iterator[Problem]:
        """Yield what a page tells *user* of somebody else; *authors* signed what it shows."""
        who = self.named(user).called
        own = self.account(user, truth) if user else None
        for other in self.customers:
            if other == user:
                continue
            account = self.account(other, truth)
            secrets = [account.email, *account.numbers]
            if own is None or own.name != account.name:
                secrets.append(account.name)
            is_namesake = NAMESAKES.get(other, other) == NAMESAKES.get(user, user)
            if not is_namesake:
                secrets.append(self.lab.customers.token_of(other))
            for secret in secrets:
                if secret in text and secret not in authors:
                    yield Problem(
                        "wrong_person", path, who, ("", "person"), "",
                        more=(("whose", account.name), ("seen", secret)),
                    )  # fmt: skip
                    break

    def greeted(self, path: str, user: str, text: str) -> Iterator[Problem]:
        """Yield where a page neither greets *user* nor counts what is in their cart."""
        customer = self.named(user)
        carts = customer.carts_in(text)
        if customer.token and customer.token not in text:
            yield Problem(
                "survey_field_gone", path, customer.called, ("", "greeting"), "name",
                customer.called, "", customer.called,
            )  # fmt: skip
        if carts and customer.pieces not in carts:
            yield Problem(
                "survey_wrong_field", path, customer.called, ("", "cart"), "cart",
                customer.called, str(carts[0]), str(customer.pieces),
            )  # fmt: skip
