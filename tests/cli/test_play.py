"""Commands that run the shop: verify, demo, load, stack, swap, open."""

import signal
import socket
import urllib.request

import pytest

from tests.real import LEVEL, Tutor, assert_nothing_left, databases_left
from tutor.curriculum import load_levels
from tutor.curriculum.compose import compose
from tutor.learner.session import read_all

pytestmark = [pytest.mark.services]
GOALS = {
    "queries_bronze",
    "correct_under_load",
    "faster",
    "slope",
    "queries_silver",
    "queries_gold",
}


def statements_in(text: str) -> bool:
    """Return whether *text* is the front page of a shop that runs with the debug toolbar."""
    return "djDebug" in text and "data-product=" in text


def fetch(url: str) -> str:
    """Return the page at *url*."""
    with urllib.request.urlopen(url, timeout=30) as answer:
        return str(answer.read().decode())


def test_a_quick_check_of_the_broken_shop_names_the_line(tutor: Tutor) -> None:
    """Exit code 3, 1292 statements, the statement that repeats, the file and the line."""
    done = tutor("verify", "--quick")

    assert done.code == 3
    assert done.err == ""
    assert "1292" in done.out
    assert "One statement came 200 times: SELECT" in done.said
    assert "It is issued by catalog/templates/catalog/" in done.said
    assert "Nothing is lost" in done.said
    assert tutor.attempts == 0
    assert_nothing_left(tutor.folder)


def test_a_quick_check_is_told_in_sentences(tutor: Tutor) -> None:
    """With --plain: what a mark says elsewhere is a word, for whoever listens."""
    done = tutor("verify", "--quick", "--plain")

    assert (done.code, done.err) == (3, "")
    assert "1292 statements. Missing for bronze:" in done.said
    assert "Bronze, for the full test to decide: Under load" in done.said
    assert not set("▸✔✘·≤×") & set(done.out.replace("0.6 ×", ""))


def test_a_quick_check_prints_one_document(tutor: Tutor) -> None:
    """`--json`: the goals, the findings with their sentences, the measures, the exit code."""
    done = tutor("verify", LEVEL, "--variant", "fixed", "--quick", "--json")

    document = done.document
    assert done.code == document["exit_code"] == 0
    assert document["outcome"] == "quick_passed"
    assert document["level"] == LEVEL
    assert document["variant"] == "fixed"
    assert document["measures"]["queries"] <= 12
    assert document["measures"]["slope"] == 0
    assert {goal["id"] for goal in document["goals"]} == GOALS - {"correct_under_load", "faster"}
    assert all(goal["text"] for goal in document["goals"])


def test_a_verdict_speaks_spanish(tutor: Tutor) -> None:
    """`--lang es`: phases, goals, findings and outcome."""
    done = tutor("verify", "--quick", "--lang", "es")

    assert done.code == 3
    assert "Una sentencia llegó 200 veces" in done.said
    assert "Como máximo 212 sentencias" in done.said
    assert "statements" not in done.out


def test_a_model_that_changed_without_a_migration_is_noted(tutor: Tutor) -> None:
    """Whoever writes an index into a model believes that it is there; nobody is refused for it."""
    models = (tutor.workspace / "catalog/models.py").read_text()
    index = 'indexes = [models.Index(fields=["product"], name="by_product")]'
    kept = "catalog/models.py"
    tutor.write({kept: models + "\n\ndef helper() -> None:\n    pass\n"})
    without = tutor("verify", "--quick", "--json").document["findings"]
    changed = models.replace(
        '        ordering = ["-created_at", "-pk"]',
        f'        ordering = ["-created_at", "-pk"]\n        {index}',
        1,
    )
    tutor.write({kept: changed})
    found = tutor("verify", "--quick", "--json").document["findings"]

    ids = {finding["id"]: finding["text"] for finding in found}
    assert "models_without_migration" not in {finding["id"] for finding in without}
    assert "Create index by_product" in ids["models_without_migration"]
    assert "manage.py makemigrations" in ids["models_without_migration"]
    assert_nothing_left(tutor.folder)


@pytest.mark.load
@pytest.mark.alone
def test_a_full_run_is_remembered(tutor: Tutor) -> None:
    """The learner's own win: exit code 0, a gold medal, one attempt, an entry in the journal."""
    levels = load_levels()
    tutor.write(read_all(compose(levels[0], "fixed", levels)))
    before = tutor.files()

    done = tutor("verify", "--json")

    assert done.code == 0, done.said
    assert done.document["medal"] == "gold"
    assert {goal["id"] for goal in done.document["goals"]} == GOALS
    row = tutor("levels", "--json").document[0]
    assert (row["medal"], row["attempts"]) == ("gold", 1)
    (entry,) = tutor("journal", "--json").document
    assert (entry["reason"], entry["outcome"], entry["variant"]) == ("run", "won", "mine")
    assert tutor.files() == before
    assert databases_left(tutor) == 0
    assert_nothing_left(tutor.folder)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("verify", "1", "--all"), "exclude each other"),
        (("verify", "--watch", "--variant", "fixed"), "your own shop only"),
        (("verify", "--watch", "--all"), "your own shop only"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_options_that_exclude_each_other_are_refused(
    tutor: Tutor, words: tuple[str, ...], why: str
) -> None:
    """Before anything is started."""
    done = tutor(*words)

    assert (done.code, done.out) == (2, "")
    assert why in done.err


def test_watch_checks_again_when_a_file_is_saved(tutor: Tutor) -> None:
    """One JSON line per check, until Ctrl-C; the services stay up in between."""
    levels = load_levels()
    fixed = read_all(compose(levels[0], "fixed", levels))

    with tutor.running("verify", "--watch", "--json") as watch:
        first = watch.wait_for('"queries": 1292')
        tutor.write({name: fixed[name] for name in fixed if name.startswith("catalog/")})
        second = watch.wait_for('"outcome": "quick_passed"')
        watch.signal(signal.SIGINT)
        code = watch.end()

    assert '"exit_code": 3' in first
    assert '"exit_code": 0' in second
    assert code == 130
    assert_nothing_left(tutor.folder)


@pytest.mark.load
@pytest.mark.alone
def test_the_demo_shows_both_shops_side_by_side(tutor: Tutor) -> None:
    """It needs no workspace, counts for nobody, and ends 0 when broken loses and fixed wins."""
    done = tutor("demo", "1", "--quick", env={"LEVELUP_WORKSPACE": str(tutor.folder / "none")})

    assert done.code == 0, done.said
    table = done.out.splitlines()
    rows = [line.split() for line in table]
    assert "1292" in [row[-2] for row in rows if row[:1] == ["statements"]]
    assert "Not yet" in done.out
    assert not (tutor.folder / "demo").exists()
    assert tutor.attempts == 0
    assert_nothing_left(tutor.folder)


def test_the_demo_prints_one_document(tutor: Tutor) -> None:
    """`--json`: both runs, and nothing else on standard output."""
    broken, fixed = tutor("demo", "--quick", "--json").document

    assert (broken["variant"], broken["measures"]["queries"]) == ("broken", 1292)
    assert (fixed["variant"], fixed["outcome"]) == ("fixed", "quick_passed")


@pytest.mark.load
@pytest.mark.alone
def test_load_sends_visitors_and_judges_nothing(tutor: Tutor) -> None:
    """Requests were answered; no verdict, no attempt, no entry in the journal."""
    done = tutor("load", "1", "--variant", "fixed", "--json")

    assert done.code == 0, done.said
    assert done.document["requests"] > 0
    assert done.document["failures"] == 0
    watched = tutor("load", "1", "--variant", "fixed", "--lang", "en")
    assert "✘ 0" in watched.out
    assert not any(word in watched.out for word in ("Judging", "✔", "≤"))
    assert tutor.outcomes() == []
    assert_nothing_left(tutor.folder)


def test_the_stack_serves_the_shop_until_it_is_stopped(tutor: Tutor) -> None:
    """Up, status, logs, open, an edit that shows at once, swap and back, down; files untouched."""
    before = tutor.files()
    with tutor.running("stack", "up") as up:
        url = up.wait_for("Ctrl-C").split()[0]
        status = tutor("stack", "status", "--json").document
        table = tutor("stack", "status")
        opened = tutor("open", "--print")
        known = tutor("open", "--json").document
        listed = tutor("open", "--list", "--lang", "es")
        nowhere = tutor("open", "amdin", "--lang", "en")
        page = fetch(url)
        swapped = tutor("swap", "fixed")
        assert swapped.out == f"The shop at {url.rstrip('/')} is now the reference.\n"
        of_the_reference = fetch(url)
        back = tutor("swap", "mine")
        assert back.code == 0, back.err
        front = "catalog/templates/catalog/front.html"
        head = "{% block main %}"
        tutor.write({front: before[front].decode().replace(head, f"{head} an edit of mine")})
        edited = fetch(url)
        logs = tutor("stack", "logs")
        log = tutor("stack", "logs", "gunicorn-showroom")
        unknown = tutor("stack", "logs", "gunicorn-shworoom")
        down = tutor("stack", "down")
        code = up.end(timeout=20)

    services = status["services"]
    assert {n for n, s in services.items() if s["running"]} == {"postgres", "gunicorn-showroom"}
    assert services["postgres"]["figures"]["limit"] == 100
    assert [server["name"] for server in status["servers"]] == ["server1"]
    assert "● gunicorn" in table.out
    assert "of 100 connections" in table.out
    assert (opened.code, opened.out.strip()) == (0, url)
    assert known == {"shop": url, "admin": f"{url}admin/"}
    assert all(address in listed.out for address in known.values())
    assert "contraseña namaste" in listed.out
    assert (nowhere.code, "'admin'" in nowhere.err) == (2, True)
    assert statements_in(page)
    assert statements_in(of_the_reference)
    assert "an edit of mine" in edited
    assert "gunicorn-showroom" in logs.out.splitlines()
    assert (log.code, log.err) == (0, "")
    assert (unknown.code, "gunicorn-showroom" in unknown.err) == (2, True)
    assert (down.code, down.out) == (0, "Stopped.\n")
    assert code == 0
    assert {n: d for n, d in tutor.files().items() if "front.html" not in n} == {
        n: d for n, d in before.items() if "front.html" not in n
    }
    assert_nothing_left(tutor.folder, ports=up.ports)


def test_the_monitor_looks_until_it_is_interrupted(tutor: Tutor) -> None:
    """With --watch what has changed, or a look a second as a line of JSON; Ctrl-C ends both, 130."""
    with tutor.running("stack", "up") as up:
        up.wait_for("Ctrl-C")
        with tutor.running("stack", "status", "--watch", "--json") as watch:
            watch.wait_for('"at"')
            watch.wait_for('"at"')
            watch.signal(signal.SIGINT)
            as_json = watch.end()
        with tutor.running("stack", "status", "--watch", "--plain") as watch:
            watch.wait_for("gunicorn: ")
            watch.signal(signal.SIGINT)
            as_sentences = watch.end()
        up.signal(signal.SIGINT)
        up.end()

    assert (as_json, as_sentences) == (130, 130)
    assert_nothing_left(tutor.folder)


def test_a_stack_that_is_down_says_so(cold_tutor: Tutor) -> None:
    """Status, down, open and swap of nothing: each says how to start it, none starts it."""
    said = {
        words: cold_tutor(*words.split())
        for words in ("stack status", "stack down", "stack logs", "open", "swap fixed")
    }

    assert [done.code for done in said.values()] == [0, 0, 0, 1, 1]
    assert said["stack status"].out == "Nothing is running.\n"
    assert said["stack down"].out == "Nothing was running.\n"
    assert "`tutor stack up`" in said["open"].err
    assert "`tutor stack up`" in said["swap fixed"].err
    nothing = cold_tutor("stack", "status", "--json").document
    assert (nothing["servers"], nothing["services"]) == ([], {})


def test_everything_listens_on_loopback_only(tutor: Tutor) -> None:
    """Nobody else in the room can reach the learner's shop."""
    with tutor.running("stack", "up") as up:
        up.wait_for("Ctrl-C")
        ports = up.ports | {
            service["port"]
            for service in tutor("stack", "status", "--json").document["services"].values()
        }
        reached = []
        for port in ports:
            with socket.socket() as probe:
                probe.settimeout(2)
                # Another address of this machine than the one it is bound to.
                reached.append(probe.connect_ex(("127.0.0.2", port)) == 0)
        up.signal(signal.SIGINT)
        code = up.end()

    assert len(ports) == 2
    assert not any(reached)
    assert code == 130
    assert_nothing_left(tutor.folder, ports=ports)
