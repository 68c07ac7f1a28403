"""The wheel, and a place away from the checkout."""

import os
from pathlib import Path

import pytest

from tests.packaging.commands import CHECKOUT, build_wheel


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout without a network."""
    return build_wheel(CHECKOUT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture
def away(tmp_path: Path) -> dict[str, str]:
    """An environment that knows nothing of the checkout, with an empty home."""
    unwanted = ("PYTHON", "LEVELUP", "VIRTUAL_ENV", "LANG", "LC_")
    env = {key: value for key, value in os.environ.items() if not key.startswith(unwanted)}
    (tmp_path / "home").mkdir()
    return env | {
        "HOME": str(tmp_path / "home"),
        "LEVELUP_HOME": str(tmp_path / "data"),
        "LANG": "C.UTF-8",
    }
