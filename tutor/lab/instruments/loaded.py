"""What a page loads into itself by script, read generously from the page and its scripts.

A browser engine would know for sure. None of the three is right here: a whole browser is 150 MB
that no learner should need and starts slower than a quick check may last; an engine for JavaScript
alone has no document, so jQuery, htmx or Turbo do not run in it; a document simulated on top of one
needs Node. So the rule asks for effects, not for forms: every address of the shop that stands as a
string in a page or in its scripts is opened, as whoever is looking would open it, and what answers
with a piece of text or JSON counts as loaded, whatever was to fetch it. What a visitor would have
to click (links, the addresses of forms) is never opened.
"""

import html
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from tutor.probes.http import Response, Visitor

HEADERS = {
    "Accept": "text/html, application/json, */*",
    "HX-Request": "true",
    "X-Requested-With": "XMLHttpRequest",
}
"""What htmx and jQuery say when they ask for a part, and views ask about."""

QUOTE = r"""(?:["'`]|&quot;|&#x27;|&#34;|&#39;)"""
QUOTED = re.compile(
    rf"""({QUOTE})\s*((?:https?:)?/(?![*/>\s])[^"'`\s<>]*?|https?://[^"'`\s<>]*?)(?:\s[^"'`<>]*?)?\1"""
)
"""An address in quotes; jQuery's ``load`` may have a selector behind it."""
BARE = re.compile(r"=(/[^\s\"'`<>=*/][^\s\"'`<>]*|/)(?=[\s>])")
"""An address as the value of an attribute without quotes."""
RELATIVE = re.compile(r"""["'`](\.{0,2}/?[\w.-]+(?:/[\w.-]+)*/?(?:\?[^"'`\s]*)?)["'`]""")
NAMED = re.compile(r"([\w:@.-]+)\s*=\s*$")
"""The attribute, or the variable, that a string is the value of."""
NEVER = frozenset(
    "href action formaction cite ping poster srcset value content name id class alt title"
    " placeholder hx-post hx-put hx-patch hx-delete"
    " hx-push-url hx-replace-url data-hx-post xlink:href".split()
)
"""Attributes whose address is not opened by looking at the page."""
PICTURES = frozenset("img script source audio video track input link picture".split())
"""Elements whose ``src`` is no part of the page's text."""
SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script\s*>", re.DOTALL | re.IGNORECASE)
SOURCE = re.compile(r"""\bsrc\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
JSON_TYPE = re.compile(r"""\btype\s*=\s*["']?application/(?:ld\+)?json""", re.IGNORECASE)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
CODE_COMMENT = re.compile(r"(?:^|(?<=[\s;{}]))(?://[^\n]*|/\*.*?\*/)", re.DOTALL | re.MULTILINE)
FETCHED = re.compile(
    r"(?:fetch|get|getJSON|load|ajax|axios|Request|GET[\"'`]\s*,|url\s*:)\s*\(?\s*$"
)
"""What stands before an address that a script certainly loads."""
PLACEHOLDER = re.compile(r"\$\{[^}]*\}")
ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
PAGE = re.compile(r"<html\b", re.IGNORECASE)
COOKIE = "document.cookie"
DEEPEST = 3
"""How many scripts may load one another."""

Found = dict[str, bool]
"""Addresses in order; true where it is certain that they are loaded."""


class Parts:
    """What the pages of one shop load; each address is tried out once, as a stranger."""

    def __init__(self, stranger: Visitor) -> None:
        self._stranger = stranger
        self._kinds: dict[str, str] = {}
        self._code: dict[str, str] = {}
        self._dull: set[str] = set()
        """Lines of pages that load nothing: most pages share most of theirs."""

    def of(self, page: str, path: str) -> tuple[Found, str]:
        """Return the addresses of the parts of *page*, and the code of its scripts."""
        markup, scripts, sources = taken_apart(page)
        found: Found = {}
        for line in markup.split("\n"):
            if line not in self._dull:
                merge(found, self._look_at(line))
        for script in scripts:
            merge(found, addresses_in_code(script))
        code = [*scripts]
        for source in sources:
            self._follow(urljoin(path, source), found, code, DEEPEST)
        parts: Found = {}
        for address, is_certain in list(found.items()):
            target = self._here(address, path)
            if target is None or target.partition("?")[0] == path.partition("?")[0]:
                continue
            if self._kind(target) == "script":
                inner: Found = {}
                self._follow(target, inner, code, DEEPEST - 1)
                for more, certain in inner.items():
                    self._add(parts, self._here(more, path), certain)
            else:
                self._add(parts, target, is_certain)
        return parts, "\n".join(code)

    def _look_at(self, line: str) -> Found:
        found = addresses_in_markup(line)
        if not found:
            self._dull.add(line)
        return found

    def _add(self, parts: Found, address: str | None, is_certain: bool) -> None:
        """Add *address* to *parts* where it is one; a whole page only where that is certain."""
        kind = self._kind(address) if address else ""
        if address and (kind == "part" or (kind == "page" and is_certain)):
            merge(parts, {address: is_certain})

    def _here(self, address: str, path: str) -> str | None:
        """Return *address* as a path of this shop; None where it leads elsewhere."""
        split = urlsplit(urljoin(f"{self._stranger.url}{path}", address))
        if f"{split.scheme}://{split.netloc}" != self._stranger.url:
            return None
        return split.path + (f"?{split.query}" if split.query else "")

    def _follow(self, source: str, found: Found, code: list[str], depth: int) -> None:
        """Add what the script at *source* loads, and what the scripts it loads do."""
        here = self._here(source, "/")
        if here is None or not depth:
            return
        if here not in self._code:
            self._code[here] = ""
            answer = self._stranger.get(here)
            if answer.status == 200:
                self._code[here] = CODE_COMMENT.sub(" ", answer.text)
        text = self._code[here]
        code.append(text)
        for address, is_certain in addresses_in_code(text).items():
            # A module's address is relative to the script, any other to the page.
            module = self._here(address, here)
            if module and module.partition("?")[0].endswith((".js", ".mjs")):
                if module != here:
                    self._follow(module, found, code, depth - 1)
            else:
                found[address] = found.get(address, False) or is_certain

    def _kind(self, address: str) -> str:
        """Return what *address* answers with: a ``part``, a ``page``, a ``script``, or nothing.

        A stranger asks first: what answers somebody without a name, or says that it needs to know
        one, is safe to look at. A GET that does something leads elsewhere or is refused.
        """
        if address not in self._kinds:
            self._stranger.cookies.clear()
            self._kinds[address] = kind_of(self._stranger.get(address, HEADERS))
        return self._kinds[address]


def kind_of(answer: Response) -> str:
    """Return what an answer is to a page that loads it; empty where it is nothing."""
    if answer.sends_on and "login" in answer.headers.get("location", ""):
        return "part"
    if answer.status not in (200, 204, 401, 403):
        return ""
    kind = answer.headers.get("content-type", "text/plain").partition(";")[0].strip().lower()
    if "javascript" in kind:
        return "script"
    if kind not in ("text/html", "text/plain", "application/xhtml+xml") and "json" not in kind:
        return ""
    return "page" if PAGE.search(answer.text[:2000]) else "part"


def taken_apart(page: str) -> tuple[str, list[str], list[str]]:
    """Return the markup of *page* without scripts and comments, its scripts, and their sources."""
    page = COMMENT.sub("", page)
    scripts, sources = [], []
    for attributes, code in SCRIPT.findall(page):
        if source := SOURCE.search(attributes):
            sources.append(html.unescape(source[1]))
        if code.strip():
            scripts.append(CODE_COMMENT.sub(" ", code))
    return SCRIPT.sub("", page), scripts, sources


def addresses_in_markup(markup: str) -> Found:
    """Return the addresses in attributes that are opened by looking at a page."""
    found: Found = {}
    places = [(match.start(), match[2]) for match in QUOTED.finditer(markup)]
    places += [(match.start() + 1, match[1]) for match in BARE.finditer(markup)]
    for start, address in sorted(places):
        before = markup[max(0, start - 60) : start]
        name = NAMED.search(before)
        attribute = name[1].lower() if name else ""
        if attribute in NEVER:
            continue
        if attribute == "src" and _element(markup, start) in PICTURES:
            continue
        is_code = not attribute and FETCHED.search(before)
        certain = bool(is_code) or attribute in ("src", "data", "hx-get", "data-hx-get")
        merge(found, {cleaned(address): certain})
    return found


def addresses_in_code(code: str) -> Found:
    """Return the addresses that stand as strings in a script, or in JSON."""
    found: Found = {}
    matches = [(m.start(), m[2]) for m in QUOTED.finditer(code)]
    matches += [(m.start(), m[1]) for m in RELATIVE.finditer(code) if "/" in m[1]]
    for start, address in sorted(matches):
        before = code[max(0, start - 60) : start]
        name = NAMED.search(before)
        if name and name[1].lower().rpartition(".")[2] in NEVER:
            continue
        merge(found, {cleaned(address): bool(FETCHED.search(before))})
    return found


def merge(found: Found, more: Found) -> None:
    """Add *more* to *found*; what is certain once is certain."""
    for address, is_certain in more.items():
        found[address] = found.get(address, False) or is_certain


def cleaned(address: str) -> str:
    """Return *address* without what HTML and JavaScript write differently."""
    address = html.unescape(address).replace("\\/", "/")
    address = ESCAPED.sub(lambda match: chr(int(match[1], 16)), address)
    return PLACEHOLDER.sub("1", address)


def _element(markup: str, start: int) -> str:
    """Return the name of the element whose attribute is at *start*."""
    tag = re.match(r"<([\w:-]+)", markup[markup.rfind("<", 0, start) :][:40])
    return tag[1].lower() if tag else ""


def as_seen(answer: Response, *, is_certain: bool) -> str:
    """Return the text of a loaded part: of JSON, its values under their names.

    A whole page that a script only names is not part of another one.
    """
    if answer.status >= 300 or (not is_certain and PAGE.search(answer.text[:2000])):
        return ""
    if "json" not in answer.headers.get("content-type", ""):
        return answer.text
    return from_json(answer.text)


def from_json(text: str) -> str:
    """Return the values of a JSON document as elements that say what they are called."""
    try:
        document = json.loads(text)
    except ValueError:
        return text
    return "\n".join(f'<data class="{name}">{value}</data>' for name, value in leaves(document))


def leaves(document: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield each value of a JSON document with the names that lead to it."""
    if isinstance(document, dict):
        for key, value in document.items():
            yield from leaves(value, f"{name}.{key}".strip("."))
    elif isinstance(document, list):
        for value in document:
            yield from leaves(value, name)
    elif document is not None and not isinstance(document, bool):
        yield name, str(document)


def embedded_json(page: str) -> Iterator[str]:
    """Yield what stands in a page as JSON, for its scripts to show."""
    for attributes, code in SCRIPT.findall(page):
        if JSON_TYPE.search(attributes):
            yield from_json(code)


def read_cookies(code: str, cookies: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield the cookies that the *code* of a page reads by name."""
    if COOKIE not in code:
        return
    for name, value in cookies:
        if re.search(rf"\b{re.escape(name)}\b", code):
            yield f'<data class="{name}">{html.escape(unquote(value))}</data>'
