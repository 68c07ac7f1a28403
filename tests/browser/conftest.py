"""A headless Chromium that may talk to this machine and to nobody else."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from tests import fixtures

cold_tutor = fixtures.cold_tutor
PLACES = ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """The browser; where it is not installed the tests are skipped, which fails with ``CI`` set."""
    program = next((found for place in PLACES if (found := shutil.which(place))), "")
    if not program:
        pytest.skip("chromium is missing")
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        pytest.skip("playwright is missing")
    with sync_playwright() as playwright:
        # As root there is no sandbox, and a container has too little /dev/shm.
        args = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=program, args=args)
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Speak English, whatever the terminal speaks."""
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    # A proxy of the environment has nothing to do with loopback.
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
