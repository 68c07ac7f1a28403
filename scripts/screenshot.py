"""Take the README's screenshot: the real game, a real shop, Betty's own step under load.

.venv/bin/python scripts/screenshot.py [docs/screenshot.svg]
"""

import asyncio
import os
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path

SIZE = (120, 36)
SAMPLES = 9
"""How far the load test must be."""
FONT_FACES = re.compile(r"@font-face \{.*?\}", re.DOTALL)
"""They would be fetched from elsewhere; any monospaced font will do."""


async def take(folder: Path) -> str:
    """Play until the load is on and return what the terminal shows, as SVG."""
    from tutor.curriculum import corpus
    from tutor.curriculum.compose import compose_answer
    from tutor.learner.session import Session
    from tutor.tui.app import TutorApp

    session = Session(folder / "bettys_shop")
    level = session.levels[0]
    session.enter(level)
    betty = next(answer for answer in corpus(level) if answer.name == "right/betty")
    view = compose_answer(level, betty, session.levels)["catalog/views.py"]
    shutil.copyfile(view, session.workspace.folder / "catalog" / "views.py")
    app = TutorApp(session, language="en")
    deadline = time.monotonic() + 120
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("enter")
        await pilot.pause(1)
        while not getattr(app.screen, "shop_url", ""):
            await pilot.pause(0.2)
            if time.monotonic() > deadline:
                raise SystemExit(f"No shop: {getattr(app.screen, 'shop_error', app.screen)!r}")
        await pilot.press("3", "v")
        while len(app.screen.board.samples) < SAMPLES:  # type: ignore[attr-defined]
            await pilot.pause(0.1)
            if time.monotonic() > deadline:
                raise SystemExit("The load did not come.")
        svg = app.export_screenshot(title="tutor start")
        await pilot.press("escape")
        await pilot.pause(1)
    session.stack.release()
    session.stack.wait_until_gone()
    return FONT_FACES.sub("", svg)


def main() -> None:
    """Take it in an empty home."""
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/screenshot.svg")
    with tempfile.TemporaryDirectory(prefix="levelup-screenshot-") as folder:
        os.environ["LEVELUP_HOME"] = f"{folder}/data"
        os.environ["TEXTUAL_ANIMATIONS"] = "none"
        svg = asyncio.run(take(Path(folder)))
    # Trailing blanks mean nothing in SVG.
    target.write_text("\n".join(row.rstrip() for row in svg.splitlines()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
