"""The README and the documents name what is there, and all of it."""

import ast
import inspect
import re
from functools import cache
from pathlib import Path

import click
import pytest

from tests.cli.commands import commands
from tutor.base.errors import ExitCode
from tutor.base.paths import PACKAGE
from tutor.cli.group import COMMANDS
from tutor.curriculum.loader import TOP_KEYS
from tutor.lab import Lab, Shop

CHECKOUT = Path(__file__).resolve().parents[2]
README = (CHECKOUT / "README.md").read_text(encoding="utf-8")
AUTHORING = (CHECKOUT / "docs" / "authoring.md").read_text(encoding="utf-8")
ARCHITECTURE = (CHECKOUT / "docs" / "architecture.md").read_text(encoding="utf-8")
GLOSSARY = (CHECKOUT / "docs" / "glossary.md").read_text(encoding="utf-8")
DOCUMENTS = [*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").glob("*.md")]
LINK = re.compile(r"\]\((?!https?://)([^)#]+)\)")
AS_CODE = re.compile(r"`([^`\n]+)`")


def words_in_code(text: str) -> set[str]:
    """Return the words that a document sets as code."""
    return {word for code in AS_CODE.findall(text) for word in re.findall(r"\w+(?:-\w+)*", code)}


def test_the_readme_knows_every_command() -> None:
    """A command that is not in the README is not found."""
    names = {name for commands in COMMANDS.values() for name in commands}

    assert not names - words_in_code(README)


def test_the_readme_knows_every_exit_code() -> None:
    """Scripts depend on them."""
    rows = set(re.findall(r"^\| (\d+) \|", README, re.MULTILINE))

    assert rows >= {str(int(code)) for code in ExitCode}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_within_the_project_lead_somewhere(path: Path) -> None:
    """The files that our documents point to are there."""
    for target in LINK.findall(path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


def test_authors_are_told_every_key_of_a_level() -> None:
    """A key of `level.toml` that is not described is not used."""
    assert not set(TOP_KEYS) - words_in_code(AUTHORING)


def test_authors_are_told_only_what_lab_and_shop_have() -> None:
    """What an author copies from the table works."""
    for cls, name in ((Lab, "lab"), (Shop, "shop")):
        for word in re.findall(rf"\b{name}\.([a-z_]+)\b", AUTHORING):
            known = hasattr(cls, word) or f"self.{word} =" in inspect.getsource(cls)
            assert known or word == "py", f"{name}.{word}"


def test_authors_are_told_every_command_and_option_of_theirs() -> None:
    """`tutor author new` and its like."""
    options = {"--help", "--yes", "--json", "--times"}
    for words, command in commands(("author",)):
        if not isinstance(command, click.Group):
            assert f"tutor {' '.join(words)}" in AUTHORING
            named = {name for param in command.params for name in param.opts if name[:2] == "--"}
            assert not {name for name in named - options if name not in AUTHORING}, words


@cache
def defined() -> set[str]:
    """Return the name of every module, class, function, constant and field of ours."""
    names = set()
    for path in PACKAGE.rglob("*.py"):
        names.add(path.stem)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.ClassDef() | ast.FunctionDef():
                    names.add(node.name)
                case ast.Assign(targets=[ast.Name(id=name)]):
                    names.add(name)
                case ast.AnnAssign(target=ast.Name(id=name)):
                    names.add(name)
    return names


ROWS = re.findall(r"^\| ([a-z ]+) \| (.+) \| (`.+`) \|$", GLOSSARY, re.MULTILINE)


@pytest.mark.parametrize(("term", "meaning", "names"), ROWS, ids=[row[0] for row in ROWS])
def test_a_term_of_the_glossary_stands_for_something_in_the_code(
    term: str, meaning: str, names: str
) -> None:
    """A word that goes from the code goes from the glossary."""
    assert meaning
    assert set(AS_CODE.findall(names)) <= defined()


def test_the_glossary_is_read_whole() -> None:
    """Each of its rows has the form that is looked up; they are in order, and no two alike."""
    rows = [line for line in GLOSSARY.splitlines() if line.startswith("| ")]
    terms = [term for term, _, _ in ROWS]

    assert len(ROWS) == len(rows) - 1
    assert terms == sorted(set(terms))


def test_the_architecture_names_only_what_is_there() -> None:
    """Classes, functions and constants; a name that goes from the code goes from the document."""
    spoken = {word for code in AS_CODE.findall(ARCHITECTURE) for word in code.split(".")}
    names = {word for word in spoken if re.fullmatch(r"[A-Z]\w+|[a-z]+(_[a-z]+)+", word)}

    assert len(names) > 20
    assert not names - defined() - {"LEVELUP_LEVELS", "sample_shop"}
