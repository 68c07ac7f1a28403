"""A level pack as a real wheel, installed by pip: on the map, asked about, played."""

import os
import sys
from pathlib import Path

import pytest

from tests import own_pack
from tests.packaging.commands import CHECKOUT, answer, build_wheel, run

PROJECT = f"""\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "{own_pack.NAME}"
version = "1.0"

[project.entry-points."levelup.levels"]
yoga = "{own_pack.MODULE}.levels"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The source of a pack."""
    folder = tmp_path / "source"
    own_pack.write_package(folder)
    (folder / "pyproject.toml").write_text(PROJECT)
    return folder


@pytest.fixture
def env(away: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """An environment that sees the checkout, and the folder into which the pack is installed."""
    return away | {"PYTHONPATH": os.pathsep.join([str(tmp_path / "site"), str(CHECKOUT)])}


def install(project: Path, tmp_path: Path) -> None:
    """Build the wheel and install it, both without a network."""
    wheel = build_wheel(project, tmp_path / "wheel")
    pip = ("-m", "pip", "install", "--no-index", "--no-deps", "--target", tmp_path / "site", wheel)
    run(sys.executable, *pip, cwd=tmp_path)


def test_a_pack_that_pip_installed_is_on_the_map(
    project: Path, tmp_path: Path, env: dict[str, str]
) -> None:
    """After our own levels, and refused with what to do where nobody can be asked."""
    install(project, tmp_path)

    listed = answer(sys.executable, "-m", "tutor", "levels", cwd=tmp_path, env=env)
    shown = answer(sys.executable, "-m", "tutor", "show", "guest", cwd=tmp_path, env=env)
    words = ("-m", "tutor", "verify", "91", "--quick", "--variant", "fixed")
    refused = answer(sys.executable, *words, cwd=tmp_path, env=env)

    assert (listed.returncode, listed.stderr) == (0, "")
    assert listed.stdout.index("07_black_friday") < listed.stdout.index(own_pack.GUEST)
    assert "/health/" in shown.stdout
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "yoga-pack 1.0" in refused.stderr
    assert str(tmp_path / "site" / own_pack.MODULE / "levels") in refused.stderr
    assert "--yes" in refused.stderr


def test_a_broken_pack_is_named_and_left_out(
    project: Path, tmp_path: Path, env: dict[str, str]
) -> None:
    """Our own levels are listed as ever."""
    description = project / own_pack.MODULE / "levels" / own_pack.GUEST / "level.toml"
    description.write_text(description.read_text().replace("medal =", "meddal =", 1))
    install(project, tmp_path)

    listed = answer(sys.executable, "-m", "tutor", "levels", cwd=tmp_path, env=env)

    assert listed.returncode == 0
    assert "07_black_friday" in listed.stdout
    assert own_pack.GUEST not in listed.stdout
    assert "yoga-pack 1.0 is left out" in listed.stderr
    assert "meddal" in listed.stderr


@pytest.mark.services
def test_a_pack_is_played_once_it_is_agreed_to(
    project: Path, tmp_path: Path, env: dict[str, str]
) -> None:
    """`--yes` is remembered: the next run needs it no more."""
    install(project, tmp_path)
    words = ("-m", "tutor", "verify", "guest", "--quick", "--variant", "fixed")

    first = answer(sys.executable, *words, "--yes", cwd=tmp_path, env=env)
    again = answer(sys.executable, *words, cwd=tmp_path, env=env)

    assert first.returncode == 0, first.stdout + first.stderr
    assert again.returncode == 0, again.stdout + again.stderr
