"""A crawler: somebody who reads every page of the shop, and quickly."""

import re
import time
from collections.abc import Callable
from contextlib import suppress
from html import unescape
from urllib.parse import quote

from tutor.base.errors import ShopError
from tutor.probes.http import Visitor

PAGES = 60
PAUSE = 0.2
"""Seconds between two pages: five in a second, from one address."""
NAME = "WorkshopCrawler/1.0"
LINK = re.compile(r"""href=["'](/[^"'#]*)""")
AS_IS = "/%:@!$&()*+,;=?~[]"
"""What an address may hold as it stands; the rest is sent in UTF-8 and percents, by any browser."""


def as_sent(link: str) -> str:
    """Return *link* as a browser sends what stands in a page."""
    return quote(unescape(link), safe=AS_IS)


def crawl(url: str, is_over: Callable[[], bool], pages: int = PAGES, pause: float = PAUSE) -> int:
    """Follow the links of the shop at *url* from its front page on; return how many were read.

    It stops at once where *is_over* says so: nobody's measurement is disturbed by it.
    """
    waiting, known, read = ["/"], {"/"}, 0
    with Visitor(url) as visitor:
        visitor.headers["User-Agent"] = NAME
        while waiting and read < pages and not is_over():
            # A page that fails is the shop's affair; the next one may not.
            with suppress(ShopError):
                text = visitor.get(waiting.pop(0)).text
                links = [link for link in map(as_sent, LINK.findall(text)) if link not in known]
                known.update(links)
                waiting += dict.fromkeys(links)
            read += 1
            time.sleep(pause)
    return read
