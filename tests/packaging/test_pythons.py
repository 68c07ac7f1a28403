"""The package on every Python that it names, as far as this machine has them."""

import json
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.packaging.commands import CHECKOUT, answer, run
from tests.packaging.pythons import VERSIONS, find_python
from tutor import __version__

DECLARED = "Programming Language :: Python :: 3."
PLAIN = (
    *("catalogue", "base.errors", "base.paths", "judge", "events"),
    *("machine.supervisor", "machine.relay"),
)
"""Modules that need nothing but the standard library."""
FIRST_TIME = 600
"""Seconds for everything to be downloaded and installed."""


@pytest.fixture(params=VERSIONS, scope="module")
def python(request: pytest.FixtureRequest) -> Path:
    """A Python of each version."""
    found = find_python(request.param)
    if found is None:
        pytest.skip(f"no Python {request.param} is to be had here")
    return found


@pytest.fixture(scope="module")
def installed(python: Path, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command, installed with all it depends on and no extra, as pip does it."""
    folder = tmp_path_factory.mktemp("clean") / "venv"
    run(python, "-m", "venv", folder, cwd=folder.parent)
    install(folder, str(wheel))
    return folder / "bin" / "tutor"


@pytest.fixture(scope="module")
def with_extras(installed: Path, wheel: Path) -> Path:
    """The same, once every extra was added: whoever asks for it comes last."""
    install(installed.parent.parent, f"{wheel}[redis,web]")
    return installed


def install(venv: Path, what: str) -> None:
    """Install from wherever this machine's pip takes packages."""
    command = (venv / "bin" / "python", "-m", "pip", "install", "--quiet", what)
    run(*command, cwd=venv, timeout=FIRST_TIME)


def test_these_are_the_pythons_that_the_package_names() -> None:
    """Who is told of a new Python is told by a test of it."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]

    named = [line.rpartition(" ")[2] for line in project["classifiers"] if DECLARED in line]

    assert tuple(named) == VERSIONS


def test_every_file_of_the_wheel_compiles_without_a_warning(
    python: Path, wheel: Path, tmp_path: Path
) -> None:
    """What one Python reads and another warns of is no part of the package."""
    zipfile.ZipFile(wheel).extractall(tmp_path)
    # Some answers of the levels are what somebody mistyped.
    command = ("-W", "error", "-m", "compileall", "-q", "-x", "/answers/", tmp_path)

    run(python, *command, cwd=tmp_path)


def test_what_needs_no_package_can_be_imported(python: Path, wheel: Path, tmp_path: Path) -> None:
    """The core runs on each Python, and says nothing of what will be gone in the next."""
    zipfile.ZipFile(wheel).extractall(tmp_path)
    modules = ", ".join(f"tutor.{name}" for name in PLAIN)

    run(
        python,
        "-I",
        "-W",
        "error",
        "-c",
        f"import sys; sys.path[:0] = ['.']; import {modules}",
        cwd=tmp_path,
    )


@pytest.mark.long
@pytest.mark.services
def test_an_installed_tutor_knows_itself(
    installed: Path, tmp_path: Path, away: dict[str, str]
) -> None:
    """`--version`, the levels and the doctor need nothing more, and warn of nothing."""
    version = answer(installed, "--version", cwd=tmp_path, env=away)
    levels = answer(installed, "levels", "--json", cwd=tmp_path, env=away)
    doctor = answer(installed, "doctor", "--json", cwd=tmp_path, env=away)

    assert (version.returncode, version.stderr) == (0, "")
    assert __version__ in version.stdout
    assert (levels.returncode, levels.stderr) == (0, "")
    assert "01_n_plus_one" in levels.stdout
    assert doctor.stderr == ""
    states = {finding["part"]: finding["state"] for finding in json.loads(doctor.stdout)}
    assert {states[part] for part in ("Python", "PostgreSQL", "gunicorn", "locust")} == {"ok"}


@pytest.mark.long
@pytest.mark.services
@pytest.mark.parametrize(("variant", "code"), [("fixed", 0), ("broken", 3)])
def test_an_installed_tutor_judges_level_1(
    installed: Path, tmp_path: Path, away: dict[str, str], variant: str, code: int
) -> None:
    """The reference passes the quick check, the broken shop does not, and nothing is warned of."""
    done = answer(installed, "verify", "1", "--quick", "--variant", variant, cwd=tmp_path, env=away)

    assert (done.returncode, done.stderr) == (code, "")


@pytest.mark.long
@pytest.mark.services
def test_a_shop_with_a_pool_ends_at_once(
    installed: Path, tmp_path: Path, away: dict[str, str]
) -> None:
    """From Python 3.13 on, a pool that is left open keeps its process for 20 seconds."""
    away |= {"LEVELUP_WITHOUT": "pgbouncer"}

    run(installed, "verify", "5", "--quick", "--variant", "fixed", cwd=tmp_path, env=away)

    logs = list(Path(away["LEVELUP_HOME"]).rglob("*.log"))
    assert any(log.name == "seed.log" for log in logs)
    assert not [log for log in logs if "couldn't stop thread" in log.read_text()]


@pytest.mark.long
@pytest.mark.services
def test_level_6_plays_or_says_what_brings_redis(
    with_extras: Path, tmp_path: Path, away: dict[str, str]
) -> None:
    """Without Redis in a package, an installed one is used, or the way to it is told."""
    done = answer(
        *(with_extras, "verify", "6", "--quick", "--variant", "fixed"), cwd=tmp_path, env=away
    )

    if done.returncode != 0:
        said = " ".join(done.stdout.split())
        assert done.returncode == 1
        assert "Redis was not found" in said
        assert "redis-server" in said or "brew install redis" in said
