"""What is wrong with the learner's stack.toml is said in the learner's language."""

from pathlib import Path

import pytest

from tutor.base.errors import ShopError
from tutor.curriculum import load_levels
from tutor.judge import Finding, Kind
from tutor.stack.plan import read_plan
from tutor.words.texts import Texts

GOOD = """\
[servers.server1]
services = ["gunicorn", "postgres"]
[services.gunicorn]
workers = 2
"""
WRONG = {
    "unknown key": GOOD.replace("workers", "wokers"),
    "missing key": "[servers.server1]\ncpu = 1\n",
    "wrong kind": GOOD.replace("= 2", '= "two"'),
    "not words": GOOD.replace('"postgres"', "5"),
    "not toml": GOOD.replace("]", "", 1),
    "no server": "",
    "on two servers": GOOD + '[servers.db1]\nservices = ["postgres"]\n',
    "on no server": GOOD.replace(', "postgres"', ""),
    "unknown service": GOOD.replace('"postgres"', '"postgers"'),
    "set for nobody": GOOD + "[services.nginx]\n",
    "out of range": GOOD.replace("= 2", "= 0"),
    "wrong word": GOOD.replace('", "p', '", "pgbouncer", "p')
    + '[services.pgbouncer]\npool_mode = "transition"\n',
}


def problem_of(path: Path) -> ShopError:
    """Return what is wrong with the file at *path*."""
    with pytest.raises(ShopError) as caught:
        read_plan(path)
    return caught.value


@pytest.mark.parametrize("wrong", WRONG)
def test_each_problem_is_told_in_both_languages(tmp_path: Path, wrong: str) -> None:
    """English says what the code says; Spanish says something else, with every value filled in."""
    path = tmp_path / "stack.toml"
    path.write_text(WRONG[wrong], encoding="utf-8")
    error = problem_of(path)

    english, spanish = (Texts(language).error(error) for language in ("en", "es"))

    assert english == (error.message, error.hint)
    assert spanish[0] != english[0]
    assert spanish[1] != english[1]
    assert "{" not in "".join(spanish)


def test_a_file_that_is_gone_is_told_too(tmp_path: Path) -> None:
    """The finding of a run says it in the language of the game."""
    error = problem_of(tmp_path / "stack.toml")
    finding = Finding(error.id, Kind.FOUL, error.params, dict(error.said))

    assert Texts("es").finding(load_levels()[0], finding).startswith("No se puede leer")


@pytest.mark.parametrize("language", ["en", "es"])
def test_too_many_servers_are_told_in_the_language_of_the_game(language: str) -> None:
    """A level without a sentence of its own has ours."""
    params = {"servers": 3, "most": 2, "message": "", "hint": ""}
    told = Texts(language).finding(load_levels()[0], Finding("too_many_servers", Kind.FOUL, params))

    assert "3" in told
    assert "2" in told
