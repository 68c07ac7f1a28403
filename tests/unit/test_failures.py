"""Each failure that a learner can meet has its sentence, and the sentence has its values.

The code is read, not run: a failure that nobody has met yet is checked too.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest

from tests.unit.test_texts import placeholders
from tutor.base.errors import ShopError, TutorError, UsageError, of_system, said_of, unforeseen
from tutor.base.paths import PACKAGE
from tutor.catalogue import problem, sentences
from tutor.curriculum import load_levels
from tutor.judge import Finding, Kind
from tutor.lab.experiment import sources_of_experiment
from tutor.machine.command import Command
from tutor.probes.http import PageHangs
from tutor.stack.hang import Hang
from tutor.stack.services.pgbouncer import pgbouncer_is_missing
from tutor.stack.stack import ServiceFailed
from tutor.words.texts import Texts

FOR_AUTHORS = (
    "curriculum/",
    "author/",
    "cli/author/",
    # `Table.fault`: what authors wrote in their tables.
    "base/tables.py",
)
"""Where a failure may be said in English only: who writes levels reads English."""
WORDED = {"ShopError", "ServiceFailed", "PageHangs", "PageTooLarge", "PageUnreachable"}
"""Failures that are made of a name too, in a way of their own."""
OF_ENGINE = {"ServiceFailed": {"service", "last"}, "problem": {"where"}}
"""Values that are added to those of the call."""
SLEEP = Command("sleeper", ("sleep", "9"), Path(), {}, Path("sleeper.log"))


@dataclass(frozen=True)
class Use:
    """One place that raises a failure by its name."""

    place: str
    names: frozenset[str]
    hints: frozenset[str]
    values: frozenset[str]

    def told(self) -> list[str]:
        """Return the keys of every sentence that may be said."""
        known = sentences("en")
        own = {f"{name}_hint" for name in self.names} if not self.hints else self.hints
        optional = {hint for hint in own if self.hints or f"problems.{hint}" in known}
        return [f"problems.{key}" for key in sorted(self.names | optional)]


@cache
def modules() -> dict[str, ast.Module]:
    """Return every module of ours by its path in the package."""
    paths = {path.relative_to(PACKAGE).as_posix(): path for path in PACKAGE.rglob("*.py")}
    return {
        name: ast.parse(path.read_text(encoding="utf-8"))
        for name, path in paths.items()
        if not name.startswith("content/")
    }


def calls() -> Iterator[tuple[str, ast.Call, str]]:
    """Yield every call with its place and the name of what is called."""
    for path, module in modules().items():
        for node in ast.walk(module):
            if isinstance(node, ast.Call):
                called = node.func
                name = getattr(called, "attr", "") or getattr(called, "id", "")
                yield f"{path}:{node.lineno}", node, name


@cache
def failures() -> frozenset[str]:
    """Return the names of the failures: `TutorError` and what is made of it."""
    classes = [n for m in modules().values() for n in ast.walk(m) if isinstance(n, ast.ClassDef)]
    found = {"TutorError"}
    while more := {
        node.name
        for node in classes
        if node.name not in found and {getattr(base, "id", "") for base in node.bases} & found
    }:
        found |= more
    return frozenset(found)


def words_in(node: ast.expr | None) -> frozenset[str]:
    """Return the strings that an expression may be; it must be plain which."""
    if node is None:
        return frozenset()
    if isinstance(node, ast.IfExp):
        return words_in(node.body) | words_in(node.orelse)
    assert isinstance(node, ast.Constant), f"line {node.lineno}: write the name out"
    return frozenset({node.value}) - {""}


def of_call(place: str, call: ast.Call, name: str) -> Use:
    """Return what a call raises and with what."""
    keywords = {word.arg: word.value for word in call.keywords if word.arg}
    hints = set(words_in(keywords.pop("hint", None)))
    values = set(keywords) | OF_ENGINE.get(name, set())
    if name == "ServiceFailed":
        hints = {"see_log"}
    for spread in (word.value for word in call.keywords if word.arg is None):
        asked = {getattr(n.func, "id", "") for n in ast.walk(spread) if isinstance(n, ast.Call)}
        assert asked == {"near"}, f"{place}: write the values out"
        hints |= {"near", "known"}
        values |= {"near", "known"}
    return Use(place, words_in(call.args[0]), frozenset(hints), frozenset(values))


@cache
def uses() -> tuple[Use, ...]:
    """Return every place that raises a failure by its name."""
    found = []
    for place, call, name in calls():
        by_name = name == "named" and getattr(call.func.value, "id", "") in failures()  # type: ignore[attr-defined]
        by_name = by_name and not place.startswith("base/tables.py")  # hands a name on
        of_table = name == "problem" and isinstance(call.func, ast.Attribute)
        if by_name or of_table or name == "ServiceFailed":
            found.append(of_call(place, call, name))
    return tuple(found)


def test_no_failure_of_a_learner_is_said_in_english_only() -> None:
    """It is raised by its name; only what is for authors of levels has its words in the code."""
    bare = [
        place
        for place, call, name in calls()
        if name in failures() - WORDED
        and not place.startswith(FOR_AUTHORS)
        and getattr(getattr(call.func, "value", None), "id", "") != "click"
    ]

    assert len(failures()) > 8, "the classes are not found"
    assert bare == []


@pytest.mark.parametrize("use", uses(), ids=lambda use: use.place)
def test_a_failure_has_its_sentence_and_the_sentence_its_values(use: Use) -> None:
    """Name and hint are in the catalogue; no value is missing, none is handed over for nothing."""
    known = sentences("en")
    asked = {name for key in use.told() for name in placeholders(known[key])}

    assert asked == use.values


def test_a_finding_that_explains_the_shop_has_its_sentence() -> None:
    """A `ShopError` is told by the finding that it is."""
    ids = {
        word
        for _, call, name in calls()
        if name == "ShopError" and isinstance(call.args[0], ast.Constant)
        for word in words_in(call.args[0])
    }

    assert len(ids) > 5, "the calls are not found"
    assert {f"findings.{word}" for word in ids} <= set(sentences("en"))


def test_no_problem_of_the_catalogue_is_told_by_nobody() -> None:
    """What no code raises any more goes."""
    told = {key for use in uses() for key in use.told()}
    there = {key for key in sentences("en") if key.startswith("problems.")}

    assert there - told == set()


def test_each_word_for_a_value_is_one_that_the_code_says() -> None:
    """`words.last.its log is empty` says a value that stands in the code, letter by letter."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    levels = "\n".join(
        path.read_text(encoding="utf-8")
        for level in load_levels()
        for path in sources_of_experiment(level.folder)
    )
    values = {key.split(".", 2)[2] for key in sentences("en") if key.startswith("words.")}

    # Kinds of values are joined by a word of ours.
    assert {v for v in values if v not in code + levels} <= {"int or float"}


@pytest.mark.parametrize("use", uses(), ids=lambda use: use.place)
def test_a_failure_can_be_told_with_numbers_as_with_words(use: Use) -> None:
    """No form of a sentence fails, in either language, and none leaves a value out."""
    values = {name: f"‹{name}›" for name in use.values}
    numbers = ("seconds", "percent", "number")

    for language in ("en", "es"):
        for name in use.names:
            for hint in use.hints or {""}:
                said = said_of(name, hint=hint, **values | dict.fromkeys(numbers, 7))
                assert "{" not in "".join(problem(language, said))


# -- telling ---------------------------------------------------------------------------------------


def test_a_failure_is_english_in_the_log_and_spanish_for_who_reads_spanish(tmp_path: Path) -> None:
    """Kind, exit code and values are the same."""
    error = UsageError.named("workspace_is_file", folder=tmp_path)

    assert str(error) == f"{tmp_path} is a file."
    assert (error.message, error.hint) == Texts("en").error(error)
    assert Texts("es").error(error) == (
        f"{tmp_path} es un archivo.",
        "Elige una carpeta con --workspace DIR.",
    )


def test_a_failure_of_the_shop_is_told_by_its_finding() -> None:
    """The dialog and the verdict say the same."""
    error = ShopError("page_fails", path="/", status=500, error="boom", file="views.py", line=3)

    said, hint = Texts("es").error(error)

    assert (said, hint) == ("/ responde con estado 500: boom — views.py, línea 3.", "")


def test_what_nobody_foresaw_is_told_with_its_words() -> None:
    """The program's own words stay; what to do is said in the learner's language."""
    said, hint = Texts("es").error(unforeseen(ZeroDivisionError("division by zero")))

    assert "ZeroDivisionError: division by zero" in said
    assert hint == "`tutor doctor` busca la causa."


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (FileNotFoundError(2, "No such file", "/tmp/x"), "/tmp/x: No such file."),
        (OSError(28, "No space left"), "No space left."),
        (OSError("odd"), "odd."),
    ],
)
def test_what_the_system_refuses_is_told_with_its_file(error: OSError, said: str) -> None:
    """Without one, without a colon before nothing."""
    assert of_system(error).message == said


@pytest.mark.parametrize(
    ("failed", "english"),
    [
        (
            ServiceFailed("service_late", SLEEP, "one\ntwo \n", seconds=30),
            "sleeper did not answer within 30 s. Its last words: two",
        ),
        (
            ServiceFailed("service_ended", SLEEP, "", 3, exit_code=3),
            "sleeper ended with code 3. Its last words: its log is empty",
        ),
    ],
)
def test_a_service_that_fails_is_told_with_its_last_words(
    failed: ServiceFailed, english: str
) -> None:
    """The whole log stays at hand for who wants to read more."""
    said, hint = Texts("es").error(failed)

    assert str(failed) == english
    assert said.startswith("sleeper ")
    assert said != english
    assert "`tutor stack logs sleeper`" in hint
    assert failed.service == "sleeper"


def test_a_page_that_hangs_is_told_with_the_place_that_is_busy() -> None:
    """The place is known later than the fact."""
    busy = Hang("page_hangs", {"file": "cart/views.py", "line": 7})
    hangs = PageHangs("/cart/", 10.0).because(busy)

    assert Texts("es").error(hangs)[0].startswith("/cart/ no respondió")
    assert "cart/views.py" in str(hangs)


def test_a_missing_pgbouncer_is_told_as_a_finding_and_as_a_failure() -> None:
    """Both say the same, in either language."""
    error = pgbouncer_is_missing()
    finding = Finding(error.id, Kind.FOUL, error.params, dict(error.said))

    for language in ("en", "es"):
        texts = Texts(language)
        assert texts.finding(load_levels()[0], finding) == " ".join(texts.error(error))
    assert texts.error(error)[0].startswith("stack.toml pide pgbouncer")


def test_a_value_that_is_ours_is_said_in_the_language_too() -> None:
    """`its log is empty` is no name and no quotation."""
    error = TutorError.named(
        "service_late", hint="see_log", service="redis", seconds=30.0, last="its log is empty"
    )

    assert error.message == "redis did not answer within 30 s. Its last words: its log is empty"
    assert "su registro está vacío" in Texts("es").error(error)[0]


def test_a_verdict_that_is_our_fault_is_told_in_the_language_of_the_reader() -> None:
    """Its finding keeps what the sentence is made of; a problem that is no more stays English."""
    level = load_levels()[0]
    error = TutorError.named("postgres_died", code=-9)
    ours = {"message": error.message, "hint": error.hint}
    problems = error.said, {"id": "of_an_older_version"}

    told, stale = (
        Texts("es").finding(level, Finding("ours", Kind.OURS, ours, dict(problem)))
        for problem in problems
    )

    assert told.startswith("PostgreSQL se murió")
    assert stale == f"{error.message} {error.hint}"


def test_a_value_of_a_level_is_never_taken_for_a_problem_of_ours() -> None:
    """A level calls its values as it likes; only a failure of ours carries a problem."""
    text = dict.fromkeys(("en", "es"), "The answer says {said}, {message}, {problem}.")
    level = replace(load_levels()[0], finding_texts={"lies": text})
    values = {"said": "private", "message": "no-store", "problem": "kept"}

    for kind in Kind:
        told = Texts("en").finding(level, Finding("lies", kind, values))
        assert told == "The answer says private, no-store, kept."


def test_a_journal_that_has_the_problem_among_the_values_is_still_told_in_any_language() -> None:
    """Older versions kept it there."""
    kept = {"message": "…", "hint": "", "said": dict(TutorError.named("disk_full", path="/x").said)}

    finding = Finding.from_json({"id": "ours", "kind": "ours", "params": kept})

    assert finding.problem == kept["said"]
    assert "said" not in finding.params
    told = Texts("es").finding(load_levels()[0], finding)
    assert told == " ".join(Texts("es").error(TutorError.named("disk_full", path="/x")))
