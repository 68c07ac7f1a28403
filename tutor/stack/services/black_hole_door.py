"""The program of a black hole: it takes every connection, notes it, and never says a word."""

import socket
import sys


def main() -> None:
    """Listen at the address and the port on the command line."""
    address, port = sys.argv[1], int(sys.argv[2])
    with socket.create_server((address, port), backlog=512) as door:
        _note("open")
        kept = []
        while True:
            # Kept, or the visitor would hear that nobody is there.
            kept.append(door.accept()[0])
            _note(str(len(kept)))


def _note(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
