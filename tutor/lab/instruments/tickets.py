"""Somebody who logged in yesterday: a session in the shop's database, signed as Django signs it.

A login costs a third of a second of hashing, which is too dear where five people only come to look.
It works where sessions lie in the database, perhaps behind a cache; whoever keeps them elsewhere
lets people log in by the form.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tutor.lab.shop import Shop

KEY = re.compile(r"""^SECRET_KEY\s*=.*?["']([^"']{16,})["']""", re.MULTILINE)
BACKEND = "django.contrib.auth.backends.ModelBackend"
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SESSION = """
INSERT INTO public.django_session (session_key, session_data, expire_date)
VALUES (%s, %s, now() + interval '1 day')
"""


def ticket(shop: Shop, username: str) -> str:
    """Return the session cookie of *username*; empty where the shop's secret is not known."""
    settings = shop.files.get("shop/settings.py")
    found = KEY.search(settings.read_text(encoding="utf-8")) if settings else None
    query = "SELECT id, password FROM public.auth_user WHERE username = %s"
    rows = shop.sql(query, [username])
    if not found or not rows:
        return ""
    ((user, password),) = rows
    secret = found[1]
    session = {
        "_auth_user_id": str(user),
        "_auth_user_backend": BACKEND,
        "_auth_user_hash": _digest(
            "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash", password, secret
        ).hex(),
    }
    key = secrets.token_hex(16)
    shop.sql(SESSION, [key, _signed(session, secret)])
    return key


def _digest(salt: str, value: str, secret: str) -> bytes:
    key = hashlib.sha256((salt + secret).encode()).digest()
    return hmac.new(key, value.encode(), hashlib.sha256).digest()


def _plain64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _signed(session: dict[str, str], secret: str) -> str:
    """Return *session* as ``django.core.signing.dumps`` writes it."""
    data = _plain64(json.dumps(session, separators=(",", ":")).encode("latin-1"))
    value = f"{data}:{_in_base62(int(time.time()))}"
    salt = "django.contrib.sessions.SessionStore"
    return f"{value}:{_plain64(_digest(salt + 'signer', value, secret))}"


def _in_base62(number: int) -> str:
    text = ""
    while number:
        number, digit = divmod(number, len(DIGITS))
        text = DIGITS[digit] + text
    return text or "0"
