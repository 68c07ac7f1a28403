"""Sign up and see one's own orders."""

from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import SignUpForm


@require_safe
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Show who is logged in and what they bought so far."""
    orders = request.user.orders.prefetch_related("lines")
    return render(request, "accounts/account.html", {"orders": orders})


@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """Open an account and log in at once."""
    form = SignUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        login(request, form.save())
        return redirect("accounts:account")
    return render(request, "accounts/signup.html", {"form": form})
