"""What went wrong in a crowd: by kind, the largest first, nothing lost and nothing twice."""

import importlib.util
import re
from types import ModuleType

from hypothesis import given
from hypothesis import strategies as st

from tutor.load.kinds import in_kinds
from tutor.load.locust import TALLY

MESSAGES = st.dictionaries(st.sampled_from(list("abcdefgh")), st.integers(1, 99), max_size=8)


def tally() -> ModuleType:
    """Return what Locust loads; its listeners are never called here."""
    spec = importlib.util.spec_from_file_location("tally", TALLY)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_largest_kind_comes_first_and_the_others_are_counted() -> None:
    """Of 65 failures 11 are refusals: that is not told as if all were."""
    assert in_kinds({"refused": 11, "status 500": 54}) == "54 × status 500, 11 × refused"


@given(errors=MESSAGES, silent=st.integers(0, 5))
def test_all_failures_are_told(errors: dict[str, int], silent: int) -> None:
    """The numbers in the sentence add up to what failed."""
    failures = sum(errors.values()) + silent
    told = in_kinds(errors, failures)
    assert sum(map(int, re.findall(r"(\d+) ×", told))) == failures


@given(st.lists(st.tuples(st.sampled_from(range(40)), st.text(max_size=3))))
def test_a_kind_is_counted_under_one_example(failed: list[tuple[int, str]]) -> None:
    """However many names are missing, that is one kind; however many kinds, none is lost."""
    module, counted = tally(), dict[str, int]()
    for kind, detail in failed:
        module.add(counted, f"kind {kind}: {detail}", 1)
    kinds = [message.partition(":")[0] for message in counted]
    assert sum(counted.values()) == len(failed)
    assert len(kinds) == len(set(kinds)) <= module.KINDS + 1
