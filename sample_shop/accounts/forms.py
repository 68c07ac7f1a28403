"""What new customers must tell us."""

from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.models import User


class SignUpForm(UserCreationForm):
    """A user name, an address for mails and a password."""

    class Meta:
        model = User
        fields = ["username", "email"]
