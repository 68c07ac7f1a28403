"""`tutor author` from the shell: a level is begun, proved, watched and played."""

import signal
from pathlib import Path

import pytest

from tests.real import Tutor, assert_nothing_left
from tutor.curriculum import load_levels

LAST = load_levels()[-1].number
SLUG = f"{LAST + 1:02}_waiting_room"


@pytest.fixture
def begun(tutor: Tutor) -> Path:
    """The folder of a level that was just begun."""
    done = tutor("author", "new", "waiting_room")
    assert done.code == 0, done.said
    return tutor.folder / "levels-of-mine" / SLUG


@pytest.mark.services
@pytest.mark.load
@pytest.mark.alone
def test_a_new_level_is_proved_untouched(tutor: Tutor, begun: Path) -> None:
    """Broken loses, fixed wins gold, one answer less, one is refused by name."""
    done = tutor("author", "check", str(begun), "--json")

    assert done.code == 0, done.said
    outcomes = {row["answer"]: row["outcome"] for row in done.document["answers"]}
    assert outcomes == {
        "broken": "not_yet",
        "fixed": "gold",
        "right/two_numbers": "bronze",
        "wrong/kept": "not_yet",
    }


@pytest.mark.services
def test_a_new_level_is_played_in_the_game(tutor: Tutor, begun: Path) -> None:
    """It is on the map; its story is told, its shop is lost as it starts and won once mended."""
    env = {"LEVELUP_LEVELS": str(begun.parent)}
    shop = (begun / "fixed/shop/views.py").read_bytes()

    lost = tutor("start", SLUG, "--plain", stdin="briefing\ncheck\nquit\n", env=env)
    tutor.write({"shop/views.py": shop})
    won = tutor("start", SLUG, "--plain", stdin="map\ncheck\nquit\n", env=env)

    assert "The nervous pulse" in lost.out
    assert "Where to look" in lost.out
    assert "/health/ asked" in lost.out
    assert "for one number" in lost.out
    assert "One statement for the page." in won.out
    assert "for one number" not in won.out


@pytest.mark.services
def test_watch_proves_again_when_a_file_of_the_level_is_saved(tutor: Tutor, begun: Path) -> None:
    """A level that cannot be read is said to be so and may be mended; Ctrl-C ends it with 130."""
    description = begun / "level.toml"
    whole = description.read_text()

    with tutor.running(
        "author", "check", str(begun), "--quick", "--only", "fixed", "--watch"
    ) as watch:
        watch.wait_for("Proved.")
        description.write_text(whole.replace("at_most = 1", "at_mots = 1"))
        watch.wait_for("unknown key 'at_mots'")
        description.write_text(whole)
        watch.wait_for("Proved.")
        watch.signal(signal.SIGINT)
        code = watch.end()

    assert code == 130
    assert_nothing_left(tutor.folder)


def test_watch_is_for_one_level(cold_tutor: Tutor) -> None:
    """Without one, there is no folder to watch."""
    done = cold_tutor("author", "check", "--watch")

    assert (done.code, done.out) == (2, "")
    assert "--watch needs a level" in done.err


def test_the_texts_are_previewed_without_playing(cold_tutor: Tutor) -> None:
    """Both languages one below the other, or one of them; nothing is started."""
    both = cold_tutor("author", "preview", "1", "--texts")
    spanish = cold_tutor("author", "preview", "1", "--texts", "--lang", "es")

    assert both.code == spanish.code == 0
    assert "findings.stale_page" in both.out
    assert "At most 12 statements for the whole page." in both.out
    assert "Como máximo 12 sentencias para toda la página." in both.out
    assert "At most 12" not in spanish.out
    assert not cold_tutor.stack_folder.parent.joinpath("author").exists()


@pytest.mark.services
def test_a_verdict_is_previewed_as_the_learner_reads_it(tutor: Tutor, begun: Path) -> None:
    """With the scene after it, in both languages."""
    done = tutor("author", "preview", str(begun), "--only", "kept")

    assert done.code == 0, done.said
    assert "The number on the wall" in done.out
    assert "El número de la pared" in done.out
    assert "the database has" in done.said
    assert "en la base de datos hay" in done.said
    assert "Betty: It is a very calm number." in done.said


def test_the_schema_is_printed(cold_tutor: Tutor) -> None:
    """For an editor."""
    done = cold_tutor("author", "schema")

    assert done.code == 0
    assert done.document["properties"]["format"] == {"const": 1}


def test_levels_are_migrated_by_their_folder(cold_tutor: Tutor) -> None:
    """What was old is said to have been; the second time there is nothing to do."""
    cold_tutor("author", "new", "waiting_room")
    folder = cold_tutor.folder / "levels-of-mine" / SLUG
    description = folder / "level.toml"
    description.write_text(description.read_text().replace("format = 1", "format = 0"))

    first = cold_tutor("author", "migrate", str(folder), "01_n_plus_one")
    again = cold_tutor("author", "migrate", str(folder))
    unknown = cold_tutor("author", "migrate", "01_n_plus_two")

    assert first.out == f"{SLUG}: format 0 ▸ 1\n01_n_plus_one: format 1 already\n"
    assert again.out == f"{SLUG}: format 1 already\n"
    assert unknown.code == 2
    assert "01_n_plus_one" in unknown.err


def test_a_new_level_may_begin_as_another_one(cold_tutor: Tutor) -> None:
    """By its number or by the path of its folder; what may not fit is said."""
    first = cold_tutor("author", "new", "--from", "3", "cookies_again")
    folder = f"levels-of-mine/{LAST + 1:02}_cookies_again"
    second = cold_tutor("author", "new", "--from", folder, "once_more")
    unknown = cold_tutor("author", "new", "--from", "cokie", "and_again")

    assert first.code == second.code == 0, first.said
    assert f"tutor author check {folder}" in first.out
    assert "the check names what does not fit" in first.said
    assert f"{LAST + 2:02}_once_more is written" in second.out
    assert unknown.code == 2
    assert not (cold_tutor.folder / "levels-of-mine" / f"{LAST + 3:02}_and_again").exists()
