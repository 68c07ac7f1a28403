"""What visitors can tell the cart."""

from django import forms

from cart.cart import MOST


class QuantityForm(forms.Form):
    """How many pieces; none means: take it out."""

    quantity = forms.IntegerField(min_value=0, max_value=MOST, initial=1)
