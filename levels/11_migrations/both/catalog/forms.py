"""What visitors can tell the catalogue."""

from typing import Any

from django import forms
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

from catalog.models import Product, Review
from orders.models import OrderLine


class ReviewForm(forms.ModelForm):
    """A review of *product*; whoever is not logged in signs with a name."""

    class Meta:
        model = Review
        fields = ["stars", "text", "author_name"]
        labels = {"author_name": "Your name", "text": "Your review"}
        widgets = {
            "stars": forms.Select(
                choices=[(5, "★★★★★"), (4, "★★★★"), (3, "★★★"), (2, "★★"), (1, "★")]
            ),
            "text": forms.Textarea(attrs={"rows": 4, "placeholder": "Did it help you breathe?"}),
        }

    def __init__(
        self, *args: Any, product: Product, user: AbstractBaseUser | AnonymousUser, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.instance.product = product
        if user.is_authenticated:
            del self.fields["author_name"]
            self.instance.author = user
            self.instance.author_name = user.get_full_name() or user.get_username()
            self.instance.bought_here = OrderLine.objects.filter(
                order__customer=user, product=product
            ).exists()
