"""Where a room is: the address and the code that the instructor shows."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from tutor.base.errors import UsageError

CODE = re.compile(r"[A-Z0-9]{4,32}")
HOST = re.compile(r"[A-Za-z0-9._:\[\]-]+")


@dataclass(frozen=True, slots=True)
class RoomAddress:
    """One room."""

    base: str
    """The server, as ``http://host:port``, without a slash at its end."""
    code: str

    @classmethod
    def read(cls, typed: str) -> "RoomAddress":
        """Return the room that *typed* names: ``host:port/CODE``, with or without ``http://``.

        Raises:
            UsageError: it names none.
        """
        wrong = UsageError.named("address_wrong", address=typed)
        text = typed.strip()
        try:
            parts = urlsplit(text if "://" in text else f"http://{text}")
            host, port = parts.hostname or "", parts.port
        except ValueError as error:
            raise wrong from error
        before, _, last = parts.path.strip("/").rpartition("/")
        code = last.replace("-", "").upper()
        is_address = parts.scheme in ("http", "https") and HOST.fullmatch(host)
        is_bare = "@" not in parts.netloc and not (parts.query or parts.fragment)
        if not (is_address and is_bare and CODE.fullmatch(code)) or not _is_path(before):
            raise wrong
        named = f"[{host}]" if ":" in host else host
        where = f"{named}:{port}" if port else named
        return cls(f"{parts.scheme}://{where}{'/' + before if before else ''}", code)


def _is_path(text: str) -> bool:
    """Return whether *text* may stand between a server and its rooms: a proxy may add it."""
    return re.fullmatch(r"[A-Za-z0-9._/-]*", text) is not None and ".." not in text
