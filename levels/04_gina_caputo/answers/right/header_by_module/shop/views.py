"""Pages that belong to no app."""

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

from cart.cart import Cart


def health(request: HttpRequest) -> HttpResponse:
    """Say that the process answers; the database is not asked."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
def me(request: HttpRequest) -> JsonResponse:
    """Tell a script who is looking, how many things they have, and what we have to tell them."""
    user = request.user
    return JsonResponse(
        {
            "name": user.get_full_name() or user.username if user.is_authenticated else None,
            "cart": len(Cart(request.session)),
            "messages": [str(message) for message in get_messages(request)],
        }
    )
