"""README and CONTRIBUTING name what is there, and all of it."""

import inspect
import re
from pathlib import Path

from tutor.cli.group import COMMANDS
from tutor.curriculum.loader import TOP_KEYS
from tutor.errors import ExitCode
from tutor.lab import Lab, Shop

CHECKOUT = Path(__file__).resolve().parents[2]
README = (CHECKOUT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (CHECKOUT / "CONTRIBUTING.md").read_text(encoding="utf-8")
LINK = re.compile(r"\]\((?!https?://)([^)#]+)\)")
AS_CODE = re.compile(r"`([^`\n]+)`")


def words_in_code(text: str) -> set[str]:
    """Return the words that a document sets as code."""
    return {word for code in AS_CODE.findall(text) for word in re.findall(r"\w+", code)}


def test_the_readme_knows_every_command() -> None:
    """A command that is not in the README is not found."""
    names = {name for commands in COMMANDS.values() for name in commands}

    assert not names - words_in_code(README)


def test_the_readme_knows_every_exit_code() -> None:
    """Scripts depend on them."""
    rows = set(re.findall(r"^\| (\d+) \|", README, re.MULTILINE))

    assert rows >= {str(int(code)) for code in ExitCode}


def test_links_within_the_project_lead_somewhere() -> None:
    """The files that README and CONTRIBUTING point to are there."""
    for target in LINK.findall(README + CONTRIBUTING):
        assert (CHECKOUT / target).exists(), target


def test_contributing_knows_every_key_of_a_level() -> None:
    """A key of `level.toml` that is not described is not used."""
    assert not set(TOP_KEYS) - words_in_code(CONTRIBUTING)


def test_contributing_names_only_what_lab_and_shop_have() -> None:
    """What an author copies from the table works."""
    for cls, name in ((Lab, "lab"), (Shop, "shop")):
        for word in re.findall(rf"\b{name}\.([a-z_]+)\b", CONTRIBUTING):
            known = hasattr(cls, word) or f"self.{word} =" in inspect.getsource(cls)
            assert known or word == "py", f"{name}.{word}"
