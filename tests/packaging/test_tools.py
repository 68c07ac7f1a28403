"""The command as a tool with an environment of its own: by uv, and by pipx."""

import os
import shutil
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.packaging.commands import CHECKOUT, run
from tutor import __version__

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where programs from the package index are installed that this machine has not got."""
    folder = tmp_path_factory.mktemp("tools") / "venv"
    run(sys.executable, "-m", "venv", folder, cwd=folder.parent)
    return folder


def program(name: str, tools: Path) -> Path:
    """Return *name*, the one that is there or a new one."""
    if found := shutil.which(name):
        return Path(found)
    python = tools / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", name, cwd=tools)
    return tools / "bin" / name


def test_uv_installs_a_tool_that_has_all_it_runs(
    tools: Path, tmp_path: Path, away: dict[str, str]
) -> None:
    """With the versions we tested; what it starts is found beside it, on no path."""
    uv = program("uv", tools)
    # Whatever it has downloaded before, as for this checkout, it need not once more.
    env = away | {
        "UV_CACHE_DIR": run(uv, "cache", "dir", cwd=tmp_path).strip(),
        "UV_TOOL_DIR": str(tmp_path / "uv"),
        "UV_TOOL_BIN_DIR": str(tmp_path / "bin"),
    }
    pins = ("--constraints", CHECKOUT / "requirements.txt", "--python", sys.executable)

    run(uv, "tool", "install", "--quiet", *pins, CHECKOUT, cwd=tmp_path, env=env)

    tutor = tmp_path / "bin" / "tutor"
    assert __version__ in run(tutor, "--version", cwd=tmp_path, env=env)
    # Each would say here that it is missing.
    doctor = run(tutor, "doctor", "--json", cwd=tmp_path, env=env)
    for part in ("PostgreSQL", "gunicorn", "locust"):
        assert f'"part": "{part}", "state": "ok"' in doctor


def test_pipx_installs_the_command(
    tools: Path, wheel: Path, tmp_path: Path, away: dict[str, str]
) -> None:
    """What the wheel depends on is borrowed: pip would download all of it again."""
    pipx = program("pipx", tools)
    env = away | {"PIPX_HOME": str(tmp_path / "pipx"), "PIPX_BIN_DIR": str(tmp_path / "bin")}
    options = ("--python", sys.executable, "--pip-args=--no-deps")

    run(pipx, "install", *options, wheel, cwd=tmp_path, env=env)

    (site,) = (tmp_path / "pipx" / "venvs" / "levelup-tutor").glob("lib/python*/site-packages")
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + os.linesep)
    tutor = tmp_path / "bin" / "tutor"
    assert __version__ in run(tutor, "--version", cwd=tmp_path, env=env)
    assert "01_n_plus_one" in run(tutor, "levels", "--json", cwd=tmp_path, env=env)
