"""Moving to another mail address."""

from django.contrib.auth.models import User
from django.test import Client


def test_the_account_shows_the_new_address(client: Client, gina: User) -> None:
    """What stands before the @ stays as it was typed; the host is the same in any letters."""
    client.force_login(gina)

    answer = client.post("/account/email/", {"email": "Gina.C@MyYogaPalace.EXAMPLE"}, follow=True)

    assert "Gina.C@myyogapalace.example" in answer.content.decode()
    gina.refresh_from_db()
    assert gina.email == "Gina.C@myyogapalace.example"


def test_what_is_no_address_changes_nothing(client: Client, gina: User) -> None:
    """The account page says so."""
    client.force_login(gina)

    answer = client.post("/account/email/", {"email": "the studio next door"}, follow=True)

    assert "no address" in answer.content.decode()
    gina.refresh_from_db()
    assert gina.email == "gina@myyogapalace.example"


def test_a_stranger_has_no_address(client: Client, db: None) -> None:
    """Whoever is not logged in is asked to be."""
    answer = client.post("/account/email/", {"email": "om@myyogapalace.example"})

    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/")
