"""The pages of the catalogue."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from catalog.forms import ReviewForm
from catalog.models import Category, Product
from catalog.pictures import draw
from catalog.querysets import ProductQuerySet
from shop.twopass import Context, render_page

A_YEAR = 365 * 24 * 60 * 60


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Show everything we sell, section by section."""
    return render_page(request, "catalog/front.html", lambda: {"products": shelf()})


@require_safe
def category(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the products of one category."""

    def context() -> Context:
        chosen = get_object_or_404(Category, slug=slug)
        return {"category": chosen, "products": shelf().filter(category=chosen)}

    return render_page(request, "catalog/category.html", context)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show the products that match the words in `q`."""
    words = request.GET.get("q", "").strip()

    def context() -> Context:
        found = shelf().matching(words) if words else Product.objects.none()
        return {"words": words, "products": found}

    return render_page(request, "catalog/search.html", context)


def shelf() -> ProductQuerySet:
    """Return what is live, in order, with all that a card shows."""
    return Product.objects.live().in_shop_order().for_cards()


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
