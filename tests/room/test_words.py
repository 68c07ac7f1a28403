"""What the pages say stands in the catalogue, and nothing there takes another sentence's place."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tutor.base.paths import PACKAGE
from tutor.catalogue import LANGUAGES, sentences
from tutor.room.titles import Titles
from tutor.words.texts import Texts

SAYS = re.compile(r'{% say "([\w.]+)"')
TEMPLATES = sorted((PACKAGE / "room" / "templates").rglob("*.html"))
WORDS = re.compile(r">[^<{]*[^\W\d_]{3,}[^<{]*<")
NAMES = re.compile(r"Level Up|Español|English|tutor |JSON Lines|CSV|UTC")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_no_sentence_of_its_own(path: Path) -> None:
    """Each that it says is there; beside them stand only names."""
    text = path.read_text(encoding="utf-8")

    assert set(SAYS.findall(text)) <= set(sentences("en"))
    said = [part for part in WORDS.findall(text) if not NAMES.search(part)]
    assert said == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_stands_in_two_files(language: str) -> None:
    """The later one would silently take the place of the other."""
    folder = PACKAGE / "catalogue"
    files = [folder / f"{language}{kind}.toml" for kind in ("", ".room", ".help")]

    keys = [key for file in files for key in flat(tomllib.loads(file.read_text("utf-8")))]

    assert len(keys) == len(set(keys))


def flat(table: dict[str, Any], prefix: str = "") -> list[str]:
    """Return the dotted keys of the sentences in *table*."""
    found: list[str] = []
    for key, value in table.items():
        found += flat(value, f"{prefix}{key}.") if isinstance(value, dict) else [f"{prefix}{key}"]
    return found


def test_a_missing_extra_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that brings it."""
    import importlib.util

    from tutor.base.errors import TutorError
    from tutor.room import require_packages

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)

    with pytest.raises(TutorError, match="needs uvicorn and segno") as caught:
        require_packages()

    assert "pip install 'uvicorn" in caught.value.hint


@pytest.mark.parametrize(
    ("language", "id", "said"),
    [
        ("en", "page_fails", "… answers with status …"),
        ("en", "shop_does_not_start", "The shop does not start."),
        ("es", "page_fails", "… responde con estado …"),
        ("es", "shop_does_not_start", "La tienda no arranca."),
    ],
)
def test_of_a_finding_the_board_says_no_tail_of_dots(language: str, id: str, said: str) -> None:
    """Only the learner's run knows file, line and error: where they would stand is nothing."""
    assert Titles(Texts(language)).finding("01_n_plus_one", id) == said
