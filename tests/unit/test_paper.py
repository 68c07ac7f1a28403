"""The paper of a shop: who is owed what, and what is refused."""

import inspect
import re
import threading
from types import SimpleNamespace
from typing import Any

import pytest

from tutor.curriculum import load_levels
from tutor.lab import Foul
from tutor.lab.experiment import sources_of_experiment
from tutor.lab.instruments import checkout as checkouts
from tutor.lab.instruments import paper as papers
from tutor.lab.instruments.checkout import Checkout
from tutor.lab.instruments.paper import Paper


class Notes:
    """A lab that notes what is refused; its orders are *orders*."""

    def __init__(self, **orders: Any) -> None:
        self.said: list[tuple[str, dict[str, Any]]] = []
        self.measures: dict[str, Any] = {}
        self.orders = lambda: SimpleNamespace(**orders)
        self.token = lambda: "A1B2C3"

    def foul(self, id: str, **params: Any) -> None:
        self.find(id, **params)
        raise Foul(id)

    def find(self, id: str, **params: Any) -> None:
        self.said.append((id, params))

    def measure(self, measure: str, value: Any) -> None:
        self.measures[measure] = value

    def wait_until(self, condition: Any, *, timeout: float, every: float = 0.02) -> bool:
        return any(condition() for _ in range(2))


def paper_of(lab: Notes) -> Paper:
    """Return the paper of a run of *lab*."""
    return Paper(lab)  # type: ignore[arg-type]


def order(email: str, mails: int = 1, invoices: int = 1) -> Any:
    """Return an order with so many mails and invoices."""
    return SimpleNamespace(email=email, counts={"mail": mails, "invoice": invoices})


def test_nobody_has_the_address_of_somebody_else() -> None:
    """And none can be guessed: the run's word is in each."""
    paper = paper_of(Notes())

    assert paper.email("first") == "first-a1b2c3-1@palace.example"
    assert paper.email("first") != paper.email("first")


def test_who_bought_twice_is_owed_twice() -> None:
    """Everybody is there as often as they bought something."""
    paper = paper_of(Notes())
    paper.note("first", "om@palace.example", (302, "/order/1/"))
    paper.owe("sale", ["om@palace.example", "asha@palace.example"])

    assert paper.groups["first"] == ["om@palace.example"]
    assert paper.everybody().count("om@palace.example") == 2


@pytest.mark.parametrize("answer", [(200, "/order/1/"), (302, "/cart/"), (0, "")], ids=str)
def test_a_checkout_that_leads_to_no_order_is_refused(answer: tuple[int, str]) -> None:
    """And nobody is owed anything for it."""
    lab = Notes()
    paper = paper_of(lab)

    with pytest.raises(Foul):
        paper.note("first", "om@palace.example", answer)

    assert lab.said == [("checkout_fails", {"status": answer[0], "location": answer[1] or "–"})]
    assert not paper.everybody()


def test_what_there_is_one_of_is_no_miscount() -> None:
    """A missing mail and a second invoice are."""
    orders = [order("a"), order("b", mails=0), order("c", invoices=2)]

    miscounts = [(o.email, job, n) for o, job, n in Paper.miscounts(orders)]

    assert miscounts == [("b", "mail", 0), ("c", "invoice", 2)]


def test_an_order_that_was_answered_and_is_not_there_is_named() -> None:
    """Also where somebody who ordered twice has one: then it is theirs."""
    lab = Notes()
    paper = paper_of(lab)

    paper.refuse_unwritten(["a", "b"], [order("a"), order("b")])
    for emails, there in ((["a", "b"], ["a"]), (["c", "c"], ["c"])):
        with pytest.raises(Foul):
            paper.refuse_unwritten(emails, [order(email) for email in there])

    assert [values["email"] for _, values in lab.said] == ["b", "c"]


def test_shelves_that_come_right_in_time_are_right() -> None:
    """Somebody may have been buying between two looks."""
    looks = iter([[("mat", 5, 6)], []])
    lab = Notes(outsiders=SimpleNamespace(wrong_shelves=lambda: next(looks)))

    paper_of(lab).check_the_shelves(within=1.0)

    assert not lab.said


def test_shelves_that_stay_wrong_are_refused_with_an_example() -> None:
    """The first of them, and how many there are."""
    outsiders = SimpleNamespace(wrong_shelves=lambda: [("mat", 5, 6), ("bell", 1, 0)])
    lab = Notes(outsiders=outsiders)

    with pytest.raises(Foul):
        paper_of(lab).check_the_shelves()

    values = {"slug": "mat", "expected": 5, "quantity": 6, "count": 2}
    assert lab.said == [("shelf_wrong", values)]


def test_messages_that_are_left_are_counted_and_their_queues_named() -> None:
    """In the same order each time; where none is left, nothing is said."""
    waiting: dict[str, int] = {"paper": 2, "feed": 1}
    broker = SimpleNamespace(left=lambda: sum(waiting.values()), waiting=lambda: waiting)
    lab = Notes(broker=broker)

    paper_of(lab).measure_left()
    waiting.clear()
    paper_of(lab).measure_left()

    assert lab.said == [("left_over", {"count": 3, "queues": "feed, paper"})]
    assert lab.measures == {"left": 0}


def checkout(lab: Notes, press: Any, patience: float = 5.0) -> Checkout:
    """Return a checkout of *lab*."""
    return Checkout(lab, "om@palace.example", press, patience=patience)  # type: ignore[arg-type]


def test_an_answer_is_there_once_it_was_waited_for() -> None:
    """With where it leads."""
    buyer = checkout(Notes(), lambda: (302, "/order/1/"))
    buyer.start()
    buyer.finish()

    assert (buyer.status, buyer.is_an_order) == (302, True)


def test_what_kept_an_answer_from_coming_is_raised_where_it_is_waited_for() -> None:
    """A thread of its own would lose it."""

    def press() -> tuple[int, str]:
        raise ConnectionResetError

    buyer = checkout(Notes(), press)
    buyer.start()

    with pytest.raises(ConnectionResetError):
        buyer.finish()


def test_a_checkout_that_never_answers_is_refused(request: pytest.FixtureRequest) -> None:
    """Nobody holds it back any more."""
    over = threading.Event()
    request.addfinalizer(over.set)
    lab = Notes()

    def press() -> tuple[int, str]:
        over.wait()
        return 302, "/order/1/"

    buyer = checkout(lab, press, patience=0.05)
    buyer.start()

    with pytest.raises(Foul):
        buyer.finish()

    assert lab.said == [("checkout_fails", {"status": 0, "location": "–"})]


def test_what_it_finds_has_a_sentence_in_each_level_that_uses_it() -> None:
    """The levels speak for it, each in its own words."""
    code = "".join(inspect.getsource(module) for module in (checkouts, papers))
    found = set(re.findall(r'lab\.(?:find|foul)\(\s*"(\w+)"', code))
    users = [
        level
        for level in load_levels()
        if any("lab.paper(" in path.read_text() for path in sources_of_experiment(level.folder))
    ]

    assert {level.number for level in users} >= {6, 7}
    assert "order_not_written" in found
    for level in users:
        assert found <= set(level.finding_texts), level.slug
