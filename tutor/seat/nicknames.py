"""A nickname of two words, in the learner's language."""

import secrets

from tutor.words.texts import Texts


def propose(texts: Texts) -> str:
    """Return a nickname by chance; the room says where it is taken."""
    first, second = (
        secrets.choice(texts(f"room.nickname.{place}").split()) for place in ("first", "second")
    )
    return f"{first} {second}"
