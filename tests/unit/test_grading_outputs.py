"""Results as a table, as points, and as GitHub reads them."""

import csv
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.graded import FOULS, LEVEL, RUNS, recorded, results
from tests.played import LOST, REPEATS
from tutor.base.errors import UsageError
from tutor.base.paths import PACKAGE
from tutor.catalogue import LANGUAGES, sentences
from tutor.cli.outputs import Outputs
from tutor.cli.verify import _one_each
from tutor.grading.github import LARGEST, MOST, Annotation, annotations, plain, summary
from tutor.grading.points import Points
from tutor.grading.result import of_run
from tutor.grading.table import COLUMNS, csv_table
from tutor.judge import Kind, Medal
from tutor.learner.progress import LevelProgress
from tutor.words.texts import Texts

EN = Texts("en")
NAMES = list(results(EN))
COMMAND = re.compile(r"::(error|warning|notice) [^:\r\n]*::[^\r\n]+")


# -- points ----------------------------------------------------------------------------------------


def test_a_medal_is_worth_its_rank_unless_told_otherwise() -> None:
    """1, 2, 3; nothing without a medal."""
    assert [Points().of(medal) for medal in (None, *Medal)] == [0, 1, 2, 3]
    assert [Points.parse("6, 8,10").of(medal) for medal in (None, *Medal)] == [0, 6, 8, 10]


@pytest.mark.parametrize("text", ["", "1,2", "1,2,3,4", "3,2,1", "-1,2,3", "1,2,x", "1,2,99999"])
def test_points_that_are_none_are_refused(text: str) -> None:
    """A better medal is never worth less."""
    with pytest.raises(UsageError):
        Points.parse(text)


def test_who_has_seen_the_answer_wins_silver() -> None:
    """As in the game; a quick check wins no medal."""
    seen = LevelProgress(answer_seen=True)

    assert of_run(EN, LEVEL, RUNS["gold"], seen).medal is Medal.SILVER
    assert of_run(EN, LEVEL, RUNS["quick_passed"], None).medal is None


# -- the table -------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_row_says_how_a_level_ended(name: str, language: str) -> None:
    """One line each, whatever the sentences are; nothing that a spreadsheet would work out."""
    result = results(Texts(language))[name]

    text = csv_table([result, result], Points(6, 8, 10))
    rows = list(csv.DictReader(io.StringIO(text, newline="")))

    assert text.count("\r\n") == 3
    assert len(rows) == 2
    assert tuple(rows[0]) == COLUMNS
    assert rows[0]["outcome"] == result.outcome
    assert rows[0]["points"] == str(Points(6, 8, 10).of(result.medal))
    assert rows[0]["counters"] == str(result.counters).lower()
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in rows[0].values())
    text.encode()


def test_what_a_bundle_says_of_itself_is_marked_as_said() -> None:
    """Attempts, hints and whether the answer was seen."""
    (row,) = csv.DictReader(io.StringIO(csv_table([results(EN)["answer_seen"]], Points())))

    assert row["bundle"] == "anna.zip"
    said = [row[f"said_{name}"] for name in ("attempts", "hints", "answer_seen")]
    assert said == ["3", "4", "true"]


# -- annotations -----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_an_annotation_is_one_line_that_github_takes(name: str, language: str) -> None:
    """Nobody can begin a command of their own in it."""
    texts = Texts(language)

    found = annotations(texts, [results(texts)[name]], Path("shop"), {})

    assert found
    for one in found:
        assert COMMAND.fullmatch(one.command()), one.command()


def test_an_annotation_is_escaped_as_github_wants_it() -> None:
    """Percent signs first; colons and commas too where a value ends with them."""
    one = Annotation("error", "50 %\r\n::stop::", "a, b: c", "x,y:z%\n.py", 7)

    assert one.command() == (
        "::error file=x%2Cy%3Az%25%0A.py,line=7,title=a%2C b%3A c::50 %25%0D%0A::stop::"
    )


def test_a_finding_with_a_place_stands_beside_its_line(tmp_path: Path) -> None:
    """By the path that the file has in the repository, wherever the workspace lies in it."""
    env = {"GITHUB_WORKSPACE": str(tmp_path)}
    result = results(EN)["lost"]

    verdict, placed = annotations(EN, [result], tmp_path / "work/shop", env)

    assert (verdict.kind, verdict.file) == ("error", "")
    assert verdict.message.startswith("Not yet\n")
    assert placed.file == f"work/shop/{REPEATS.params['file']}"
    assert placed.line == REPEATS.params["line"]
    assert placed.message == EN.finding(LEVEL, REPEATS)


def test_a_bundle_s_lines_are_in_no_repository() -> None:
    """Of what was handed in only the verdict is told."""
    result = replace(results(EN)["lost"], source="anna.zip")

    (verdict,) = annotations(EN, [result], Path(), {})

    assert verdict.title.startswith("anna.zip · 1 ")


@pytest.mark.parametrize(
    ("name", "kind"),
    [("gold", "notice"), ("lost", "error"), ("cannot_tell", "warning"), ("our_fault", "error")],
)
def test_the_kind_says_how_grave_it_is(name: str, kind: str) -> None:
    """Won, lost, cannot tell, our fault."""
    assert annotations(EN, [results(EN)[name]], Path(), {})[0].kind == kind


def test_no_more_is_annotated_than_github_shows() -> None:
    """Verdicts come first; the last one of a kind says how many are missing."""
    found = annotations(EN, [results(EN)["lost"]] * 8, Path(), {})

    assert len(found) == MOST
    assert found[-1].message == EN("grading.more", count=7)


def test_every_output_says_that_counters_alone_decided() -> None:
    """Annotation, summary, table and JUnit: nobody takes it for a whole run."""
    result, said = results(EN)["counters"], EN("grading.counters")

    assert result.outcome == "won"
    assert said in annotations(EN, [result], Path(), {})[0].message
    assert plain(said) in summary(EN, [result], Points())
    assert plain(EN("grading.left_out")) in summary(EN, [result], Points())


# -- the summary -----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_summary_is_a_table_that_nothing_breaks(name: str, language: str) -> None:
    """Each row has as many cells as the head; there is no element but ours."""
    texts = Texts(language)

    text = summary(texts, [results(texts)[name]], Points())

    head, line, row = [part for part in text.splitlines() if part.startswith("| ")][:3]
    assert head.count("|") == line.count("|") == row.count("|") == 6
    assert set(re.findall(r"<[^>]*>", text)) <= {
        *("<details>", "</details>", "<summary>", "</summary>"),
    }
    assert plain(texts("grading.points", bronze=1, silver=2, gold=3)) in text


@pytest.mark.parametrize("text", ["<b>", "a|b", "[x](http://y)", "@all", "`x`", "&lt;", "*a*\nb"])
def test_what_could_be_markup_is_said_letter_by_letter(text: str) -> None:
    """On one line."""
    assert not re.search(r"[<>|\[\]`*@\n]|://", plain(text))


def test_points_are_summed_and_explained() -> None:
    """Medals, what they are worth, and the most that there is."""
    found = results(EN)
    text = summary(EN, [found["gold"], found["bronze"], found["lost"]], Points(6, 8, 10))

    assert "2 of 3 levels won, 16 of 30 points" in text
    assert "bronze 6, silver 8, gold 10" in text


def test_a_summary_is_never_larger_than_github_takes() -> None:
    """What does not fit is counted."""
    long = replace(results(EN)["lost"], why="x" * 2000)

    text = summary(EN, [long] * 3000, Points())

    assert len(text.encode()) < LARGEST + 100
    assert re.search(r"And \d+ more\.", text)


# -- where it goes ---------------------------------------------------------------------------------


def outputs(folder: Path, *, points: str = "1,2,3") -> Outputs:
    """Return outputs into *folder*."""
    return Outputs(
        EN,
        folder,
        points=points,
        junit_file=folder / "j.xml",
        csv_file=folder / "c.csv",
        on_stderr=False,
    )


def test_under_github_both_files_and_both_places_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The summary is added to what stands there."""
    place = tmp_path / "summary.md"
    place.write_text("before\n")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(place))

    outputs(tmp_path).finish([results(EN)["lost"]])

    assert (tmp_path / "j.xml").read_bytes().startswith(b"<?xml")
    assert (tmp_path / "c.csv").read_bytes().startswith(b"bundle,level,")
    assert place.read_text().startswith("before\n## Level Up: 0 of 1 levels won")
    assert capsys.readouterr().out.startswith("::error title=1 ")


def test_elsewhere_github_s_places_are_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody's variable of that name is no reason to write there."""
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))

    outputs(tmp_path).finish([results(EN)["lost"]])

    assert not (tmp_path / "summary.md").exists()
    assert capsys.readouterr().out == ""


def test_a_summary_that_cannot_be_written_costs_no_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is told, and that is all."""
    # Whose language it is told in must not be that of whoever runs the tests.
    monkeypatch.setenv("LEVELUP_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))

    outputs(tmp_path).finish([results(EN)["gold"]])

    assert "cannot be written" in capsys.readouterr().err


def test_a_place_without_a_folder_is_refused_before_anything_is_played(tmp_path: Path) -> None:
    """What was measured for minutes must not be lost to a slip of the finger."""
    with pytest.raises(Exception, match="there is no folder"):
        outputs(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("3 --from a b --csv c", "3 --from a --from b --csv c"),
        ("--from a --from b c --all", "--from a --from b --from c --all"),
        ("3 --lang es", "3 --lang es"),
    ],
)
def test_files_follow_one_option_as_a_shell_gives_them(typed: str, read: str) -> None:
    """The next option ends them."""
    assert _one_each(typed.split()) == read.split()


def test_a_foul_s_sentence_is_the_reason() -> None:
    """Before any goal, and before any note."""
    result = results(EN)["fouled"]
    foul = next(f for f in RUNS["fouled"].verdict.findings if f.kind is Kind.FOUL)

    assert foul.id == FOULS
    assert result.why == EN.finding(LEVEL, foul)
    assert of_run(EN, LEVEL, recorded(LOST), None).why == LEVEL.goal_texts["queries_bronze"]["en"]


def test_every_sentence_of_grading_is_there_and_said() -> None:
    """One that is missing would be shown by its name, and nobody would notice."""
    rooms = [path for room in ("grading", "cli", "words") for path in (PACKAGE / room).glob("*.py")]
    code = "".join(path.read_text(encoding="utf-8") for path in rooms)
    said = set(re.findall(r"""["']((?:grading|hand_in)\.\w+)["']""", code))
    there = {key for key in sentences("en") if re.fullmatch(r"(grading|hand_in)\.\w+", key)}

    assert said == there
