"""What the tests of the package share: commands that must succeed, and the wheel they are about."""

import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]


def run(
    *argv: str | Path, cwd: Path, env: dict[str, str] | None = None, timeout: float = 180
) -> str:
    """Run a command that must succeed and return what it printed."""
    done = answer(*argv, cwd=cwd, env=env, timeout=timeout)
    assert done.returncode == 0, f"{argv} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
    return done.stdout


def answer(
    *argv: str | Path, cwd: Path, env: dict[str, str] | None = None, timeout: float = 180
) -> subprocess.CompletedProcess[str]:
    """Run a command and return how it ended."""
    return subprocess.run(
        [str(part) for part in argv],
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=timeout,
        check=False,
    )


def build_wheel(source: Path, folder: Path) -> Path:
    """Return the wheel of *source*, built into *folder* without a network."""
    command = ("-m", "pip", "wheel", "--no-deps", "--no-index", "--no-build-isolation")
    folder.mkdir(exist_ok=True)
    run(sys.executable, *command, "-w", folder, source, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built
