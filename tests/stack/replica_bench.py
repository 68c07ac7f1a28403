"""A seeded ground with a replica, as the tests of replicas stand on it."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import psycopg

from tutor.base.cancel import Cancel
from tutor.curriculum import load_levels
from tutor.curriculum.compose import compose
from tutor.lab.instruments.standby import Standby
from tutor.lab.shop import Shop
from tutor.machine.ports import LOOPBACK
from tutor.stack.ground import Ground, prepare_ground
from tutor.stack.plan import StackPlan, read_plan
from tutor.stack.site import Site
from tutor.stack.stack import Stack

PLAN = """\
[servers.server1]
services = ["gunicorn", "postgres", "pgbouncer"]
[servers.db2]
services = [{replicas}]
"""


def nothing(event: object) -> None:
    """Tell nobody."""


def planned(folder: Path, *replicas: str) -> StackPlan:
    """Return a plan with *replicas* on a server of their own, also as the shop's own file."""
    names = ", ".join(f'"{name}"' for name in replicas)
    path = folder / "stack.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(PLAN.format(replicas=names))
    return read_plan(path)


def ground_of(stack: Stack, plan: StackPlan) -> Ground:
    """Return the ground of *stack*, seeded for level 1."""
    levels = load_levels()
    return prepare_ground(stack, plan, compose(levels[0], "fixed", levels), nothing, Cancel())


def at(folder: Path, database: str) -> tuple[Ground, Shop, Standby]:
    """Return the ground of the stack in *folder*, a shop of it that is not up, and its replica."""
    stack = Stack(folder)
    stack.up()
    ground = ground_of(stack, planned(folder / "planned", "replica"))
    site = Site(ground, "mine", folder / "planned", folder / "planned")
    site.prepare(database or ground.databases.clone(ground.seed))
    shop = Shop(ground, nothing, Cancel(), site, {})
    return ground, shop, Standby(cast("Any", SimpleNamespace(cancel=Cancel())), shop, "replica")


class Bench:
    """A seeded ground with a replica, for many tests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ground, self.shop, self.standby = at(folder, "")
        self.shop.sql("CREATE TABLE marks (word text)")
        self.shop.sql("GRANT ALL ON marks TO shop")
        self.standby.catch_up()

    def write(self, word: str) -> None:
        """Commit *word* on the first server."""
        self.shop.sql("INSERT INTO marks VALUES (%s)", [word])

    def has(self, word: str) -> bool:
        """Return whether the replica shows *word*."""
        return bool(self.standby.sql("SELECT 1 FROM marks WHERE word = %s", [word]))

    def as_shop(self, port: int, name: str = "") -> Any:
        """Return a connection as the shop would have it."""
        return psycopg.connect(
            host=LOOPBACK,
            port=port,
            user="shop",
            password=self.ground.databases.role_password,
            dbname=name or self.shop.database,
            autocommit=True,
            prepare_threshold=None,
        )
