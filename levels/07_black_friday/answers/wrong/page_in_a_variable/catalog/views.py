"""The pages of the catalogue."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from catalog.forms import ReviewForm
from catalog.models import Category, Product
from catalog.pictures import draw

A_YEAR = 365 * 24 * 60 * 60
KEPT: dict[str, list[Product]] = {}


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Show everything we sell, section by section."""
    if "products" not in KEPT:
        KEPT["products"] = list(Product.objects.live().in_shop_order().for_cards())
    return render(request, "catalog/front.html", {"products": KEPT["products"]})


@require_safe
def category(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the products of one category."""
    chosen = get_object_or_404(Category, slug=slug)
    products = Product.objects.live().filter(category=chosen).in_shop_order().for_cards()
    return render(request, "catalog/category.html", {"category": chosen, "products": products})


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show the products that match the words in `q`."""
    words = request.GET.get("q", "").strip()
    products = Product.objects.none()
    if words:
        products = Product.objects.live().matching(words).in_shop_order().for_cards()
    return render(request, "catalog/search.html", {"words": words, "products": products})


@require_http_methods(["GET", "HEAD", "POST"])
def product(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one product with its reviews, and take a new review."""
    chosen = get_object_or_404(
        Product.objects.live().select_related(
            "brand__country", "category", "cover", "promotion", "stock"
        ),
        slug=slug,
    )
    form = ReviewForm(request.POST or None, product=chosen, user=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Thank you! Your review is online.")
        return redirect(f"{chosen.get_absolute_url()}#reviews")
    context = {
        "product": chosen,
        "reviews": chosen.reviews.published(),
        "tags": chosen.tags.all(),
        "form": form,
    }
    return render(request, "catalog/product.html", context)


@require_safe
@cache_control(public=True, max_age=A_YEAR, immutable=True)
def picture(request: HttpRequest, slug: str) -> HttpResponse:
    """Draw the picture that the address names, such as `mat-4711`."""
    motif, _, seed = slug.rpartition("-")
    try:
        svg = draw(motif, int(seed))
    except (KeyError, ValueError) as error:
        raise Http404("There is no such picture.") from error
    return HttpResponse(svg, content_type="image/svg+xml")
