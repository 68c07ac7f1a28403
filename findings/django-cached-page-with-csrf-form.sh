#!/usr/bin/env bash
# Django 5.2.19 (as since 5.2.16; 5.2.13 behaved otherwise)
#
# The how-to about CSRF protection has a section on caching: a view whose template uses
# `{% csrf_token %}` and that is kept with `cache_page` has to be wrapped in `csrf_protect` first,
# so that `Vary: Cookie` and the cookie are there before the page is stored. An expert reads that as:
# now the page is kept, once per visitor.
# It is kept for nobody. `{% csrf_token %}` sends the cookie anew with every answer, and since
# 5.2.16 an answer that both sets a cookie and varies on cookies is never stored, even if the request
# brought the cookie along. The recipe is safe, and the decorator has no effect.
#
# Seen: 5 visits of one visitor who keeps her cookie: the view ran 5 times on 5.2.19, and 2 times on
# 5.2.13; without the token in the template once on both.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/shop.py" <<'PYTHON'
import sys

import django
from django.conf import settings
from django.http import HttpResponse
from django.template import Context, Engine
from django.test import Client
from django.urls import path
from django.views.decorators.cache import cache_page
from django.views.decorators.csrf import csrf_protect

settings.configure(
    SECRET_KEY="x",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware"],
)
runs = {"form": 0, "plain": 0}
engine = Engine()


def page(name, source):
    template = engine.from_string(source)

    @cache_page(60 * 15)
    @csrf_protect
    def view(request):
        from django.middleware.csrf import get_token

        runs[name] += 1
        token = get_token(request) if name == "form" else ""
        return HttpResponse(template.render(Context({"csrf_token": token})))

    return view


urlpatterns = [
    path("form/", page("form", "<form>{% csrf_token %}</form>")),
    path("plain/", page("plain", "<p>Namaste</p>")),
]
django.setup()
for name in runs:
    visitor = Client()
    for _ in range(5):
        assert visitor.get(f"/{name}/").status_code == 200
print(django.get_version(), runs)
expected = {"form": int(sys.argv[1]), "plain": 1}
sys.exit(f"expected {expected}" if runs != expected else 0)
PYTHON
for pair in 5.2.19:5 5.2.13:2; do
    python3 -m venv --clear "$folder/venv"
    "$folder/venv/bin/pip" -q install "django==${pair%:*}"
    "$folder/venv/bin/python" "$folder/shop.py" "${pair#*:}"
done
