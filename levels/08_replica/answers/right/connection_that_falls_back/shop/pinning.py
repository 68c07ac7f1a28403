"""Who may be shown the shop as it was: for the thread at hand, and no longer than its request."""

import threading

state = threading.local()


def may_be_late():
    """Only where a request said so: a worker reads db1."""
    return getattr(state, "may_be_late", False)


class PinWhoeverWrote:
    """Read db1 for fifteen seconds after a form, and always in the admin."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        is_form = request.method not in ("GET", "HEAD", "OPTIONS")
        is_pinned = is_form or "pinned" in request.COOKIES or request.path.startswith("/admin/")
        state.may_be_late = not is_pinned
        try:
            response = self.get_response(request)
        finally:
            state.may_be_late = False
        if is_form:
            response.set_cookie("pinned", "1", max_age=15)
        return response
