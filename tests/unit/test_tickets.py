"""A session that we sign is one that Django reads."""

import subprocess
import sys

from tutor.lab.instruments.tickets import _signed

READ = """
import sys
from django.conf import settings
settings.configure(SECRET_KEY=sys.argv[1])
from django.contrib.sessions.backends.base import SessionBase
from django.core import signing
print(signing.loads(
    sys.argv[2], salt="django.contrib.sessions.SessionStore", serializer=signing.JSONSerializer
)["_auth_user_id"])
"""


def test_django_reads_what_we_sign() -> None:
    """With the shop's secret, and with no other."""
    data = _signed({"_auth_user_id": "7"}, "secret-of-the-shop")

    def read(secret: str) -> subprocess.CompletedProcess[str]:
        argv = [sys.executable, "-c", READ, secret, data]
        return subprocess.run(argv, capture_output=True, text=True, check=False)

    assert read("secret-of-the-shop").stdout.strip() == "7"
    assert "BadSignature" in read("another-secret").stderr
