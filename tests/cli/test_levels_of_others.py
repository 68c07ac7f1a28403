"""A level pack of somebody else's plays without a change in the tutor."""

from pathlib import Path

import pytest

from tests.own_level import LEVEL_TOML, SLUG, VIEWS, write_level
from tests.real import Tutor


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a level pack with one small level in it."""
    root = tmp_path / "pack"
    write_level(root)
    monkeypatch.setenv("LEVELUP_LEVELS", str(root))
    return root


def mend(folder: Path, before: str, after: str) -> None:
    """Replace *before* by *after* in the level's description."""
    path = folder / "level.toml"
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))


@pytest.mark.services
@pytest.mark.load
@pytest.mark.alone
def test_it_plays_like_one_of_ours(tutor: Tutor, pack: Path) -> None:
    """Listed, shown, lost as it starts, won once mended, proved: by its folder alone."""
    env = {"LEVELUP_LEVELS": str(pack)}
    tutor.enter("own")

    listed = tutor("levels", "--json", env=env).document
    lost = tutor("verify", "90", "--json", env=env)
    tutor.write({"shop/views.py": VIEWS.format(said="Breathe.")})
    won = tutor("verify", env=env)
    proved = tutor("author", "check", SLUG, "--json", env=env)

    assert [row["slug"] for row in listed if row["current"]] == [SLUG]
    assert listed[-1]["slug"] == SLUG
    assert lost.code == 3
    assert lost.document["findings"][0]["text"] == "/health/ said nothing at all."
    assert lost.document["goals"][0]["text"] == "At least two letters."
    assert won.code == 0
    assert "Listening to the shop" in won.out
    assert "Won – bronze" in won.out
    assert proved.code == 0, proved.said
    outcomes = {row["answer"]: row["outcome"] for row in proved.document["answers"]}
    assert outcomes == {
        "broken": "not_yet",
        "fixed": "bronze",
        "right/short": "bronze",
        "wrong/one_letter": "not_yet",
    }


@pytest.mark.services
@pytest.mark.load
@pytest.mark.alone
def test_a_corpus_that_does_not_hold_fails_the_proof(tutor: Tutor, pack: Path) -> None:
    """An answer called wrong that wins is a problem: named, and exit code 1."""
    answer = pack / SLUG / "answers/wrong/one_letter/shop/views.py"
    answer.write_text(VIEWS.format(said="Two"))

    done = tutor(
        "author", "check", SLUG, "--quick", "--only", "wrong/one_letter", "--json",
        env={"LEVELUP_LEVELS": str(pack)},
    )  # fmt: skip

    assert done.code == 1
    assert done.document["problems"] == 1
    assert "must be refused, won bronze" in done.document["answers"][0]["problem"]


def test_an_answer_that_needs_what_is_not_here_is_left_out(tutor: Tutor, pack: Path) -> None:
    """It is named, with what it needs, and proves nothing either way."""
    answer = pack / SLUG / "answers/wrong/one_letter/answer.toml"
    answer.write_text(answer.read_text() + 'needs = "pgbouncer"\n')

    done = tutor(
        "author", "check", SLUG, "--quick", "--only", "wrong/one_letter", "--json",
        env={"LEVELUP_LEVELS": str(pack), "LEVELUP_WITHOUT": "pgbouncer"},
    )  # fmt: skip

    assert done.code == 0
    assert done.document == {"problems": 0, "answers": []}
    assert "wrong/one_letter" in done.err
    assert "needs pgbouncer" in done.err


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ("at_least = 2", "at_leats = 2", ["'at_leats'", "Did you mean 'at_least'?", "goals 1"]),
        ("[load]", "[laod]", ["'laod'", "Did you mean 'load'?"]),
        ('medal = "bronze"', 'medal = "bronce"', ["'bronce'", "Did you mean 'bronze'?"]),
        ('kind = "note"', 'kind = "not"', ["'not'", "'note'", "findings.silent"]),
        ("at_least = 2", 'at_least = "2"', ["'at_least' is '2'", "int"]),
        ("at_least = 2", "", ["needs a bound", "'at_most'"]),
        ('es = "El pulso callado"', "", ["'es' is missing", "[title]"]),
        ('[title]\nen = "The', '[title]\nen "The', ["is not TOML", "line 5"]),
        ('measure = "letters"', 'mesure = "letters"', ["'mesure'", "Did you mean 'measure'?"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_broken_level_names_the_key_and_the_nearest_right_one(
    cold_tutor: Tutor, pack: Path, before: str, after: str, named: list[str]
) -> None:
    """Whatever is asked for, the file, the place, the key and what was meant are told."""
    mend(pack / SLUG, before, after)

    done = cold_tutor("levels", env={"LEVELUP_LEVELS": str(pack)})

    assert (done.code, done.out) == (1, "")
    assert str(pack / SLUG / "level.toml") in done.err
    assert all(words in done.err for words in named), done.err


def test_a_broken_experiment_is_ours_to_explain(tutor: Tutor, pack: Path) -> None:
    """A mistake of the level's author is never the learner's fault."""
    tutor.enter("own")
    (pack / SLUG / "experiment.py").write_text("def check(lab)\n")

    done = tutor("verify", "--quick", env={"LEVELUP_LEVELS": str(pack)})

    assert done.code == 1
    assert "experiment.py cannot be loaded" in done.said
    assert "does not count against you" in done.said


@pytest.mark.parametrize(
    ("file", "problem"),
    [
        ("lesson.es.md", "lesson.es.md is missing"),
        ("locustfile.py", "locustfile.py is missing"),
        ("story.en.md", "story.en.md is missing"),
    ],
)
def test_the_proof_names_texts_that_are_missing(
    cold_tutor: Tutor, pack: Path, file: str, problem: str
) -> None:
    """Before anything is played."""
    (pack / SLUG / file).unlink()
    env = {"LEVELUP_LEVELS": str(pack)}

    with cold_tutor.running("author", "check", SLUG, "--quick", env=env) as check:
        check.wait_for(problem)


def test_the_description_of_the_test_level_is_whole() -> None:
    """Guards the changes above: what they replace is there."""
    assert LEVEL_TOML.count("[title]") == 1
