"""What buyers must tell us."""

from django import forms

from orders.models import Order


class CheckoutForm(forms.ModelForm):
    """Who gets the parcel, and where."""

    class Meta:
        model = Order
        fields = ["name", "email", "address"]
        labels = {"email": "E-mail"}
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "address": forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
        }
