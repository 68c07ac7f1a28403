"""What went wrong in a crowd: by kind, the largest first, nothing lost and nothing twice."""

import re
import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from tutor.catalogue.failures import listed
from tutor.load.kinds import in_kinds
from tutor.load.locust import TALLY

MESSAGES = st.dictionaries(st.sampled_from(list("abcdefgh")), st.integers(1, 99), max_size=8)


def test_the_largest_kind_comes_first_and_the_others_are_counted() -> None:
    """Of 65 failures 11 are refusals: that is not told as if all were."""
    kinds = in_kinds({"refused": 11, "status 500": 54})

    assert listed("en", kinds, {}) == "54 × status 500, 11 × refused"


@given(errors=MESSAGES, silent=st.integers(0, 5))
def test_all_failures_are_told(errors: dict[str, int], silent: int) -> None:
    """The numbers in the sentence add up to what failed."""
    failures = sum(errors.values()) + silent
    told = listed("es", in_kinds(errors, failures), {})
    assert sum(map(int, re.findall(r"(\d+) ×", told))) == failures


def test_a_kind_is_counted_under_one_example() -> None:
    """However many names are missing, that is one kind; however many kinds, none is lost."""
    failed = [f"kind {number % 30}: {number}" for number in range(300)]
    script = f"""if True:
        import locust, sys; sys.path.insert(0, {str(TALLY.parent)!r})
        import tally
        counted = {{}}
        for message in {failed!r}:
            tally.add(counted, message, 1)
        whole = tally.together([counted, counted])
        print(sum(whole.values()), len({{m.partition(":")[0] for m in whole}}), len(whole))
    """
    # Locust changes the process that imports it.
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["600", "21", "21"]
