"""Commands that look into the running shop: sql, visits, queue."""

import signal

import pytest

from tests.real import Tutor, assert_nothing_left

pytestmark = [pytest.mark.services]
FRONT = "catalog/templates/catalog/front.html"


def test_the_sql_of_a_page_names_counts_and_lines(tutor: Tutor) -> None:
    """The shop is started for the look; groups add up to PostgreSQL's count; one can be read whole."""
    seen = tutor("sql", "--json")
    document = seen.document

    assert seen.code == 0, seen.said
    assert (document["path"], document["status"], document["count"]) == ("/", 200, 1292)
    assert sum(group["times"] for group in document["groups"]) == 1292
    largest = document["groups"][0]
    assert largest["times"] == 200
    # Of those that are asked 200 times the slowest comes first, and which that is may change.
    of_cards = {g["places"][0]["file"] for g in document["groups"] if g["times"] == 200}
    assert "catalog/templates/catalog/_card.html" in of_cards
    assert "?" in largest["shape"]
    assert "?" not in largest["example"]
    assert_nothing_left(tutor.folder)


def test_looks_at_a_shop_that_runs(tutor: Tutor) -> None:
    """What runs stays up; an edit shows at once; trouble is told with file and line."""
    views = (tutor.workspace / "catalog/views.py").read_text()
    front = (tutor.workspace / FRONT).read_text()
    with tutor.running("stack", "up") as up:
        up.wait_for("Ctrl-C")
        before = tutor("stack", "status", "--json").document["services"]
        spanish = tutor("sql", "--lang", "es", "--path", "/cart/")
        asked = ("visits", "--path", "/cart/", "--json", "--times", "2", "--lang", "en")
        strangers = tutor(*asked).document
        alone = tutor("sql", "--json", "--path", "/cart/").document["count"]
        people = tutor("visits", "--path", "/cart/", "--second", "gina")
        nobody = tutor("visits", "--first", "ginna")
        untroubled = tutor("stack", "logs", "gunicorn-showroom", "--errors")
        no_queue = tutor("queue")
        tutor.write({FRONT: front + "{% if %}"})
        failing = tutor("sql")
        tutor.write({FRONT: front, "catalog/views.py": views + "\ndef broken(:\n"})
        unreadable = tutor("sql", "--json")
        errors = tutor("stack", "logs", "look", "--errors", "--filter", "syntaxerror")
        after = tutor("stack", "status", "--json").document["services"]
        up.signal(signal.SIGINT)
        up.end()

    assert (spanish.code, "sentencia" in spanish.out) == (0, True)
    first, second = strangers["visits"]
    assert (first["status"], first["greeting"], first["is_theirs"]) == (200, "Log in", True)
    assert first["statements"] == second["statements"] == alone > 0
    assert "header vary" not in strangers["differs"]
    assert "≠ greeting Log in Gina Caputo" in people.said
    assert (nobody.code, "'gina'" in nobody.err) == (2, True)
    assert (untroubled.code, untroubled.out) == (0, "")
    assert "no queue" in no_queue.out
    assert (failing.code, "/ answers with status 500" in failing.err) == (1, True)
    assert unreadable.code == 1
    trouble = unreadable.document["trouble"]
    assert (trouble["id"], trouble["file"]) == ("shop_does_not_start", "catalog/views.py")
    assert all("SyntaxError" in line for line in errors.out.splitlines())
    assert errors.out.splitlines()[-1].startswith("SyntaxError: ")
    gunicorn = "gunicorn-showroom"
    assert before[gunicorn]["pid"] == after[gunicorn]["pid"]
    assert_nothing_left(tutor.folder)
