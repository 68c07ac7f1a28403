"""The page around the game: a terminal that fills the window, and a word when it has ended.

The template of textual-serve asks Google for a font; ours takes the same font from textual-serve's
own files, and forbids the browser to ask anybody else for anything.
"""

from pathlib import Path

from tutor.words.markup import tag
from tutor.words.texts import Texts

FENCE = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
    "img-src 'self' data: blob:; connect-src 'self' ws://{host}; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
FILES = Path(__file__).with_name("static")
"""Our own style and script, beside those of textual-serve."""


def page(texts: Texts, address: str, font_size: int) -> str:
    """Return the page for a game whose process is reached at *address*."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", "Level Up"),
        tag("link", rel="icon", href="data:,"),
        tag("link", rel="stylesheet", href="static/css/xterm.css"),
        tag("link", rel="stylesheet", href="ours/page.css"),
        tag("script", src="static/js/textual.js"),
        tag("script", src="ours/focus.js", defer=True),
    )
    ended = tag("p", texts("web.ended"))
    again = tag("a", texts("web.again"), href="")
    terminal = tag(
        "div",
        id="terminal",
        class_="textual-terminal",
        data_session_websocket_url=address,
        data_font_size=font_size,
    )
    body = tag("body", terminal, tag("div", ended, again, class_="ended"))
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang=texts.language)}\n"
