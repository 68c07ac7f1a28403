"""Results as JUnit XML: what its readers need, and that the counts say what the verdict says."""

import re
from xml.etree import ElementTree as ET

import pytest

from tests.graded import FOULS, LEVEL, RUNS, results
from tutor.catalogue import LANGUAGES
from tutor.grading.junit import junit
from tutor.grading.points import Points
from tutor.grading.result import NOT_BEGUN, UNREADABLE
from tutor.words.texts import Texts

NAMES = list(results(Texts("en")))
STATES = {"failure": "failures", "error": "errors", "skipped": "skipped"}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
SECONDS = re.compile(r"\d+(\.\d+)?")


def document(name: str, language: str = "en") -> ET.Element:
    """Return the document of one result, read again."""
    texts = Texts(language)
    data = junit(texts, [results(texts)[name]], Points(), 1_795_000_000.0)
    assert data.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    return ET.fromstring(data)


def cases(root: ET.Element) -> dict[str, str]:
    """Return the state of each test case by its name."""
    return {
        case.get("name", ""): next((child.tag for child in case), "passed")
        for case in root.iter("testcase")
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_readers_find_what_they_need(name: str, language: str) -> None:
    """Jenkins wants names, times and counts that fit; GitLab unique names; both a message."""
    root = document(name, language)

    assert root.tag == "testsuites"
    assert [child.tag for child in root] == ["testsuite"]
    for suite in root:
        children = [child.tag for child in suite]
        tests = [child for child in suite if child.tag == "testcase"]
        assert children[0] == "properties"
        assert set(children[1:]) <= {"testcase", "system-out"}
        assert "system-out" not in children[:-1]
        assert suite.get("name")
        assert suite.get("hostname") == "localhost"
        assert MOMENT.fullmatch(suite.get("timestamp", ""))
        assert SECONDS.fullmatch(suite.get("time", ""))
        assert suite.get("tests") == str(len(tests)) != "0"
        for tag, count in STATES.items():
            assert suite.get(count) == str(len(suite.findall(f"testcase/{tag}"))) == root.get(count)
        for test in tests:
            assert set(test.keys()) <= {"name", "classname", "time", "file", "line"}
            assert all(test.get(key) for key in ("name", "classname", "time"))
            assert len(test) <= 1
            for told in test:
                assert told.tag in STATES
                assert told.get("message")
                assert told.tag == "skipped" or (told.get("type") and told.text)
        keys = [(test.get("classname"), test.get("name")) for test in tests]
        assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("name", NAMES)
def test_the_counts_say_what_the_verdict_says(name: str) -> None:
    """Red exactly where the exit code is 3 of a run; an error exactly where it is 1."""
    result = results(Texts("en"))[name]
    states = list(cases(document(name)).values())

    judged = result.run is not None
    assert ("failure" in states) is (judged and result.code == 3)
    assert ("error" in states) is (result.code == 1)
    if result.code == 4:
        assert "skipped" in states


def test_a_lost_goal_fails_with_the_sentence_that_the_learner_reads() -> None:
    """In the language of the command, with what was measured and what was needed."""
    told = document("lost", "es").find("*/testcase[@name='queries_bronze']/failure")

    assert told is not None
    assert told.get("message", "").startswith(LEVEL.goal_texts["queries_bronze"]["es"])
    assert "1292 sentencias" in told.get("message", "")
    assert "≤ 212" in told.get("message", "")


def test_a_missed_medal_fails_nothing() -> None:
    """Bronze is a win: its gold goals are skipped, and say which medal they cost."""
    states = cases(document("bronze"))

    assert states["queries_bronze"] == "passed"
    assert states["queries_gold"] == states["slope"] == "skipped"


def test_a_foul_is_one_case_with_its_sentence() -> None:
    """However often it was seen; goals that could not be measured after it are skipped."""
    states = cases(document("fouled"))

    assert states[f"finding.{FOULS}"] == "failure"
    assert states["queries_bronze"] == "passed"
    assert states["faster"] == "skipped"


def test_what_nobody_can_tell_is_skipped() -> None:
    """The goal that was lost in the noise, and the noise; the others stand."""
    states = cases(document("cannot_tell"))

    assert states["faster"] == states["finding.too_noisy"] == "skipped"
    assert states["queries_gold"] == "passed"


def test_goals_that_were_not_asked_are_there() -> None:
    """A server that shows a history sees the same cases after every run of a level."""
    goals = {goal.id for goal in LEVEL.goals}
    whole = set(RUNS) - {"our_fault"} | {NOT_BEGUN}

    assert all(goals <= cases(document(name)).keys() for name in whole)
    assert cases(document("counters"))["faster"] == "skipped"


def test_nothing_of_a_learner_s_ends_the_document_or_is_lost() -> None:
    """Markup is text; what XML has no name for is a replacement character."""
    root = document("hostile")
    text = root.findtext("*/system-out") or ""

    assert "]]></failure>\ufffd\ufffd[31m\ufffd | <script>" in text
    assert {child.tag for child in root.iter()} <= {
        *("testsuites", "testsuite", "properties", "property", "testcase", "system-out"),
        *STATES,
    }


def test_each_bundle_has_suites_of_its_own() -> None:
    """Its name is before the level's, and a class's name has dots only where we put them."""
    (suite,) = document("answer_seen")
    case = suite.find("testcase")

    assert suite.get("name") == f"anna.zip/{LEVEL.slug}"
    assert case is not None
    assert case.get("classname") == f"levelup.anna_zip.{LEVEL.slug}"
    (broken,) = document(UNREADABLE)
    assert broken.get("name") == "-x\ufffd.zip"
