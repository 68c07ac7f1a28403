"""An SMTP server that delivers nothing: it writes down each mail and shows them on a page.

Run as ``mail_sink.py SMTP_PORT PAGE_PORT FILE ADDRESS``; imports nothing of the tutor.
"""

import email
import email.message
import email.policy
import html
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

PAGE = """<!doctype html><meta charset="utf-8"><title>Mail</title>
<style>body { font: 16px/1.5 system-ui; margin: 2rem; color-scheme: light dark }
td, th { padding: .2rem 1rem .2rem 0; text-align: left; vertical-align: top }</style>
<h1>%d mails</h1><table><tr><th>to<th>subject<th>attachments</tr>%s</table>"""


class MailHandler:
    """Writes each mail down as one JSON line, and remembers them all."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.mails: list[dict[str, Any]] = []
        self._closed = path.with_name("closed")
        self._turned_away = path.with_name("turned-away.txt")

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name, and what it hands over
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take whom a mail is for; while a file says so, send whoever brings it away."""
        if self._closed.exists():
            with self._turned_away.open("a", encoding="utf-8") as file:
                file.write(f"{address}\n")
            return "421 closed, come again"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep one mail."""
        content = envelope.content or b""
        assert isinstance(content, bytes), "the controller does not decode"
        message = email.message_from_bytes(content, policy=email.policy.default)
        body = message.get_body(("plain", "html"))
        mail = {
            "at": time.time(),
            "to": envelope.rcpt_tos,
            "subject": str(message["subject"]),
            "id": str(message["message-id"]),
            "body": body.get_content() if body else "",
            "attachments": [_attachment(part) for part in message.iter_attachments()],
        }
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(mail) + "\n")
        self.mails.append(mail)
        return "250 kept"


def _attachment(part: email.message.EmailMessage) -> dict[str, object]:
    """Return what is worth knowing of an attachment: enough to tell a PDF from an empty file."""
    data = bytes(part.get_payload(decode=True) or b"")
    return {
        "name": part.get_filename(),
        "type": part.get_content_type(),
        "size": len(data),
        "starts": data[:8].decode("latin-1"),
    }


def page_of(mails: list[dict[str, Any]]) -> type[BaseHTTPRequestHandler]:
    """Return the handler that shows *mails*, as many as there are by then."""

    class Page(BaseHTTPRequestHandler):
        """Answers every address with the list of mails."""

        def do_GET(self) -> None:
            """Show the mails, the newest first."""
            shown = mails[::-1]
            rows = "\n".join(
                f"<tr><td>{html.escape(', '.join(m['to']))}<td>{html.escape(m['subject'])}"
                f"<td>{len(m['attachments'])}</tr>"
                for m in shown
            )
            data = (PAGE % (len(shown), rows)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    return Page


def main() -> None:
    """Take mails and show them until somebody ends us."""
    smtp_port, page_port, path = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    address = sys.argv[4]
    keeper = MailHandler(path)
    Controller(keeper, hostname=address, port=smtp_port).start()
    ThreadingHTTPServer((address, page_port), page_of(keeper.mails)).serve_forever()


if __name__ == "__main__":
    main()
