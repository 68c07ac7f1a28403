"""The shop's own tests pass: on day one, and after the reference answer of each level."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tutor.base.cancel import Cancel
from tutor.base.paths import shop_root
from tutor.curriculum import Level, load_levels
from tutor.curriculum.compose import compose, files_of, materialise
from tutor.stack.ground import prepare_ground
from tutor.stack.plan import STACK_FILE, read_plan
from tutor.stack.stack import Stack

pytestmark = pytest.mark.services
LEVELS = load_levels()
ROLE, PASSWORD = "shop_tests", "namaste"
"""A role of its own: the shop's tests make and remove a database."""


def code_of(level: Level | None) -> dict[str, bytes]:
    """Return the files of the shop after *level*, or of day one, but for its stack."""
    files = compose(level, "fixed", LEVELS) if level else files_of(shop_root())
    return {name: path.read_bytes() for name, path in files.items() if name != STACK_FILE}


def different_shops() -> list[Level | None]:
    """Return day one and each level whose reference answer has other code than the one before."""
    shops: list[Level | None] = [None]
    for level in LEVELS:
        if code_of(level) != code_of(shops[-1]):
            shops.append(level)
    return shops


@pytest.fixture
def database(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A PostgreSQL in which the shop's role may make databases, as the shop's environment."""
    stack = Stack(tmp_path / "stack")
    files = files_of(shop_root())
    try:
        plan = read_plan(files[STACK_FILE])
        ground = prepare_ground(stack, plan, files, lambda event: None, Cancel())
        with closing(ground.postgres.connect("postgres")) as connection:
            connection.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{PASSWORD}'")
        yield {
            "DATABASE_HOST": "127.0.0.1",
            "DATABASE_PORT": str(ground.postgres.port),
            "DATABASE_NAME": "shop",
            "DATABASE_USER": ROLE,
            "DATABASE_PASSWORD": PASSWORD,
        }
    finally:
        stack.release()
        stack.wait_until_gone()


def shops() -> list[object]:
    """Return the first shop and the last; those between them are for the proof."""
    first, *between, last = different_shops()
    marked = [pytest.param(level, marks=pytest.mark.long) for level in between]
    return [first, *marked, last]


@pytest.mark.parametrize("level", shops(), ids=lambda level: level.slug if level else "day_one")
def test_the_shop_passes_its_own_tests(
    level: Level | None, database: dict[str, str], tmp_path: Path
) -> None:
    """What a learner inherits, and what a level's reference answer leaves, is sound."""
    shop = tmp_path / "shop"
    materialise(compose(level, "fixed", LEVELS) if level else files_of(shop_root()), shop)
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "DJANGO", "SHOP"))}

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--color=no", "-p", "no:cacheprovider"],
        cwd=shop,
        env=env | database,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=300,
        check=False,
    )

    assert done.returncode == 0, f"\n{done.stdout}\n{done.stderr}"
    assert " passed" in done.stdout
