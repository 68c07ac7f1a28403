"""The package as a learner gets it: installed from a wheel, away from the checkout."""

import json
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.packaging.commands import CHECKOUT, build_wheel, run
from tutor import __version__
from tutor.curriculum.compose import files_of
from tutor.machine.docker.image import context, fingerprint
from tutor.words.texts import Texts

CARRIED = {name: f"tutor/content/{name}" for name in ("levels", "sample_shop", "docker")}
LEFTOVERS = ("__pycache__", ".pyc", ".orig", ".rej", ".swp", "/.", "bettys_shop")
SUFFIXES = {".py", ".toml", ".md", ".html", ".css", ".js", ".tcss", ".svg", ".txt", ".ini"}


@pytest.fixture(scope="session")
def tutor(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command, installed into an environment of its own.

    What the wheel depends on is borrowed from the environment of the tests: the point is the
    wheel, and a download of everything would take minutes and a network.
    """
    folder = tmp_path_factory.mktemp("installed") / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder.parent)
    python = folder / "bin" / "python"
    site = Path(
        run(python, "-c", "import site; print(site.getsitepackages()[0])", cwd=folder).strip()
    )
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    command = ("-m", "pip", "--python", python, "install", "--no-deps", "--no-index", "--quiet")
    run(sys.executable, *command, "--ignore-installed", wheel, cwd=folder)
    return folder / "bin" / "tutor"


def test_the_wheel_holds_every_file_of_levels_and_shop_and_no_leftover(wheel: Path) -> None:
    """Inside the wheel are the levels and the shop, file by file."""
    names = set(zipfile.ZipFile(wheel).namelist())

    for source, target in CARRIED.items():
        carried = {f"{target}/{name}" for name in files_of(CHECKOUT / source)}
        assert carried == {name for name in names if name.startswith(f"{target}/")}
    engine = {f"tutor/{name}" for name in files_of(CHECKOUT / "tutor")}
    assert engine <= names
    assert not [name for name in names if any(left in name for left in LEFTOVERS)]
    assert {Path(name).suffix for name in names} >= SUFFIXES


def test_the_wheel_carries_its_licence_and_the_readme(wheel: Path) -> None:
    """An index shows the README; the licence travels along."""
    archive = zipfile.ZipFile(wheel)
    (metadata,) = (name for name in archive.namelist() if name.endswith("METADATA"))

    text = archive.read(metadata).decode()

    assert "License-Expression: MIT" in text
    assert "Django" in text
    assert "# Level Up" in text
    assert any(name.endswith("licenses/LICENSE") for name in archive.namelist())


def test_the_installed_command_is_the_one_from_the_wheel(
    tutor: Path, tmp_path: Path, away: dict[str, str]
) -> None:
    """It knows its version and its levels, and finds both in the wheel."""
    version = run(tutor, "--version", cwd=tmp_path, env=away)
    levels = json.loads(run(tutor, "levels", "--json", cwd=tmp_path, env=away))
    place = "import tutor, tutor.base.paths; print(tutor.base.paths.level_roots()[0])"
    root = Path(run(tutor.with_name("python"), "-c", place, cwd=tmp_path, env=away).strip())

    assert __version__ in version
    assert "01_n_plus_one" in json.dumps(levels)
    assert root.is_relative_to(tutor.parent.parent)
    assert not root.is_relative_to(CHECKOUT)


def test_the_image_of_an_installed_tutor_is_that_of_the_checkout(
    tutor: Path, tmp_path: Path, away: dict[str, str]
) -> None:
    """It is built from the same files, with the same rights: either may use the other's image."""
    ask = (
        "import json; from tutor.machine.docker.image import context, fingerprint; "
        "print(json.dumps([fingerprint(), {name: bool(path.stat().st_mode & 0o100) "
        "for name, path in context().items() if not name.startswith('tutor/')}]))"
    )

    mark, files = json.loads(run(tutor.with_name("python"), "-c", ask, cwd=tmp_path, env=away))

    assert mark == fingerprint()
    assert files == {
        name: bool(path.stat().st_mode & 0o100)
        for name, path in context().items()
        if not name.startswith("tutor/")
    }
    assert files["docker/service"]


@pytest.mark.services
def test_the_installed_demo_plays_level_1(
    tutor: Path, tmp_path: Path, away: dict[str, str]
) -> None:
    """`pip install` and `tutor demo 1` are enough to see 1292 statements become a dozen."""
    shown = run(tutor, "demo", "1", "--quick", cwd=tmp_path, env=away)

    assert "1292" in shown
    assert Texts("en")("outcome.quick_passed") in shown


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution, built from the checkout without a network."""
    folder = tmp_path_factory.mktemp("sdist")
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", folder, cwd=CHECKOUT)
    (built,) = folder.glob("*.tar.gz")
    return built


def test_the_source_distribution_is_a_checkout_in_small(sdist: Path) -> None:
    """From it the game can be played, tested and built again."""
    with tarfile.open(sdist) as archive:
        names = {member.name.partition("/")[2] for member in archive if member.isfile()}

    for folder in ("tutor", "levels", "sample_shop", "scripts"):
        assert {f"{folder}/{name}" for name in files_of(CHECKOUT / folder)} <= names
    assert names >= {
        *("Makefile", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "pyproject.toml"),
        *("requirements.txt", "requirements-dev.txt", "tests/packaging/test_wheel.py"),
        *("scripts/set-up", "scripts/play", ".ci/run", ".dockerignore", ".pre-commit-config.yaml"),
    }
    assert not [name for name in names if any(left in name for left in LEFTOVERS)]


def test_a_wheel_of_the_source_distribution_is_the_wheel_of_the_checkout(
    sdist: Path, wheel: Path, tmp_path: Path
) -> None:
    """Whoever builds from the source has what everybody else has: each file, each right."""
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (unpacked,) = tmp_path.iterdir()

    again = build_wheel(unpacked, tmp_path / "built")

    assert files_in(again) == files_in(wheel)


def files_in(wheel: Path) -> dict[str, tuple[int, int]]:
    """Return of each file what is in it (as a checksum), and its rights."""
    infos = zipfile.ZipFile(wheel).infolist()
    return {info.filename: (info.CRC, info.external_attr >> 16) for info in infos}
