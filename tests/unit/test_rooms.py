"""Each room of the tutor has a sign at its door and a place among the others."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from tutor.base.paths import PACKAGE

CHECKOUT = Path(__file__).resolve().parents[2]
ROOMS = sorted(door.parent.name for door in PACKAGE.glob("*/__init__.py"))


@pytest.mark.parametrize("room", ROOMS)
def test_the_sign_at_the_door_says_what_a_room_may_not_know(room: str) -> None:
    """Three sentences: what lives here, who comes in, what it may not know."""
    sign = ast.get_docstring(ast.parse((PACKAGE / room / "__init__.py").read_text()))

    assert sign
    assert "may not know" in sign
    assert sign.count(".\n") + sign.count(". ") >= 1


def test_each_room_has_its_place_in_the_layers() -> None:
    """Whoever adds a room says what it stands on."""
    contracts = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = " | ".join(contracts["contracts"][0]["layers"]).split(" | ")
    placed = {layer.strip("()").removeprefix("tutor.") for layer in layers}

    assert set(ROOMS) <= placed


def test_the_architecture_has_a_row_for_each_room() -> None:
    """What it holds and what it may not know, as the sign at its door."""
    rows = re.findall(
        r"^\| (`.+?`) \|", (CHECKOUT / "docs" / "architecture.md").read_text(), re.MULTILINE
    )

    assert set(ROOMS) <= {name for row in rows for name in re.findall(r"`(\w+)/`", row)}
