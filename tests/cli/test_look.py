"""Commands that look and touch nothing: levels, show, hint, diff, doctor, help, version."""

import subprocess
import sys

import pytest

from tests.real import LEVEL, Tutor
from tutor import __version__
from tutor.cli.group import COMMANDS
from tutor.stack.doctor import State

NAMES = [name for names in COMMANDS.values() for name in names]
SUBCOMMANDS = [
    ("stack", "up"),
    ("stack", "down"),
    ("stack", "status"),
    ("stack", "logs"),
    ("journal", "show"),
    ("journal", "restore"),
    ("author", "check"),
]
HEAVY = (
    *("django", "psycopg", "textual", "locust", "rich", "gunicorn", "watchfiles", "docker"),
    *("tutor.grading.github", "tutor.grading.junit", "tutor.grading.table"),
)


@pytest.mark.parametrize("words", [(), *((name,) for name in NAMES), *SUBCOMMANDS], ids=" ".join)
def test_every_command_explains_itself(cold_tutor: Tutor, words: tuple[str, ...]) -> None:
    """`--help` ends 0, names the command and says what it does."""
    done = cold_tutor(*words, "--help")

    assert done.code == 0
    assert done.err == ""
    assert " ".join(("Usage: python -m tutor", *words)) in done.out
    assert len(done.out.splitlines()) > 4


def test_help_lists_every_command_and_the_exit_codes(cold_tutor: Tutor) -> None:
    """Whoever reads `tutor --help` knows all there is."""
    done = cold_tutor("--help")

    assert all(f"  {name} " in done.out for name in NAMES)
    assert "3 not yet" in done.said


def test_the_version_is_told(cold_tutor: Tutor) -> None:
    """`--version` prints it."""
    done = cold_tutor("--version")

    assert (done.code, done.out) == (0, f"tutor, version {__version__}\n")


@pytest.mark.parametrize(
    "code",
    [
        "import tutor.cli, tutor.cli.group",
        "import tutor.cli\nsys.argv[1:] = ['--help']\ntry: tutor.cli.main()\nexcept SystemExit: pass",
        "import tutor.cli\nsys.argv[1:] = ['verify', '--help']\ntry: tutor.cli.main()\nexcept SystemExit: pass",
    ],
    ids=["import", "--help", "verify --help"],
)
def test_help_imports_nothing_heavy(cold_tutor: Tutor, code: str) -> None:
    """Help comes at once: no framework is loaded for it."""
    heavy = HEAVY if "verify" not in code else tuple(h for h in HEAVY if h != "rich")
    script = (
        f"import sys\n{code}\nprint([m for m in {heavy!r} if m in sys.modules], file=sys.stderr)"
    )

    done = subprocess.run(
        [sys.executable, "-c", script],
        env=cold_tutor.env,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize(
    ("words", "nearest"),
    [
        (("verfy",), "verify"),
        (("jurnal",), "journal"),
        (("stack", "statu"), "status"),
        (("author", "chek"), "check"),
        (("verify", "--quik"), "--quick"),
        (("verify", "1", "--variant", "brken"), "broken"),
        (("swap", "fixd"), "fixed"),
        (("show", "--part", "lessn"), "lesson"),
        (("levels", "--lang", "eng"), "en"),
        (("verify", "01_n_plos_one"), LEVEL),
        (("show", "n_plus_two"), LEVEL),
        (("hint", "99"), LEVEL),
        (("author", "check", "plus_one_n"), LEVEL),
        (("author", "check", "--only", "right/bety"), "right/betty"),
        (("reset", "--yes", "--file", "catalog/view.py"), "catalog/views.py"),
        (("stack", "logs", "postgrs"), "none"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_wrong_word_gets_the_nearest_right_one(
    cold_tutor: Tutor, words: tuple[str, ...], nearest: str
) -> None:
    """Exit code 2, nothing on stdout, and the word that was meant."""
    if words[0] == "reset":
        cold_tutor.add_to("catalog/views.py", "\n# mine\n")

    done = cold_tutor(*words)

    assert done.code == 2, done.said
    assert done.out == ""
    assert words[-1] in done.err
    assert nearest in done.err
    assert "Traceback" not in done.err


def test_an_unknown_level_is_named_even_without_a_workspace(cold_tutor: Tutor) -> None:
    """Of two things that are wrong, the one that was typed comes first."""
    done = cold_tutor("verify", "99", env={"LEVELUP_WORKSPACE": str(cold_tutor.folder / "none")})

    assert (done.code, done.out) == (2, "")
    assert "There is no level '99'" in done.err
    assert LEVEL in done.err


@pytest.mark.parametrize("word", ["1", "01", LEVEL, "n_plus", "N_PLUS"])
def test_a_level_is_found_by_number_slug_or_part(cold_tutor: Tutor, word: str) -> None:
    """`tutor show` takes whatever names the level."""
    done = cold_tutor("show", word)

    assert done.code == 0
    assert "1292" in done.out


@pytest.mark.parametrize("part", ["story", "lesson", "scenes"])
def test_a_text_can_be_listened_to(cold_tutor: Tutor, part: str) -> None:
    """With --plain a picture is told, and nothing is drawn or marked up."""
    told = cold_tutor("show", "4", "--part", part, "--plain", "--yes").out

    assert len(told) > 1000
    assert not set("╭╰│─▇▶▸✔✘") & set(told)
    assert "```" not in told
    assert "\n## " not in told


def test_only_one_level_is_told_in_sentences(cold_tutor: Tutor) -> None:
    """Of all levels there are tables; who asks for both is told so before anything runs."""
    done = cold_tutor("verify", "--all", "--plain")

    assert (done.code, done.out) == (2, "")
    assert "--plain tells the run of one level" in done.err


def test_levels_lists_the_campaign(cold_tutor: Tutor) -> None:
    """As a table for people, as JSON for scripts."""
    table, document = cold_tutor("levels"), cold_tutor("levels", "--json").document

    assert LEVEL in table.out
    assert "▸" in table.out
    assert document[0] == {
        "number": 1,
        "slug": LEVEL,
        "title": "The chatty front page",
        "summary": "200 products, 1292 statements and a Friday afternoon.",
        "medal": None,
        "attempts": 0,
        "hints": 0,
        "current": True,
    }


def test_spanish_is_spoken_when_asked_for(cold_tutor: Tutor) -> None:
    """`--lang es` and a Spanish terminal give the same."""
    asked = cold_tutor("levels", "--lang", "es")
    terminal = cold_tutor("levels", env={"LC_ALL": "es_ES.UTF-8"})

    assert "La portada parlanchina" in asked.out
    assert asked.out == terminal.out


@pytest.mark.parametrize("part", ["briefing", "story", "lesson", "scenes"])
def test_every_text_is_shown_in_both_languages(cold_tutor: Tutor, part: str) -> None:
    """English and Spanish differ, and neither is empty."""
    texts = [
        cold_tutor("show", "1", "--part", part, "--lang", language) for language in ("en", "es")
    ]

    assert [done.code for done in texts] == [0, 0]
    assert len({done.out for done in texts}) == 2
    assert all(len(done.out) > 200 for done in texts)


def test_the_answer_asks_first_and_is_remembered(cold_tutor: Tutor) -> None:
    """Seeing the answer before winning costs the gold medal, so it is asked for twice."""
    no = cold_tutor("show", "1", "--part", "answer", stdin="n\n")
    nobody = cold_tutor("show", "1", "--part", "answer")
    seen_after_no = cold_tutor.progress.answer_seen
    yes = cold_tutor("show", "1", "--part", "answer", stdin="y\n")

    assert (no.code, no.out) == (130, "")
    assert (nobody.code, nobody.out) == (130, "")
    assert "silver at best" in no.err
    assert not seen_after_no
    assert yes.code == 0
    assert "select_related" in yes.out
    assert cold_tutor.progress.answer_seen


def test_hints_come_one_by_one_and_the_last_stays(cold_tutor: Tutor) -> None:
    """Four hints, from gentle to nearly the answer; a fifth asking repeats the fourth."""
    hints = [cold_tutor("hint") for _ in range(5)]

    heads = [done.out.splitlines()[0] for done in hints]
    assert heads == [f"Hint {number} of 4" for number in (1, 2, 3, 4, 4)]
    assert len({done.out for done in hints}) == 4
    assert ["--part answer" in done.out for done in hints] == [False] * 3 + [True] * 2
    assert cold_tutor("levels", "--json").document[0]["hints"] == 4


def test_a_hint_is_plain_data_too(cold_tutor: Tutor) -> None:
    """What an assistant is told: which one, how many are left, and those before; the last stays."""
    documents = [cold_tutor("hint", "--json").document for _ in range(5)]

    assert [(one["number"], one["left"]) for one in documents] == [
        (1, 3),
        (2, 2),
        (3, 1),
        (4, 0),
        (4, 0),
    ]
    assert all(
        one["taken"] == [before["text"] for before in documents[: one["number"]]]
        for one in documents
    )
    assert {(*one,) for one in documents} == {("level", "number", "total", "left", "text", "taken")}
    assert (documents[0]["level"], documents[0]["total"]) == (LEVEL, 4)


def test_a_hint_speaks_spanish(cold_tutor: Tutor) -> None:
    """`--lang es` reaches the hints too."""
    done = cold_tutor("hint", "1", "--lang", "es")

    assert done.code == 0
    assert "No leas 1292 sentencias" in done.out


def test_a_diagnosis_is_asked_and_noted(cold_tutor: Tutor) -> None:
    """The question, its choices, and what was said; which one is right stays open."""
    question = cold_tutor("diagnose")
    noted = cold_tutor("diagnose", "1", "disk", "--lang", "es")
    document = cold_tutor("diagnose", "--json").document
    wrong = cold_tutor("diagnose", "1", "dsik")
    guessed = cold_tutor("diagnose", "1", "--guess", "40", "--lang", "en")
    asked_again = cold_tutor("diagnose")

    assert "○ questions" in question.out
    assert (noted.code, "Apuntado: El disco" in noted.out) == (0, True)
    assert document["said"] == "disk"
    assert "right" not in document
    assert list(document["choices"]) == ["statement", "questions", "workers", "disk"]
    assert (wrong.code, wrong.out, "'disk'" in wrong.err) == (2, "", True)
    assert document["prediction"]["measure"] == "queries"
    assert "Noted: 40." in guessed.out
    assert "Your guess so far: 40." in asked_again.out


def test_the_certificate_waits_for_the_last_level(cold_tutor: Tutor) -> None:
    """Exit code 3 and what is missing; as JSON the same."""
    done = cold_tutor("certificate")
    document = cold_tutor("certificate", "--json")

    assert (done.code, document.code) == (3, 3)
    assert "The certificate comes when all 7 are won." in done.out
    assert "`tutor begin 1` goes on there." in done.out
    assert document.document["complete"] is False
    assert LEVEL in document.document["missing"]


def test_diff_shows_what_was_changed_and_nothing_else(cold_tutor: Tutor) -> None:
    """A unified diff against the level's start: changed, added and removed files."""
    untouched = cold_tutor("diff")
    cold_tutor.add_to("catalog/views.py", "\n# mine\n")
    cold_tutor.write({"catalog/new.py": "NEW = 1\n"})
    (cold_tutor.workspace / "README.md").unlink()
    changed = cold_tutor("diff")

    assert (untouched.code, untouched.out) == (0, "")
    assert untouched.err == "Your files are still as the level began.\n"
    assert (changed.code, changed.err) == (0, "")
    assert "+# mine" in changed.out
    assert "--- a/catalog/views.py" in changed.out
    assert "+++ b/catalog/new.py" in changed.out
    assert "+++ /dev/null" in changed.out
    assert changed.out.count("--- ") == 3


def test_the_doctor_looks_at_every_part(cold_tutor: Tutor) -> None:
    """Each finding that is not fine carries its cure; a missing one makes the exit code 1."""
    findings = cold_tutor("doctor", "--json")
    table = cold_tutor("doctor")

    parts = {finding["part"]: finding for finding in findings.document}
    assert {"Python", "PostgreSQL", "gunicorn", "locust", "disk", "memory"} <= parts.keys()
    assert all(part in table.out for part in parts)
    missing = [f for f in findings.document if f["state"] == State.MISSING]
    assert findings.code == table.code == (1 if missing else 0)
    servers = [parts[name] for name in ("memcached", "pgbouncer", "nginx")]
    assert all(f["state"] == State.OK or f["cure"] for f in servers)


def test_start_without_a_terminal_says_what_else_there_is(cold_tutor: Tutor) -> None:
    """The game needs a terminal; its absence touches nothing."""
    before = cold_tutor.files()

    done = cold_tutor("start")

    assert (done.code, done.out) == (2, "")
    assert "The game needs a terminal." in done.err
    assert "`tutor demo 1`" in done.err
    assert cold_tutor.files() == before
