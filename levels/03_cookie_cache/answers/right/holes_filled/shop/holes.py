"""The same page for everybody, with holes for what is somebody's own."""

from collections.abc import Callable
from hashlib import sha256

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control, patch_vary_headers

from shop.middleware import PUBLIC_PAGES

GetResponse = Callable[[HttpRequest], HttpResponse]
SECONDS = 60
HOLES = {
    b"<!--personal-->": "shop/_personal.html",
    b"<!--messages-->": "shop/_messages.html",
}


class FillHoles:
    """Put the visitor's own name, cart and messages into the page, at every visit."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
            return response
        content = response.content
        for hole, template in HOLES.items():
            if hole in content:
                own = render_to_string(template, request=request).encode()
                content = content.replace(hole, own, 1)
        if content != response.content:
            response.content = content
            patch_vary_headers(response, ["Cookie"])
            patch_cache_control(response, private=True)
        return response


class KeepWithHoles:
    """Keep public pages as they are before anybody looks at them."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "GET":
            return self.get_response(request)
        key = "holes." + sha256(request.get_full_path().encode()).hexdigest()
        kept = cache.get(key)
        if kept is not None:
            return HttpResponse(kept)
        response = self.get_response(request)
        page = request.resolver_match
        if response.status_code == 200 and page and page.view_name in PUBLIC_PAGES:
            cache.set(key, response.content, SECONDS)
        return response
