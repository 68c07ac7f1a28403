"""What is wrong in the learner's stack file is said with its key."""

import pytest

from tests.e2e.mistakes import check, replace
from tests.real import Tutor

pytestmark = [pytest.mark.by_date(2), pytest.mark.services]


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ('services = ["gunicorn", "postgres"]', 'services = ["gunicorn", "postgers"]',
         ["unknown service 'postgers'", "Did you mean 'postgres'?", "servers.server1"]),
        ("[services.gunicorn]", "[services.gunicron]",
         ["unknown service 'gunicron'", "Did you mean 'gunicorn'?"]),
        ("workers = 2", "wrokers = 2", ["unknown key 'wrokers'", "Did you mean 'workers'?"]),
        ("workers = 2", "workers = 0", ["'workers' is 0", "1 to"]),
        ("workers = 2", 'workers = "two"', ["'workers' is 'two'", "int"]),
        ("workers = 2", "workers = ", ["is not TOML", "line"]),
        ('services = ["gunicorn", "postgres"]', 'services = ["gunicorn"]',
         ["'postgres' runs on no server", "'server1'"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_wrong_stack_file_names_the_key(
    tutor: Tutor, before: str, after: str, named: list[str]
) -> None:
    """The file, the place, the key and what was meant; it is the learner's to mend."""
    replace(tutor, "stack.toml", before, after)

    done = check(tutor)

    assert str(tutor.workspace / "stack.toml") in done.said
    assert all(words in done.said for words in named), done.said


def test_a_stack_file_that_is_gone_is_named(tutor: Tutor) -> None:
    """And how it is brought back."""
    (tutor.workspace / "stack.toml").unlink()

    done = check(tutor)

    assert "`tutor reset --file stack.toml`" in done.said
