"""Sign up, see one's own orders, move to another mail address."""

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms import EmailForm, SignUpForm


@require_safe
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Show who is logged in and what they bought so far."""
    orders = request.user.orders.prefetch_related("lines")
    return render(request, "accounts/account.html", {"orders": orders})


@require_POST
@login_required
def change_email(request: HttpRequest) -> HttpResponse:
    """Move whoever is logged in to another address; the host's name is kept in small letters."""
    form = EmailForm(request.POST)
    if form.is_valid():
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE auth_user SET email = split_part(%(email)s, '@', 1) || '@'"
                " || lower(split_part(%(email)s, '@', 2)) WHERE id = %(user)s",
                {"email": form.cleaned_data["email"], "user": request.user.pk},
            )
        messages.success(request, "We will write to you there.")
    else:
        messages.error(request, "That is no address a mail could find.")
    return redirect("accounts:account")


@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """Open an account and log in at once."""
    form = SignUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        login(request, form.save())
        return redirect("accounts:account")
    return render(request, "accounts/signup.html", {"form": form})
