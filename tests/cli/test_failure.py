"""What goes wrong is told in the learner's language, with the same values and the same code."""

import pytest

from tests.real import Tutor
from tutor.learner.progress import ProgressFile

ENGLISH = {"LC_ALL": "", "LANG": "en_US.UTF-8"}
SPANISH = {"LC_ALL": "", "LANG": "es_ES.UTF-8"}


def remember(tutor: Tutor, language: str) -> None:
    """Have *language* in the learner's progress."""
    with ProgressFile(tutor.home / "progress.json").change() as progress:
        progress.language = language


def test_a_spanish_terminal_is_told_in_spanish(cold_tutor: Tutor) -> None:
    """The values and the exit code are those that an English one gets."""
    cold_tutor.env |= ENGLISH
    english = cold_tutor("diff", "--workspace", "elsewhere")
    cold_tutor.env |= SPANISH
    spanish = cold_tutor("diff", "--workspace", "elsewhere")

    assert english.err == (
        f"Error: {cold_tutor.folder / 'elsewhere'} does not exist.\n"
        "Hint: `tutor begin 1` begins level 1 there; --workspace DIR names another folder.\n"
    )
    assert spanish.err == (
        f"Error: {cold_tutor.folder / 'elsewhere'} no existe.\n"
        "Qué hacer: `tutor begin 1` empieza ahí el nivel 1; --workspace DIR señala otra carpeta.\n"
    )
    assert (english.code, english.out) == (spanish.code, spanish.out) == (2, "")


@pytest.mark.parametrize("terminal", [ENGLISH, SPANISH], ids=["english", "spanish"])
@pytest.mark.parametrize(
    ("asked", "said"), [("es", "No hay ningún nivel 'xyz'"), ("en", "There is no level 'xyz'")]
)
def test_the_language_of_the_command_comes_first(
    cold_tutor: Tutor, terminal: dict[str, str], asked: str, said: str
) -> None:
    """Whatever the terminal speaks, and whatever is remembered."""
    cold_tutor.env |= terminal
    remember(cold_tutor, "es" if asked == "en" else "en")

    done = cold_tutor("show", "xyz", "--lang", asked)

    assert said in done.err
    assert "01_n_plus_one" in done.err


def test_the_remembered_language_comes_before_the_terminal_s(cold_tutor: Tutor) -> None:
    """Who chose Spanish in the game need not say so again."""
    cold_tutor.env |= ENGLISH
    remember(cold_tutor, "es")

    assert "No hay ningún nivel 'xyz'" in cold_tutor("show", "xyz").err


def test_a_language_that_nobody_speaks_is_none(cold_tutor: Tutor) -> None:
    """Then the terminal's it is."""
    cold_tutor.env |= SPANISH
    remember(cold_tutor, "xx")

    assert "no existe." in cold_tutor("diff", "--workspace", "elsewhere").err


@pytest.mark.parametrize("progress", [b"no json", b"\xff", b"[]", b'{"schema": 99}'])
def test_a_failure_is_told_whatever_the_progress_file_holds(
    cold_tutor: Tutor, progress: bytes
) -> None:
    """What cannot be read says no language, and hides nothing."""
    cold_tutor.env |= SPANISH
    cold_tutor.home.mkdir(parents=True, exist_ok=True)
    (cold_tutor.home / "progress.json").write_bytes(progress)

    done = cold_tutor("diff", "--workspace", "elsewhere")

    assert "Traceback" not in done.err
    assert f"Error: {cold_tutor.folder / 'elsewhere'} no existe." in done.err
    assert done.code == 2


def test_progress_that_cannot_be_read_is_a_failure_that_is_told_too(cold_tutor: Tutor) -> None:
    """With its file and what to do, in the terminal's language: a newer tutor wrote this one."""
    cold_tutor.env |= SPANISH
    cold_tutor.home.mkdir(parents=True, exist_ok=True)
    (cold_tutor.home / "progress.json").write_bytes(b'{"schema": 99, "levels": {}}')

    done = cold_tutor("levels")

    assert f"No se puede leer el progreso guardado en {cold_tutor.home}" in done.err
    assert "Aparta ese archivo" in done.err
    assert done.code == 1


def test_damaged_progress_is_told_in_the_terminal_s_language(cold_tutor: Tutor) -> None:
    """It is set aside under another name, which is told, and the command goes on."""
    cold_tutor.env |= SPANISH
    cold_tutor.home.mkdir(parents=True, exist_ok=True)
    (cold_tutor.home / "progress.json").write_bytes(b"no json")

    done = cold_tutor("levels")

    assert f"{cold_tutor.home / 'progress.json'} está dañado" in done.err
    assert (cold_tutor.home / "progress.json.damaged").read_bytes() == b"no json"
    assert "01_n_plus_one" in done.out
    assert done.code == 0
