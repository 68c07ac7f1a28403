"""What customers must tell us."""

from django import forms
from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.models import User


class SignUpForm(UserCreationForm):
    """A user name, an address for mails and a password."""

    class Meta:
        model = User
        fields = ["username", "email"]


class EmailForm(forms.Form):
    """Where mails shall go from now on."""

    email = forms.EmailField(max_length=254)
