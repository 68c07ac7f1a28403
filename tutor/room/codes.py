"""Codes that are read aloud, tokens that nobody guesses, and keys that can be printed again."""

import hashlib
import hmac
import os
import secrets
from base64 import urlsafe_b64encode
from pathlib import Path

from tutor.base.files import write_atomic
from tutor.base.paths import data_root

ALPHABET = "ACDEFGHJKMNPQRTUVWXY34679"
"""No two of these are taken for each other, on a projector or when somebody calls them out."""
LENGTH = 6
"""244 million codes, and a few wrong tries a minute."""


def new_code() -> str:
    """Return a code in its plain form."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def plain(code: str) -> str:
    """Return *code* without dashes and spaces, in capitals."""
    return "".join(letter for letter in code[:40].upper() if letter not in "-_ ")


def is_code(word: str) -> bool:
    """Return whether *word*, in its plain form, could be a code: other words are no tries."""
    return len(word) == LENGTH and set(word) <= set(ALPHABET)


def shown(code: str) -> str:
    """Return *code* as people read it."""
    return f"{code[:3]}-{code[3:]}"


def new_token() -> str:
    """Return what a seat proves itself with."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """Return by what a token or a key is recognised; it is too long to be guessed from this."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def key_of(nonce: str) -> str:
    """Return the key of an access: it can be said again, and does not stand in the database."""
    made = hmac.digest(_secret(), nonce.encode(), "sha256")
    return urlsafe_b64encode(made).decode().rstrip("=")


def _secret() -> bytes:
    if told := os.environ.get("LEVELUP_ROOM_SECRET"):
        return told.encode()
    path = secret_file()
    if not path.is_file():
        write_atomic(path, secrets.token_bytes(32), mode=0o600)
    return path.read_bytes()


def secret_file() -> Path:
    """Return the file that keys are made with."""
    return data_root() / "room" / "secret"
