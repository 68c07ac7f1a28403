"""Check out, and see what was ordered."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cart.cart import Cart
from orders.checkout import OutOfStock, PaymentRefused, place_order
from orders.feed import CURRENT
from orders.forms import CheckoutForm
from orders.models import Feed, Invoice, Order


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
        except (OutOfStock, PaymentRefused) as error:
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
    invoices = order.invoices.exclude(pdf=b"")
    return render(request, "orders/placed.html", {"order": order, "has_invoice": invoices.exists()})


@require_safe
def invoice(request: HttpRequest, reference: str) -> HttpResponse:
    """Hand out the bill of an order, once there is one."""
    found = Invoice.objects.filter(order__reference=reference).exclude(pdf=b"").first()
    if found is None:
        raise Http404
    return HttpResponse(bytes(found.pdf), content_type="application/pdf")


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """Hand out the stock feed as it was last published."""
    current = Feed.objects.filter(pk=CURRENT).first()
    return HttpResponse(current.text if current else "", content_type="text/csv; charset=utf-8")
