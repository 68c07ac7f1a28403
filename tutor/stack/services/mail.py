"""The post office: takes every mail over SMTP, keeps it, and shows it."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from tutor.base.files import whole_lines
from tutor.machine.command import Command
from tutor.machine.ports import is_answering
from tutor.stack.services.base import ShopService

SINK = Path(__file__).with_name("mail_sink.py")


class Mail(ShopService):
    """One SMTP sink on loopback."""

    @property
    def mails_file(self) -> Path:
        """Return the file with one JSON line per mail."""
        return self.context.folder / "mails.jsonl"

    @property
    def page(self) -> int:
        """Return the port of the page that shows the mails."""
        return self.context.ports["mail-page"]

    def command(self) -> Command:
        """Return the command that runs it."""
        self.write("mails.jsonl", "")
        ports = (str(self.port), str(self.page))
        argv = (sys.executable, str(SINK), *ports, str(self.mails_file), self.context.listen)
        return self.run(*argv, info=replace(self.context.info, page=self.page))

    @contextmanager
    def closed(self) -> Iterator[None]:
        """Send whoever brings a mail away during the block, as SMTP has it: 421, come again."""
        sign = self.write("closed", "")
        try:
            yield
        finally:
            sign.unlink(missing_ok=True)

    def turned_away(self) -> set[str]:
        """Return whom the mails were for that were sent away so far."""
        path = self.context.folder / "turned-away.txt"
        return {*path.read_text(encoding="utf-8").split()} if path.exists() else set()

    def is_ready(self) -> bool:
        """Return whether its page is there; it opens after SMTP does."""
        return is_answering(self.page, "/")

    def mails(self) -> list[dict[str, Any]]:
        """Return the mails that came, in order: ``to``, ``subject``, ``body``, ``attachments``."""
        return [json.loads(line) for line in whole_lines(self.mails_file.read_bytes())]
