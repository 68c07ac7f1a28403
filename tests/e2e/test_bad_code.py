"""What is wrong in the learner's own files is said with its file and line, within seconds."""

import pytest

from tests.e2e.mistakes import CARD, FRONT, VIEWS, check, line_of, replace
from tests.real import Tutor

pytestmark = [pytest.mark.by_date(2), pytest.mark.services]


def test_a_syntax_error_is_shown_with_its_line(tutor: Tutor) -> None:
    """The error, the file, the line; Django loads its addresses with the first page."""
    tutor.add_to(VIEWS, "\ndef broken(:\n    pass\n")

    done = check(tutor)

    line = line_of(tutor, VIEWS, "def broken(:")
    assert "SyntaxError: invalid syntax" in done.said
    assert f"{VIEWS}, line {line}" in done.said


def test_a_syntax_error_in_the_models_is_shown_with_its_line(tutor: Tutor) -> None:
    """The shop does not even start."""
    tutor.add_to("catalog/models.py", "\ndef broken(:\n    pass\n")

    done = check(tutor)

    line = line_of(tutor, "catalog/models.py", "def broken(:")
    assert "The shop does not start: SyntaxError: invalid syntax" in done.said
    assert f"catalog/models.py, line {line}" in done.said


def test_an_import_error_at_startup_is_shown_with_its_line(tutor: Tutor) -> None:
    """Also where Django itself does the importing, in the settings."""
    tutor.add_to("shop/settings.py", "\nimport no_such_package\n")

    done = check(tutor)

    line = line_of(tutor, "shop/settings.py", "import no_such_package")
    assert "ModuleNotFoundError: No module named 'no_such_package'" in done.said
    assert f"shop/settings.py, line {line}" in done.said


def test_an_app_that_is_not_there_is_named(tutor: Tutor) -> None:
    """An entry of INSTALLED_APPS that cannot be imported: no line of the shop is to blame."""
    replace(tutor, "shop/settings.py", '"catalog', '"catalogue_of_wishes",\n    "catalog')

    done = check(tutor)

    assert "No module named 'catalogue_of_wishes'" in done.said
    assert "line 0" not in done.said


def test_a_setting_that_is_wrong_is_shown(tutor: Tutor) -> None:
    """Where no Python file of the shop is in the traceback, the error itself still is."""
    replace(tutor, "shop/wsgi.py", "shop.settings", "shop.setings")

    done = check(tutor)

    assert "The shop does not start" in done.said
    assert "line 0" not in done.said


def test_an_endless_loop_in_a_view_is_found(tutor: Tutor) -> None:
    """The page never comes: the file and the line at which the worker is."""
    replace(
        tutor, VIEWS, "    # Marissa wants to see all of it on one page.\n",
        "    while True:\n        loop = 1\n",
    )  # fmt: skip

    done = check(tutor)

    first = line_of(tutor, VIEWS, "while True:")
    assert "did not answer within" in done.said
    assert any(f"{VIEWS}, line {line}" in done.said for line in (first, first + 1)), done.said


@pytest.mark.long
def test_a_view_that_sleeps_for_ever_is_found(tutor: Tutor) -> None:
    """A wait hangs like a loop does."""
    replace(
        tutor, VIEWS, "    # Marissa wants to see all of it on one page.\n",
        "    import time\n    time.sleep(1000)\n",
    )  # fmt: skip

    done = check(tutor)

    assert f"{VIEWS}, line {line_of(tutor, VIEWS, 'time.sleep')}" in done.said


@pytest.mark.parametrize("name", [VIEWS, pytest.param("shop/settings.py", marks=pytest.mark.long)])
def test_an_endless_loop_at_import_is_found(tutor: Tutor, name: str) -> None:
    """The shop never answers anything: said within seconds, and where it is."""
    tutor.add_to(name, "\nwhile True:\n    pass\n")

    done = check(tutor)

    first = line_of(tutor, name, "while True:")
    assert "did not answer anything within" in done.said
    assert any(f"{name}, line {line}." in done.said for line in (first, first + 1)), done.said


def test_a_template_that_does_not_exist_is_named(tutor: Tutor) -> None:
    """The name that was asked for and the line that asked."""
    replace(tutor, VIEWS, "catalog/front.html", "catalog/fornt.html")

    done = check(tutor)

    assert "TemplateDoesNotExist: catalog/fornt.html" in done.said
    assert f"{VIEWS}, line {line_of(tutor, VIEWS, 'fornt.html')}" in done.said


def test_a_template_with_a_mistake_is_named(tutor: Tutor) -> None:
    """A tag that is no tag: Django's own words."""
    replace(tutor, FRONT, "{% regroup", "{% regrup")

    done = check(tutor)

    assert "Invalid block tag" in done.said
    assert "regrup" in done.said


@pytest.mark.parametrize(
    "name",
    [
        *(VIEWS, "manage.py"),
        *(
            pytest.param(n, marks=pytest.mark.long)
            for n in (CARD, "shop/settings.py", "shop/wsgi.py")
        ),
    ],
)
def test_a_deleted_file_is_named_and_can_be_brought_back(tutor: Tutor, name: str) -> None:
    """Which file is gone, and the command that brings it back, which does."""
    gone = (tutor.workspace / name).read_bytes()
    (tutor.workspace / name).unlink()

    if name == "manage.py":
        # Nothing that is measured needs it.
        done = tutor("verify", "--quick")
        assert done.code == 3
        assert "1292" in done.said
    else:
        done = check(tutor)
        assert f"Files that the shop starts with are gone: {name}." in done.said
        assert "`tutor reset --file" in done.said

    back = tutor("reset", "--yes", "--file", name)
    assert back.code == 0
    assert (tutor.workspace / name).read_bytes() == gone


def test_an_error_on_the_page_is_shown_with_its_line(tutor: Tutor) -> None:
    """The page answers 500: the exception, the file and the line."""
    replace(
        tutor, VIEWS, "    # Marissa wants to see all of it on one page.\n",
        "    products = 1 / 0\n",
    )  # fmt: skip

    done = check(tutor)

    assert "/ answers with status 500: ZeroDivisionError: division by zero" in done.said
    assert f"{VIEWS}, line {line_of(tutor, VIEWS, '1 / 0')}" in done.said


def test_a_migration_that_fails_is_shown_with_its_line(tutor: Tutor) -> None:
    """The migrations run before the shop is served."""
    tutor.write(
        {
            "catalog/migrations/0002_mine.py": (
                "from django.db import migrations\n\n"
                "class Migration(migrations.Migration):\n"
                '    dependencies = [("catalog", "0001_initial")]\n'
                '    operations = [migrations.RunSQL("SELECT no_such_column")]\n'
            )
        }
    )

    done = check(tutor)

    assert "The migrations do not apply" in done.said
    assert "no_such_column" in done.said


def test_an_endless_loop_in_a_migration_is_found(
    tutor: Tutor,
) -> None:
    """The file and the line, in half a minute; on a crowded machine it may take longer."""
    tutor.write(
        {
            "catalog/migrations/0002_mine.py": (
                "from django.db import migrations\n\n"
                "def spin(apps, schema_editor):\n    while True:\n        pass\n\n"
                "class Migration(migrations.Migration):\n"
                '    dependencies = [("catalog", "0001_initial")]\n'
                "    operations = [migrations.RunPython(spin)]\n"
            )
        }
    )

    done = tutor("verify", "--quick")

    assert done.code == 3, done.said
    assert "The migrations did not end within" in done.said
    assert "catalog/migrations/0002_mine.py, line" in done.said
