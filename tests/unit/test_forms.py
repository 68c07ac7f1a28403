"""Forms are read as a browser reads them."""

from tutor.probes.forms import forms

PAGE = """
<form id="logout" method="post" action="/admin/logout/"><button>Log out</button></form>
<form method="post">
  <input type="hidden" name="csrfmiddlewaretoken" value="t0ken">
  <input name="name" value="Mat &amp; more"><input type="text" name="off" value="x" disabled>
  <input type="checkbox" name="is_live" checked><input type="checkbox" name="is_new">
  <input type="checkbox" name="size" value="l" checked>
  <select name="brand"><option value="">-</option><option value="7" selected>Om</option></select>
  <select name="first"><option value="1">one<option value="2">two</select>
  <select name="tags" multiple><option value="3" selected>a<option value="4" selected>b</select>
  <select name="none" multiple><option value="3">a</select>
  <textarea name="description">
two
lines</textarea>
  <input type="submit" name="_save" value="Save"><button name="_more" value="1">More</button>
</form>
"""


def test_what_a_browser_would_send() -> None:
    """Ticked, chosen and filled in is sent; disabled, cleared and pressed by nobody is not."""
    form = forms(PAGE)[1]

    assert form.fields == {
        "csrfmiddlewaretoken": ["t0ken"],
        "name": ["Mat & more"],
        "is_live": ["on"],
        "size": ["l"],
        "brand": ["7"],
        "first": ["1"],
        "tags": ["3", "4"],
        "description": ["two\nlines"],
    }
    assert form.buttons == {"_save": "Save", "_more": "1"}
    assert {"is_new", "none"} <= form.names


def test_forms_are_told_apart() -> None:
    """The button of one is no button of the other."""
    first, second = forms(PAGE)

    assert (first.action, first.buttons) == ("/admin/logout/", {})
    assert (second.action, second.method) == ("", "post")


def test_a_checkbox_is_ticked_and_cleared() -> None:
    """As a visitor would, whatever its value is called."""
    form = forms(PAGE)[1]

    form.put("is_live", False)
    form.put("is_new", True)
    form.put("name", "Cushion")

    assert "is_live" not in form.fields
    assert form.fields["is_new"] == ["on"]
    assert form.fields["name"] == ["Cushion"]
