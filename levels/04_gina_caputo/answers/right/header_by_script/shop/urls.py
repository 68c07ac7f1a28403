"""All addresses of the shop."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from shop.views import health, personal

urlpatterns = [
    path("", include("catalog.urls")),
    path("", include("accounts.urls")),
    path("", include("orders.urls")),
    path("cart/", include("cart.urls")),
    path("admin/", admin.site.urls),
    path("personal/", personal, name="personal"),
    path("health/", health, name="health"),
]

if "debug_toolbar" in settings.INSTALLED_APPS:
    from debug_toolbar.toolbar import debug_toolbar_urls

    urlpatterns += debug_toolbar_urls()
