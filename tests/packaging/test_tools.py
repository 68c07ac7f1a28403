"""The command as a tool with an environment of its own: by uv, and by pipx."""

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.packaging.commands import CHECKOUT, run
from tutor import __version__

pytestmark = [pytest.mark.services, pytest.mark.long]


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pipx is, and uv where this machine has none; both out of their packages."""
    folder = tmp_path_factory.mktemp("tools") / "venv"
    run(sys.executable, "-m", "venv", folder, cwd=folder.parent)
    missing = ["pipx", *([] if shutil.which("uv") else ["uv"])]
    run(folder / "bin" / "python", "-m", "pip", "install", "--quiet", *missing, cwd=folder)
    return folder / "bin"


@pytest.fixture
def env(tools: Path, tmp_path: Path, away: dict[str, str]) -> dict[str, str]:
    """An environment in which tools are installed for this test alone.

    What uv has downloaded before, as for this checkout, it need not once more.
    """
    path = os.pathsep.join([str(tools), os.environ["PATH"]])
    uv = tools / "uv" if (tools / "uv").exists() else "uv"
    cache = run(uv, "cache", "dir", cwd=tmp_path).strip()
    return away | {
        "PATH": path,
        "UV_CACHE_DIR": cache,
        "UV_TOOL_DIR": str(tmp_path / "uv"),
        "UV_TOOL_BIN_DIR": str(tmp_path / "bin"),
        "PIPX_HOME": str(tmp_path / "pipx"),
        "PIPX_BIN_DIR": str(tmp_path / "bin"),
    }


INSTALLERS = {
    "uv": ("uv", "tool", "install", "--quiet", "--python", sys.executable),
    # pip would take a minute for what uv has at hand.
    "pipx": ("pipx", "install", "--backend", "uv", "--python", sys.executable),
}


@pytest.mark.parametrize("name", INSTALLERS)
def test_the_installed_tool_has_all_it_runs(
    name: str, tools: Path, tmp_path: Path, env: dict[str, str]
) -> None:
    """The command is where its kind of tools are, and finds beside itself what it starts."""
    command = [str(tools / name) if (tools / name).exists() else name, *INSTALLERS[name][1:]]

    run(*command, CHECKOUT, cwd=tmp_path, env=env)

    tutor = tmp_path / "bin" / "tutor"
    assert __version__ in run(tutor, "--version", cwd=tmp_path, env=env)
    assert "01_n_plus_one" in run(tutor, "levels", "--json", cwd=tmp_path, env=env)
    doctor = run(tutor, "doctor", "--json", cwd=tmp_path, env=env)
    states = {finding["part"]: finding["state"] for finding in json.loads(doctor)}
    assert {states[part] for part in ("PostgreSQL", "gunicorn", "locust")} == {"ok"}
