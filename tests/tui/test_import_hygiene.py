"""The game starts fast because it imports late."""

import subprocess
import sys
from pathlib import Path

from tutor.tui.others import LOOK

HEAVY = (
    "psycopg",
    "locust",
    "gevent",
    "docker",
    "tree_sitter",
    "psutil",
    "http.client",
    "ssl",
    "_hashlib",
    "importlib.metadata",
    "tutor.events",
    "tutor.machine",
    "tutor.stack",
    "tutor.learner.showroom",
    "tutor.seat",
    "tutor.load.locust",
)

FIRST_FRAME = """
import sys
from pathlib import Path
from tutor.learner.session import Session
from tutor.tui.lean import without_tls
with without_tls():
    from tutor.tui.app import TutorApp
from tutor.tui import others
import asyncio

others.LOOK = {look}

async def main():
    async with TutorApp(Session(Path({folder!r}))).run_test() as pilot:
        await pilot.pause()
        await asyncio.sleep({wait})

asyncio.run(main())
print(*sys.modules)
"""


def modules_after(code: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_the_package_does_not_import_textual() -> None:
    """The command line can look at the package without paying for it."""
    modules = modules_after("import sys, tutor.tui; print(*sys.modules)")

    assert "tutor.tui" in modules
    assert not {name for name in modules if name.partition(".")[0] in ("textual", "rich", "click")}


def test_the_first_frame_imports_nothing_that_serves_or_loads(fenced_home: Path) -> None:
    """What runs the shop is imported by the worker that starts it."""
    # Nobody looks for other tutors, however long a busy machine takes for this frame.
    code = FIRST_FRAME.format(folder=str(fenced_home / "shop"), wait=0, look=600)
    modules_after(code)

    modules = modules_after(code)

    assert "textual" in modules
    # What it says was read from TOML the first time, and kept.
    assert "tomllib" not in modules
    assert not {
        name for name in modules for heavy in HEAVY if name == heavy or name.startswith(f"{heavy}.")
    }


def test_a_title_that_nobody_leaves_loads_none_of_it_either(fenced_home: Path) -> None:
    """Whoever looks for other tutors looks at files, and makes no stack for that."""
    folder = str(fenced_home / "shop")
    modules = modules_after(FIRST_FRAME.format(folder=folder, wait=3 * LOOK, look=LOOK))

    assert "tutor.learner.elsewhere" in modules
    assert not modules & {"tutor.stack.stack", "tutor.machine.placement", "psutil", "http.client"}
