"""The learner's files on the command line: nobody else's are touched, and none is ever lost."""

import json
from pathlib import Path

import pytest

from tests.real import LEVEL, Tutor
from tutor.learner.workspace import MARKER

NEED_A_WORKSPACE = [
    ("verify", "--quick"),
    ("diff",),
    ("reset", "--yes"),
    ("swap", "fixed"),
    ("load",),
    ("stack", "up"),
    ("journal", "restore", "1"),
]


@pytest.mark.parametrize("words", NEED_A_WORKSPACE, ids=" ".join)
def test_a_workspace_that_is_missing_is_named(cold_tutor: Tutor, words: tuple[str, ...]) -> None:
    """The folder that does not exist, and how one is made; it is not made by accident."""
    nowhere = cold_tutor.folder / "nowhere"

    done = cold_tutor(*words, env={"LEVELUP_WORKSPACE": str(nowhere)})

    assert (done.code, done.out) == (2, "")
    assert f"{nowhere} does not exist." in done.err
    assert "`tutor begin 1` begins level 1 there" in done.err
    assert not nowhere.exists()


@pytest.mark.parametrize("words", [*NEED_A_WORKSPACE, ("start",)], ids=" ".join)
def test_a_folder_of_somebody_else_is_left_alone(
    cold_tutor: Tutor, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """A folder with other files in it is refused by name, and not a byte of it changes."""
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "thesis.txt").write_text("Years of work.")

    done = cold_tutor(*words, env={"LEVELUP_WORKSPACE": str(theirs)})

    assert (done.code, done.out) == (2, "")
    assert f"{theirs} is not one of our workspaces" in done.err
    assert "--workspace DIR" in done.err
    assert [path.name for path in theirs.iterdir()] == ["thesis.txt"]
    assert (theirs / "thesis.txt").read_text() == "Years of work."


@pytest.mark.parametrize("words", [*NEED_A_WORKSPACE, ("start",), ("levels",)], ids=" ".join)
def test_a_workspace_that_is_a_file_is_named(
    cold_tutor: Tutor, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """A file is no folder."""
    file = tmp_path / "file"
    file.touch()

    done = cold_tutor(*words, env={"LEVELUP_WORKSPACE": str(file)})

    assert (done.code, done.out) == (2, "")
    assert str(file) in done.err
    assert "is a file" in done.err


@pytest.mark.parametrize("marker", ["", "{", "[]", '{"schema": 1}', '{"level": "02_gone"}'])
def test_a_marker_that_is_damaged_says_what_to_do(cold_tutor: Tutor, marker: str) -> None:
    """The one small file of ours may be broken: the shop's files are never the price."""
    (cold_tutor.workspace / MARKER).write_text(marker)
    before = cold_tutor.files()

    done = cold_tutor("diff")

    assert done.code in (1, 2)
    assert done.out == ""
    assert str(cold_tutor.workspace) in done.err
    assert "tutor start" in done.err or "tutor begin" in done.err
    assert "Traceback" not in done.err
    assert cold_tutor.files() == before


def test_reset_keeps_what_was_there_and_the_journal_brings_it_back(cold_tutor: Tutor) -> None:
    """A reset loses nothing: every file, also new and removed ones, comes back byte by byte."""
    start = cold_tutor.files()
    cold_tutor.add_to("catalog/views.py", "\n# an hour of work\n")
    cold_tutor.write({"catalog/new.py": "NEW = 1\n", "catalog/static/dot.png": b"\x89PNG\0\xff"})
    (cold_tutor.workspace / "README.md").unlink()
    mine = cold_tutor.files()

    reset = cold_tutor("reset", "--yes")
    after_reset = cold_tutor.files()
    (entry,) = cold_tutor("journal", "--json").document
    shown = cold_tutor("journal", "show", str(entry["entry"]))
    restored = cold_tutor("journal", "restore", str(entry["entry"]))

    assert reset.code == 0
    assert f"`tutor journal restore {entry['entry']}`" in reset.out
    assert after_reset == start
    assert (entry["reason"], entry["level"]) == ("reset", LEVEL)
    assert "+# an hour of work" in shown.out
    assert restored.code == 0
    assert cold_tutor.files() == mine
    assert "Restored entry 1" in restored.out
    assert [row["reason"] for row in cold_tutor("journal", "--json").document] == [
        "restore",
        "reset",
    ]


def test_reset_of_one_file_leaves_the_others(cold_tutor: Tutor) -> None:
    """`--file` brings back that one only, also one that was deleted."""
    start = cold_tutor.files()
    cold_tutor.add_to("catalog/models.py", "\n# keep me\n")
    (cold_tutor.workspace / "catalog/views.py").unlink()

    done = cold_tutor("reset", "--yes", "--file", "catalog/views.py")

    assert done.code == 0
    after = cold_tutor.files()
    assert after["catalog/views.py"] == start["catalog/views.py"]
    assert after["catalog/models.py"].endswith(b"# keep me\n")


@pytest.mark.parametrize("answer", ["n\n", ""], ids=["no", "nobody there"])
def test_reset_asks_first(cold_tutor: Tutor, answer: str) -> None:
    """A no, or nobody to ask, changes nothing."""
    cold_tutor.add_to("catalog/views.py", "\n# mine\n")
    before = cold_tutor.files()

    done = cold_tutor("reset", stdin=answer)

    assert (done.code, done.out) == (130, "")
    assert "Reset all files" in done.err
    assert cold_tutor.files() == before


def test_reset_of_untouched_files_says_so(cold_tutor: Tutor) -> None:
    """There is nothing to keep, so nothing is kept."""
    done = cold_tutor("reset", "--yes")

    assert done.code == 0
    assert "Nothing to reset" in done.out
    assert cold_tutor("journal", "--json").document == []


def test_an_empty_journal_says_so(cold_tutor: Tutor) -> None:
    """Also which entries there are when one is asked for that is not."""
    listed = cold_tutor("journal")
    shown = cold_tutor("journal", "show", "3")

    assert (listed.code, listed.out) == (0, "The journal of this workspace is empty so far.\n")
    assert shown.code == 2
    assert "no entry 3" in shown.err


def test_a_journal_entry_that_is_damaged_is_named(cold_tutor: Tutor) -> None:
    """The file is named, and the others are unharmed."""
    cold_tutor.add_to("catalog/views.py", "\n# mine\n")
    cold_tutor("reset", "--yes")
    entry = cold_tutor.home / "journal" / "000001.json"
    entry.write_text("{")

    done = cold_tutor("journal", "show", "1")

    assert done.code == 1
    assert str(entry) in done.err
    assert "the other entries are unharmed" in done.err


def test_saved_progress_that_is_damaged_is_named(cold_tutor: Tutor) -> None:
    """It is set aside whole, once, and never thrown away behind the learner's back."""
    path = cold_tutor.home / "progress.json"
    path.write_text("{")

    done, again = cold_tutor("levels"), cold_tutor("levels")

    assert done.code == again.code == 0
    assert str(path) in done.err
    assert "progress.json.damaged" in done.err
    assert (cold_tutor.home / "progress.json.damaged").read_text() == "{"
    assert again.err == ""


def test_saved_progress_of_a_newer_version_is_left_alone(cold_tutor: Tutor) -> None:
    """An older tutor does not guess what a newer one meant."""
    path = cold_tutor.home / "progress.json"
    newer = json.dumps({"schema": 99, "levels": {}})
    path.write_text(newer)

    done = cold_tutor("hint")

    assert done.code == 1
    assert "newer version" in done.err
    assert path.read_text() == newer


def test_the_files_are_handled_in_spanish_too(cold_tutor: Tutor) -> None:
    """The question, a yes in either language, and what became of it."""
    nothing = cold_tutor("reset", "--lang", "es")
    cold_tutor.add_to("catalog/views.py", "\n# mine\n")
    no = cold_tutor("reset", "--lang", "es", stdin="n\n")
    yes = cold_tutor("reset", "--lang", "es", "--file", "catalog/views.py", stdin="s\n")
    listed = cold_tutor("journal", "--lang", "es")
    restored = cold_tutor("journal", "restore", "1", "--lang", "es")

    assert (
        nothing.out == "No hay nada que reiniciar: tus archivos siguen como al empezar el nivel.\n"
    )
    assert (no.code, no.out) == (130, "")
    assert no.err.startswith(f"¿Reiniciar todos los archivos de {LEVEL}? [s/N]: ")
    assert yes.out == "Hecho. Lo que tenías es la entrada 1: `tutor journal restore 1`.\n"
    assert listed.out.split()[:3] == ["entrada", "cuándo", "nivel"]
    assert "antes de reiniciar" in listed.out
    assert restored.out.startswith(f"Entrada 1 ({LEVEL}) recuperada. Lo que tenías es la entrada 2")


def test_the_stack_speaks_spanish_before_there_is_one(cold_tutor: Tutor) -> None:
    """Nothing runs, nothing is logged, and both are told."""
    down = cold_tutor("stack", "down", "--lang", "es")
    logs = cold_tutor("stack", "logs", "--lang", "es")

    assert down.out == "No había nada en marcha.\n"
    assert logs.out == "Todavía no hay registros.\n"
