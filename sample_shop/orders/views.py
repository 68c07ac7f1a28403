"""Check out, and see what was ordered."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cart.cart import Cart
from orders.checkout import OutOfStock, place_order
from orders.forms import CheckoutForm
from orders.models import Order


@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request: HttpRequest) -> HttpResponse:
    """Ask for the address, then place the order."""
    cart = Cart(request.session)
    lines = list(cart)
    if not lines:
        messages.info(request, "Your cart is empty. Very minimalist.")
        return redirect("cart:show")
    user = request.user if request.user.is_authenticated else None
    known = {"name": user.get_full_name(), "email": user.email} if user else {}
    form = CheckoutForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            order = place_order(lines, customer=user, **form.cleaned_data)
        except OutOfStock as error:
            messages.error(request, str(error))
            return redirect("cart:show")
        cart.clear()
        return redirect(order)
    context = {"form": form, "lines": lines, "total": sum(line.total for line in lines)}
    return render(request, "orders/checkout.html", context)


@require_safe
def placed(request: HttpRequest, reference: str) -> HttpResponse:
    """Show an order to whoever knows its reference."""
    order = get_object_or_404(Order.objects.prefetch_related("lines"), reference=reference)
    return render(request, "orders/placed.html", {"order": order})
