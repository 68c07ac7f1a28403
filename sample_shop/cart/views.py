"""Look at the cart and change it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from cart.cart import Cart
from cart.forms import QuantityForm
from catalog.models import Product


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show what is in the cart and what it costs."""
    lines = list(Cart(request.session))
    context = {"lines": lines, "total": sum(line.total for line in lines)}
    return render(request, "cart/cart.html", context)


@require_POST
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """Put a product into the cart."""
    product = get_object_or_404(Product.objects.live(), slug=slug)
    form = QuantityForm(request.POST)
    if form.is_valid():
        Cart(request.session).add(product, form.cleaned_data["quantity"])
        messages.success(request, f"{product.name} is in your cart.")
    else:
        messages.error(request, "Please tell us how many pieces you would like.")
        return redirect(product)
    return redirect("cart:show")


@require_POST
def change(request: HttpRequest, slug: str) -> HttpResponse:
    """Change how many pieces of a product are in the cart."""
    product = get_object_or_404(Product, slug=slug)
    form = QuantityForm(request.POST)
    if form.is_valid():
        Cart(request.session).set(product, form.cleaned_data["quantity"])
    else:
        messages.error(request, "Please tell us how many pieces you would like.")
    return redirect("cart:show")
