"""Results as JUnit XML, which GitHub, GitLab, Jenkins and their like read.

Written with the standard library. junitparser reads and merges such files, and knows the dialects
of those who write them; we write one small dialect and read none. What has to be right here, that
no text of a learner's can end the document, ElementTree does for both, and the characters that XML
has no name for would have to be taken out in either case.
"""

import re
import time
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from tutor import __version__
from tutor.grading.cases import Case, State, cases_of
from tutor.grading.points import Points
from tutor.grading.result import Result
from tutor.judge import Kind
from tutor.words.texts import Texts

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document can hold, not even by their numbers."""
MOMENT = "%Y-%m-%dT%H:%M:%S"
HOST = "localhost"
"""The schema wants a name; ours is nobody's business."""


def junit(texts: Texts, results: Sequence[Result], points: Points, at: float) -> bytes:
    """Return *results*, each a suite of test cases, as they were at the moment *at*."""
    root = Element("testsuites", name="Level Up")
    suites = [_suite(root, texts, result, points, at) for result in results]
    for count in ("tests", "failures", "errors", "skipped"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in suites)))
    root.set("time", _seconds(sum(r.run.seconds for r in results if r.run)))
    indent(root)
    document: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _suite(root: Element, texts: Texts, result: Result, points: Points, at: float) -> Element:
    cases = cases_of(texts, result)
    states = [case.state for case in cases]
    suite = SubElement(
        root,
        "testsuite",
        name=_clean("/".join(filter(None, (result.source, result.slug)))),
        tests=str(len(cases)),
        failures=str(states.count(State.FAILURE)),
        errors=str(states.count(State.ERROR)),
        skipped=str(states.count(State.SKIPPED)),
        time=_seconds(result.run.seconds if result.run else 0),
        timestamp=time.strftime(MOMENT, time.gmtime(at)),
        hostname=HOST,
    )
    properties = SubElement(suite, "properties")
    for name, value in _properties(texts, result, points).items():
        SubElement(properties, "property", name=name, value=_clean(value))
    classname = ".".join(filter(None, ("levelup", result.source.replace(".", "_"), result.slug)))
    for case in cases:
        _case(suite, case, _clean(classname))
    if told := _notes(texts, result):
        SubElement(suite, "system-out").text = _clean(told)
    return suite


def _properties(texts: Texts, result: Result, points: Points) -> dict[str, str]:
    found = {
        "tutor": __version__,
        "outcome": result.outcome,
        "variant": result.variant,
        "quick": str(result.quick).lower(),
        "counters": str(result.counters).lower(),
        "medal": result.medal.value if result.medal else "",
        "points": str(points.of(result.medal)),
        "points_per_medal": str(points),
    }
    return found | ({"said": texts("grading.counters")} if result.counters else {})


def _case(suite: Element, case: Case, classname: str) -> None:
    element = SubElement(suite, "testcase", name=_clean(case.name), classname=classname, time="0")
    if case.file:
        element.set("file", _clean(case.file))
        element.set("line", str(case.line))
    if case.state is State.PASSED:
        return
    told = SubElement(element, case.state.value, message=_clean(case.said))
    if case.state is not State.SKIPPED:
        told.set("type", case.state.value)
        told.text = _clean(case.said)


def _notes(texts: Texts, result: Result) -> str:
    """Return what helps to go on from here."""
    if result.run is None or result.level is None:
        return ""
    notes = [f for f in result.run.verdict.findings if f.kind is Kind.NOTE]
    return "\n".join(texts.finding(result.level, note) for note in notes)


def _seconds(seconds: float) -> str:
    return f"{seconds:.3f}"


def _clean(text: str) -> str:
    return NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
