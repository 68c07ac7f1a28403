"""What looks at a shop find: statements of a page, two visits, and a queue for a table."""

from tutor.stack.lock_waits import LockSession
from tutor.views.locks import LockLook
from tutor.views.pair import Pair, Visit
from tutor.views.sql import Place, Repeated

CARD = "catalog/templates/catalog/_card.html"
SHAPE = 'SELECT "brand"."id", "brand"."name", "brand"."since" FROM "brand" WHERE "brand"."id" = ?'
PLACE = Place(CARD, 7, "{{ product.brand }}", "catalog/views.py:14", 200)
GROUPS = (
    Repeated(SHAPE, 200, 12, 340.0, SHAPE.replace("?", "4711"), (PLACE,)),
    Repeated("SELECT now()", 1, 1, 0.5, "SELECT now()", ()),
)
ALTER = 'ALTER TABLE "catalog_review" ADD COLUMN "bought_here" boolean NULL'
READ = "SELECT author_name, text FROM catalog_review ORDER BY id DESC LIMIT 1"
REPORT = "SELECT sum(price * quantity) FROM orders_orderline"
QUEUE = ("relation", "catalog_review")
LOCKS = LockLook(
    (
        LockSession(4710, "accountant", "idle in transaction", REPORT, 312.0),
        LockSession(4711, "migrate", "active", ALTER, 9.0, (4710,), "AccessExclusiveLock", *QUEUE),
        LockSession(4712, "reader", "active", READ, 8.0, (4711,), "AccessShareLock", *QUEUE),
        LockSession(4713, "writer", "active", "UPDATE …", 7.0, (4711,), "RowExclusiveLock", *QUEUE),
    )
)


def visit(who: str, greeting: str, *, theirs: bool) -> Visit:
    """Return a visit to a page with this greeting."""
    return Visit(who, 200, 4.0, {"vary": "Cookie"}, {"sessionid": who}, {}, "03:11:05.1", greeting,
                 0, 3, (2, 0), True, theirs, ("<p>", greeting), "gina")  # fmt: skip


class Visitors:
    """Gina and Asha, who are both greeted as Gina."""

    def __init__(self, came: list[tuple[str, str]]) -> None:
        self.came = came
        """Who came, each time."""

    def __call__(self, site: object, who: tuple[str, str]) -> "Visitors":
        """Let *who* come."""
        self.came.append(who)
        return self

    def ask(self, page: str) -> Pair:
        """Return what both see of *page*."""
        return Pair(page, visit("gina", "Gina Caputo", theirs=True),
                    visit("asha", "Gina Caputo", theirs=False), 1)  # fmt: skip

    def close(self) -> None:
        """Nobody waits at the door."""
