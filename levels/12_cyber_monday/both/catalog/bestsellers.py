"""What our customers buy."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.kept import Kept
from catalog.kept import forget as forget
from catalog.sales import compute

shelf = Kept("bestsellers", compute)


@require_safe
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """Show what sells best."""
    return render(request, "catalog/bestsellers.html", {"shelf": shelf.shelf()})
