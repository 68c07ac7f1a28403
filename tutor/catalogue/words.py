"""Values that code can only say in English, said in the learner's language."""

from collections.abc import Mapping

BEHIND = " ← "
"""What stands between those of a queue that is told in one line."""


def said(words: Mapping[str, str], name: str, value: str) -> str:
    """Return *value* as ``words.<name>.<value>`` says it; as it is where nobody knows it.

    Of a queue each one is said, whatever stands in brackets behind: ``reader ← writer (Share)``.
    """
    return BEHIND.join(_one(words, name, one) for one in value.split(BEHIND))


def _one(words: Mapping[str, str], name: str, value: str) -> str:
    if word := words.get(f"words.{name}.{value}"):
        return word
    who, bracket, detail = value.partition(" (")
    return words.get(f"words.{name}.{who}", who) + bracket + detail
