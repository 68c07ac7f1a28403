"""A level is read strictly: what is wrong is named, and the nearest right word with it."""

import shutil
from pathlib import Path

import pytest

from tutor.base.errors import ExitCode, TutorError, UsageError
from tutor.base.paths import content_root
from tutor.curriculum import find_level, load_level, load_levels
from tutor.curriculum.compose import compose
from tutor.judge import Kind, Medal

SLUG = "01_n_plus_one"
LEVEL_TOML = """\
page = "/"
files = ["catalog/views.py"]
[title]
en = "Title"
es = "Título"
[summary]
en = "Summary"
es = "Resumen"
[[goals]]
id = "few"
measure = "queries"
medal = "bronze"
at_most = 212
en = "Few"
es = "Pocas"
[findings.stale]
kind = "foul"
en = "Stale"
es = "Vieja"
[[hints]]
after = ["stale"]
en = "Look"
es = "Mira"
[load]
users = 4
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a small level."""
    folder = tmp_path / "09_small"
    folder.mkdir()
    (folder / "level.toml").write_text(LEVEL_TOML, encoding="utf-8")
    return folder


def change(folder: Path, before: str, after: str) -> None:
    """Replace *before* by *after* in the level's description."""
    path = folder / "level.toml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_a_level_is_what_its_folder_says(folder: Path) -> None:
    """Every table of the description is read."""
    level = load_level(folder)

    assert (level.slug, level.number, level.page) == ("09_small", 9, "/")
    assert level.title == {"en": "Title", "es": "Título"}
    assert (level.goals[0].medal, level.goals[0].at_most) == (Medal.BRONZE, 212)
    assert level.finding_kinds == {"stale": Kind.FOUL}
    assert (level.hints[0].after, level.files) == (("stale",), ("catalog/views.py",))
    assert (level.load.users, level.load.seconds) == (4, 6)


@pytest.mark.parametrize(
    ("before", "after", "message", "hint"),
    [
        ("[title]", "[titel]", "unknown key 'titel'", "'title'"),
        ("at_most", "at_mots", "[goals 1]: unknown key 'at_mots'", "'at_most'"),
        ('"bronze"', '"bronce"', "'medal' is 'bronce'", "'bronze'"),
        ('"foul"', '"fowl"', "[findings.stale]: 'kind' is 'fowl'", "'foul'"),
        ("at_most = 212\n", "", "a goal needs a bound", "'at_most' or 'at_least'"),
        ("= 212", '= "212"', "'at_most' is '212', which is not a int or float", "int or float"),
        ("= 212", "= true", "'at_most' is True", "int or float"),
        ('es = "Pocas"', 'ess = "Pocas"', "unknown key 'ess'", "'es'"),
        ('es = "Título"', 'ess = "Título"', "[title]: the key 'es' is missing", "'ess'"),
        ('es = "Resumen"', "", "[summary]: the key 'es' is missing", "Add 'es'"),
        ("users = 4", "user = 4", "[load]: unknown key 'user'", "'users'"),
        ("users = 4", "users = 4.5", "'users' is 4.5, which is not a int", "int"),
        ('["catalog/views.py"]', "[3]", "'files' holds 3", "strings"),
        ("after", "afer", "[hints 1]: unknown key 'afer'", "'after'"),
        ('page = "/"', 'page = "/', "is not TOML", "line"),
    ],
)
def test_a_broken_level_names_the_key_and_the_nearest_right_one(
    folder: Path, before: str, after: str, message: str, hint: str
) -> None:
    """The error says which file, where in it, what is wrong and what may be meant."""
    change(folder, before, after)

    with pytest.raises(TutorError) as caught:
        load_level(folder)

    assert str(folder / "level.toml") in caught.value.message
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_goals_must_be_tables(folder: Path) -> None:
    """A list of anything else is refused by name, not by a traceback."""
    path = folder / "level.toml"
    text = path.read_text(encoding="utf-8").replace("[[goals]]", "[goal]")
    path.write_text("goals = [1]\n" + text.replace("[goal]", "[betty]"), encoding="utf-8")

    with pytest.raises(TutorError, match=r"'goals' 1 is 1") as caught:
        load_level(folder)

    assert "[[goals]]" in caught.value.hint


def test_a_level_in_another_encoding_is_explained(folder: Path) -> None:
    """TOML is UTF-8; what is not says so."""
    (folder / "level.toml").write_bytes(LEVEL_TOML.encode("latin-1"))

    with pytest.raises(TutorError, match="is not TOML"):
        load_level(folder)


def test_a_level_without_a_description_is_explained(tmp_path: Path) -> None:
    """The missing file is named."""
    with pytest.raises(TutorError, match=r"level\.toml cannot be read"):
        load_level(tmp_path)


@pytest.mark.parametrize("word", ["1", "01", SLUG, "plus", "N_PLUS"])
def test_a_level_is_found_by_number_slug_or_part(word: str) -> None:
    """All of these mean the first level."""
    assert find_level(word).slug == SLUG


def test_an_unknown_level_lists_those_there_are() -> None:
    """The error is one of usage and names the levels."""
    with pytest.raises(UsageError, match="no level 'nonsense'") as caught:
        find_level("nonsense")

    assert SLUG in caught.value.hint
    assert caught.value.exit_code == ExitCode.USAGE


def test_a_word_of_two_levels_asks_for_more(folder: Path, tmp_path: Path) -> None:
    """Where two levels could be meant, neither is taken; a whole slug is always enough."""
    other = tmp_path / "10_small_too"
    shutil.copytree(folder, other)
    levels = [load_level(folder), load_level(other)]

    with pytest.raises(UsageError, match="could mean 2 levels: 09_small, 10_small_too"):
        find_level("small", levels)
    assert find_level("09_small", levels).number == 9


def test_level_packs_of_others_join_the_campaign(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`LEVELUP_LEVELS` adds folders; what is no level in them is passed over."""
    (tmp_path / "notes").mkdir()
    monkeypatch.setenv("LEVELUP_LEVELS", str(tmp_path))

    slugs = [level.slug for level in load_levels()]

    assert slugs == sorted(slugs)
    assert {SLUG, "09_small"} <= set(slugs)
    assert "notes" not in slugs


def test_a_pack_may_replace_a_level_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The later root wins where both have a level of that name."""
    shutil.copytree(content_root() / "levels" / SLUG, tmp_path / SLUG)
    monkeypatch.setenv("LEVELUP_LEVELS", str(tmp_path))

    assert find_level("1").folder == tmp_path / SLUG


DIAGNOSIS = """
[diagnosis]
right = "cpu"
en = "What?"
es = "¿Qué?"
[diagnosis.choices]
cpu = {en = "CPU", es = "CPU"}
disk = {en = "Disk", es = "Disco"}
memory = {en = "Memory", es = "Memoria"}
[diagnosis.against]
disk = {en = "0 kB/s", es = "0 kB/s"}
memory = {en = "90 MB", es = "90 MB"}
"""


@pytest.fixture
def asking(folder: Path) -> Path:
    """The folder of a level that asks for a diagnosis."""
    path = folder / "level.toml"
    path.write_text(LEVEL_TOML + DIAGNOSIS, encoding="utf-8")
    return folder


def test_a_diagnosis_is_a_question_with_choices(asking: Path) -> None:
    """The right one is known, and something speaks against each of the others."""
    asked = load_level(asking).diagnosis

    assert asked is not None
    assert (asked.right, list(asked.choices)) == ("cpu", ["cpu", "disk", "memory"])
    assert asked.against["disk"]["es"] == "0 kB/s"


@pytest.mark.parametrize(
    ("before", "after", "message", "hint"),
    [
        ('right = "cpu"', 'right = "cpus"', "[diagnosis]: 'right' is 'cpus'", "'cpu'"),
        ('es = "¿Qué?"', "", "[diagnosis]: the key 'es' is missing", "'es'"),
        (', es = "Disco"', "", "[diagnosis.choices.disk]: the key 'es' is missing", "'es'"),
        (', es = "90 MB"', "", "[diagnosis.against.memory]: the key 'es' is missing", "'es'"),
        ('memory = {en = "90 MB", es = "90 MB"}', "", "nothing speaks against 'memory'", "memory]"),
        ('disk = {en = "0 kB/s"', 'dsk = {en = "0 kB/s"', "'against' names 'dsk'", "'disk'"),
        ('memory = {en = "Memory", es = "Memoria"}', "", "there are 2 choices", "3 to 5"),
        ("[diagnosis.choices]", "[diagnosis.choises]", "unknown key 'choises'", "'choices'"),
    ],
)
def test_a_broken_diagnosis_is_explained(
    asking: Path, before: str, after: str, message: str, hint: str
) -> None:
    """What is missing or wrong is named, in which language too."""
    change(asking, before, after)

    with pytest.raises(TutorError) as caught:
        load_level(asking)

    assert message in caught.value.message
    assert hint in caught.value.hint


def test_the_monitor_s_figures_are_known_by_name(folder: Path) -> None:
    """A figure that no service has is answered with the nearest one."""
    change(folder, 'page = "/"', 'page = "/"\nmonitor = ["postgres.conections"]')

    with pytest.raises(TutorError, match=r"'monitor' names 'postgres\.conections'") as caught:
        load_level(folder)

    assert "'postgres.connections'" in caught.value.hint


def test_the_looks_at_the_shop_are_known_by_name(folder: Path) -> None:
    """A level that names none has the SQL of its page; a wrong name gets the nearest right one."""
    assert load_level(folder).views == ("sql",)
    change(folder, 'page = "/"', 'page = "/"\nviews = ["queues"]')

    with pytest.raises(TutorError, match="'views' names 'queues'") as caught:
        load_level(folder)

    assert "'queue'" in caught.value.hint


def test_what_is_fixed_here_goes_no_further() -> None:
    """The reference answer has it; the levels that follow build on `fixed` alone."""
    levels = load_levels()
    here, after = levels[1], levels[2]
    only_here = "catalog/migrations/0002_review_published_stars.py"

    assert only_here in compose(here, "fixed", levels)
    assert only_here not in compose(here, "broken", levels)
    for variant in ("broken", "fixed"):
        shop = compose(after, variant, levels)
        assert only_here not in shop
        assert shop["stack.toml"] != compose(here, "broken", levels)["stack.toml"]
