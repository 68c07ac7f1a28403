"""What is wrong in the learner's own files is said with its file and line, within seconds."""

import time

import pytest

from tests.real import Done, Tutor, assert_nothing_left

pytestmark = [pytest.mark.services]
WITHIN = 60.0
"""Seconds within which a verdict must come, however busy this machine is."""
VIEWS, CARD = "catalog/views.py", "catalog/templates/catalog/_card.html"
FRONT = "catalog/templates/catalog/front.html"


def line_of(tutor: Tutor, name: str, text: str) -> int:
    """Return the number of the line in *name* that holds *text*."""
    lines = (tutor.workspace / name).read_text().splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def replace(tutor: Tutor, name: str, before: str, after: str) -> None:
    """Edit a file of the workspace."""
    text = (tutor.workspace / name).read_text()
    assert before in text
    tutor.write({name: text.replace(before, after, 1)})


def check(tutor: Tutor) -> Done:
    """Verify quickly and fail unless it is the learner's to mend, nothing is lost and nothing left."""
    before = tutor.files()
    began = time.monotonic()

    done = tutor("verify", "--quick", timeout=WITHIN)

    assert done.code == 3, done.said
    assert "Traceback" not in done.err
    assert "Not yet" in done.out
    assert "Nothing is lost" in done.said
    assert tutor.files() == before
    assert tutor.outcomes() == ["not_yet"]
    (row,) = tutor("journal", "--json").document
    assert row["outcome"] == "not_yet"
    assert_nothing_left(tutor.folder)
    print(f"{time.monotonic() - began:.1f} s")
    return done


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


def test_a_shop_that_ends_its_own_process_is_not_ours_to_blame(tutor: Tutor) -> None:
    """A worker that kills itself on every page is the learner's to mend, and is said so."""
    replace(
        tutor, VIEWS, "    # Marissa wants to see all of it on one page.\n",
        "    import os\n    os._exit(1)\n",
    )  # fmt: skip

    done = check(tutor)

    assert "could not be fetched" in done.said


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


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ('services = ["gunicorn", "postgres"]', 'services = ["gunicorn", "postgers"]',
         ["unknown service 'postgers'", "Did you mean 'postgres'?", "servers.server1"]),
        ("[services.gunicorn]", "[services.gunicron]",
         ["unknown service 'gunicron'", "Did you mean 'gunicorn'?"]),
        ("workers = 2", "wrokers = 2", ["unknown key 'wrokers'", "Did you mean 'workers'?"]),
        ("workers = 2", "workers = 0", ["'workers' is 0", "1 to"]),
        ("workers = 2", 'workers = "two"', ["'workers' is 'two'", "int"]),
        ("workers = 2", "workers = ", ["is not TOML", "line"]),
        ('services = ["gunicorn", "postgres"]', 'services = ["gunicorn"]',
         ["'postgres' runs on no server", "'server1'"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_wrong_stack_file_names_the_key(
    tutor: Tutor, before: str, after: str, named: list[str]
) -> None:
    """The file, the place, the key and what was meant; it is the learner's to mend."""
    replace(tutor, "stack.toml", before, after)

    done = check(tutor)

    assert str(tutor.workspace / "stack.toml") in done.said
    assert all(words in done.said for words in named), done.said


def test_a_stack_file_that_is_gone_is_named(tutor: Tutor) -> None:
    """And how it is brought back."""
    (tutor.workspace / "stack.toml").unlink()

    done = check(tutor)

    assert "`tutor reset --file stack.toml`" in done.said


PLACE = "    # Marissa wants to see all of it on one page.\n"
"""The first line of the view of the front page."""


ENDLESS = """\
import itertools
from django.http import StreamingHttpResponse
return StreamingHttpResponse(itertools.repeat(b'namaste' * 4096))
"""


def at_the_view(tutor: Tutor, body: str) -> None:
    """Have the front page do *body* before anything else."""
    replace(tutor, VIEWS, PLACE, "".join(f"    {line}\n" for line in body.splitlines()))


def test_a_page_that_eats_memory_is_stopped_and_named(tutor: Tutor) -> None:
    """There is a limit for each process of the shop: Python says so itself, with the line."""
    at_the_view(tutor, "kept = []\nwhile True:\n    kept.append(bytearray(64 * 2**20))")

    done = check(tutor)

    assert "MemoryError" in done.said
    assert f"{VIEWS}, line {line_of(tutor, VIEWS, 'kept.append')}" in done.said


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("from django.http import HttpResponse\nreturn HttpResponse(b'x' * 50 * 2**20)", "32 MB"),
        (ENDLESS, "32 MB"),
    ],
    ids=["large", "endless"],
)
def test_an_answer_beyond_all_measure_is_named(tutor: Tutor, body: str, said: str) -> None:
    """Nobody reads on, whether it would end or not."""
    at_the_view(tutor, body)

    done = check(tutor)

    assert said in done.said


def test_binary_on_its_output_reaches_no_terminal(tutor: Tutor) -> None:
    """Neither what is no text nor what a terminal would obey, also where the log is quoted."""
    noise = "import os\nos.write(1, bytes(range(256)) * 64)\nos.write(2, b'\\x1b[2J\\x1b]0;mine\\x07')\n"
    tutor.add_to("shop/settings.py", "\n" + noise)
    at_the_view(tutor, noise + "raise ValueError('\\x1b[2J mine')")

    done = check(tutor)

    assert "ValueError" in done.said
    assert "\x1b" not in done.out + done.err


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


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import os\nos._exit(9)", "ended without a word"),
        ("import sys\nsys.exit(0)", "ended without a word"),
    ],
)
def test_a_shop_that_ends_itself_at_import_is_named(tutor: Tutor, code: str, said: str) -> None:
    """gunicorn starts it again and again: that is told, and not as a slow machine."""
    tutor.add_to("shop/settings.py", f"\n{code}\n")

    done = check(tutor)

    assert said in done.said


HARMLESS = {
    "forks": "import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(600)\n    os._exit(0)",
    "sets its clock back": "import time\ntime.time = lambda: 0.0",
    "patches Django": (
        "from django.db.backends.utils import CursorWrapper\n"
        "CursorWrapper.execute = lambda self, sql, params=None: self.cursor.execute(sql, params)"
    ),
    "deletes its own files": (
        "import pathlib\n"
        "for path in (pathlib.Path(__file__).parent.parent / 'catalog/tests').rglob('*.py'):\n"
        "    path.unlink()"
    ),
}


@pytest.mark.parametrize("what", HARMLESS)
def test_what_does_not_change_the_page_changes_no_verdict(tutor: Tutor, what: str) -> None:
    """It is measured from outside, as ever; and nothing of it outlives the run."""
    files = tutor.files()
    tutor.add_to("shop/wsgi.py", f"\n{HARMLESS[what]}\n")

    done = tutor("verify", "--quick", timeout=WITHIN)

    assert done.code == 3, done.said
    assert "1292" in done.said
    assert "Our fault" not in done.said
    assert tutor.files().keys() == files.keys()
    assert_nothing_left(tutor.folder)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("import os\nos.closerange(3, 256)", ("could not be fetched", "did not answer", "500")),
        (
            "import shutil\nfrom django.conf import settings\nshutil.rmtree(settings.BASE_DIR)",
            ("TemplateDoesNotExist", "500", "No such file"),
        ),
        ("import os, signal\nos.kill(os.getppid(), signal.SIGTERM)", ("", "")),
    ],
    ids=["closes every file", "deletes the shop", "ends its own server"],
)
def test_what_a_page_destroys_is_its_own_affair(
    tutor: Tutor, body: str, said: tuple[str, ...]
) -> None:
    """The run ends with a verdict about the shop or says that it is not known, and harms no file."""
    files = tutor.files()
    at_the_view(tutor, body)
    changed = tutor.files()

    done = tutor("verify", "--quick", timeout=WITHIN)

    assert done.code == 3, done.said
    assert any(words in done.said for words in said), done.said
    assert "Traceback" not in done.err
    assert tutor.files() == changed
    assert changed.keys() == files.keys()
    assert_nothing_left(tutor.folder)
