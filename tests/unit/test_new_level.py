"""`tutor author new`: a draft that is whole, in a place of its own, and never over anything."""

import subprocess
import sys
from pathlib import Path

import pytest

from tutor.author import answers_named, file_problems, levels_named, new_level, text_problems
from tutor.author.new import DRAFT
from tutor.base.errors import TutorError, UsageError
from tutor.curriculum import Level, corpus, find_level, load_level, load_levels
from tutor.curriculum.compose import files_of

LEVELS = load_levels()
NEXT = LEVELS[-1].number + 1


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, in which no level lies yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LEVELUP_LEVELS", raising=False)
    return tmp_path


@pytest.fixture
def draft() -> Level:
    """A level that was just begun."""
    return load_level(new_level("waiting_room", LEVELS).resolve())


def test_it_gets_the_next_number_and_a_folder_that_says_whose_it_is() -> None:
    """Without `LEVELUP_LEVELS`, below the folder one is in."""
    folder = new_level("waiting_room", LEVELS)

    assert folder == Path("levels-of-mine", f"{NEXT:02}_waiting_room")
    assert files_of(folder).keys() == files_of(DRAFT).keys()


def test_it_goes_where_levels_of_others_are_looked_for(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first folder that `LEVELUP_LEVELS` names: so every command finds it."""
    monkeypatch.setenv("LEVELUP_LEVELS", f"{elsewhere / 'mine'}:{elsewhere / 'other'}")

    folder = new_level("42_waiting_room", LEVELS)

    assert folder == elsewhere / "mine" / "42_waiting_room"
    assert find_level("waiting").folder == folder


def test_the_draft_is_whole(draft: Level) -> None:
    """Nothing is missing in either language, no file is stored unchanged."""
    assert [*text_problems(draft), *file_problems(draft, [*LEVELS, draft])] == []


def test_the_draft_has_two_answers_beside_its_shops(draft: Level) -> None:
    """One that wins less than the reference, one that is refused by name."""
    answers = {answer.name: answer for answer in corpus(draft)}

    assert list(answers) == ["broken", "fixed", "right/two_numbers", "wrong/kept"]
    assert answers["right/two_numbers"].medal == "bronze"
    assert answers["fixed"].medal == "gold"
    assert answers["wrong/kept"].refused == "wrong_number"


def test_the_unit_test_of_the_draft_passes(draft: Level) -> None:
    """Away from our own tests and their settings."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", draft.folder],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout
    assert "4 passed" in done.stdout


def test_nothing_is_overwritten(draft: Level) -> None:
    """The same name again is refused, and what lies there stays as it is; so does a mere folder."""
    (draft.folder / "story.en.md").write_text("mine")
    draft.folder.with_name("42_room").mkdir()

    with pytest.raises(UsageError, match=f"{draft.slug}"):
        new_level(draft.slug, LEVELS)
    with pytest.raises(UsageError, match="is there already"):
        new_level("42_room", LEVELS)

    assert (draft.folder / "story.en.md").read_text() == "mine"
    assert list(draft.folder.with_name("42_room").iterdir()) == []


def test_the_next_one_stands_beside_it_with_the_next_number(draft: Level) -> None:
    """Also while nobody looks for levels there; each knows the other then."""
    folder = new_level("waiting_room", LEVELS)

    assert folder.name == f"{NEXT + 1:02}_waiting_room"
    _, levels = levels_named(str(folder))
    assert [level.slug for level in levels][-2:] == [draft.slug, folder.name]


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("Waiting Room", "cannot be the name"),
        ("../room", "cannot be the name"),
        ("03_room", "03_cookie_cache"),
    ],
)
def test_a_word_that_cannot_be_taken_is_refused(word: str, why: str, elsewhere: Path) -> None:
    """Before anything is written."""
    with pytest.raises(UsageError, match=why):
        new_level(word, LEVELS)

    assert list(elsewhere.iterdir()) == []


def test_it_may_begin_with_the_files_of_another_level() -> None:
    """All of them, and none of what Python left beside them."""
    source = find_level("3", LEVELS)

    folder = new_level("cookies_again", LEVELS, source)

    assert files_of(folder).keys() == files_of(source.folder).keys()
    assert load_level(folder).title == source.title


def test_what_cannot_be_written_leaves_nothing(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder is there as a whole, or not at all."""

    def full(*args: object, **options: object) -> None:
        raise OSError(28, "No space left on device", str(elsewhere))

    monkeypatch.setattr("shutil.copytree", full)

    with pytest.raises(TutorError, match="The disk is full"):
        new_level("waiting_room", LEVELS)

    assert list((elsewhere / "levels-of-mine").iterdir()) == []


def test_a_level_is_found_by_its_folder_wherever_that_is(draft: Level) -> None:
    """Beside all others, in its place."""
    chosen, levels = levels_named(str(draft.folder))

    assert [level.slug for level in chosen] == [draft.slug]
    assert [level.slug for level in levels] == [*(level.slug for level in LEVELS), draft.slug]


def test_a_folder_with_another_name_is_no_level(draft: Level) -> None:
    """Its name is the level's name in saved progress."""
    other = draft.folder.rename(draft.folder.with_name("room"))

    with pytest.raises(UsageError, match="cannot be the folder of a level"):
        levels_named(str(other))


def test_an_answer_is_called_as_its_folder_or_in_full(draft: Level) -> None:
    """Several may be asked for; they come in the order of the corpus."""
    answers = corpus(draft)

    named = answers_named(answers, ("kept", "right/two_numbers"))

    assert [answer.name for answer in named] == ["right/two_numbers", "wrong/kept"]
    assert answers_named(answers, ()) == answers


def test_an_answer_that_two_are_called_has_to_be_said_in_full(draft: Level) -> None:
    """Both are named."""
    (draft.answers / "wrong" / "kept").rename(draft.answers / "wrong" / "two_numbers")

    with pytest.raises(UsageError) as refused:
        answers_named(corpus(draft), ["two_numbers"])

    assert refused.value.hint == "Say which one: right/two_numbers, wrong/two_numbers."
