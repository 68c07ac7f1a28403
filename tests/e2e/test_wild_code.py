"""A shop that devours, shouts, ends itself or destroys gets a verdict, and harms nothing of ours."""

import pytest

from tests.e2e.mistakes import VIEWS, WITHIN, at_the_view, check, line_of, replace
from tests.real import Tutor, assert_nothing_left

pytestmark = [pytest.mark.by_date(2), pytest.mark.services]


def test_a_shop_that_ends_its_own_process_is_not_ours_to_blame(tutor: Tutor) -> None:
    """A worker that kills itself on every page is the learner's to mend, and is said so."""
    replace(
        tutor, VIEWS, "    # Marissa wants to see all of it on one page.\n",
        "    import os\n    os._exit(1)\n",
    )  # fmt: skip

    done = check(tutor)

    assert "could not be fetched" in done.said


ENDLESS = """\
import itertools
from django.http import StreamingHttpResponse
return StreamingHttpResponse(itertools.repeat(b'namaste' * 4096))
"""


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
