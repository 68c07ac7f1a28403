"""An address as it is shown, typed with every liberty; and nothing else."""

import pytest

from tutor.base.errors import UsageError
from tutor.seat.address import RoomAddress


@pytest.mark.parametrize(
    ("typed", "base"),
    [
        ("192.168.1.20:8765/K7QX-2M", "http://192.168.1.20:8765"),
        ("http://192.168.1.20:8765/k7qx2m/", "http://192.168.1.20:8765"),
        (" laptop.local:8765/K7QX2M ", "http://laptop.local:8765"),
        ("https://room.example.org/K7QX2M", "https://room.example.org"),
        ("https://example.org/rooms/K7QX2M", "https://example.org/rooms"),
        ("[::1]:8765/K7QX2M", "http://[::1]:8765"),
    ],
)
def test_an_address_is_read_as_it_is_shown(typed: str, base: str) -> None:
    """With or without scheme, dashes, capitals."""
    assert RoomAddress.read(typed) == RoomAddress(base, "K7QX2M")


@pytest.mark.parametrize(
    "typed",
    ["", "K7QX2M", "192.168.1.20:8765", "host:x/K7QX2M", "ftp://host/K7QX2M", "file:///K7QX2M",
     "http://a@host/K7QX2M", "host/K7QX2M?x=1", "host/../K7QX2M", "host/K7 QX", "h\x00st/K7QX2M",
     "host:99999/K7QX2M", "host/K7QX2M#x"],
)  # fmt: skip
def test_what_is_no_address_is_explained(typed: str) -> None:
    """Before anything is sent anywhere."""
    with pytest.raises(UsageError) as caught:
        RoomAddress.read(typed)

    assert "192.168.1.20:8765/K7QX2M" in caught.value.hint
