"""The shop's own people: they change rows where they always do, in the admin.

What they save runs through ``save()``, signals and ``on_commit``, as bare SQL does not.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tutor.lab.instruments.context import Context
from tutor.lab.instruments.tickets import ticket
from tutor.probes.forms import Form, forms

if TYPE_CHECKING:
    from tutor.lab.shop import Shop
    from tutor.probes.http import Response

USER, PASSWORD = "marissa", "namaste"
INDEX = "/admin/"
ERRORS = re.compile(r'<ul class="errorlist[^>]*>(.*?)</ul>', re.DOTALL)
TAG = re.compile(r"<[^>]*>")
INLINES = {
    "catalog/product": (
        "catalog_stock",
        "SELECT id FROM public.catalog_stock WHERE product_id = %s",
    )
}
"""By model, the table whose rows are saved along with it, and which of them."""


class Staff:
    """Somebody who works in the shop, with a browser and the keys to the admin."""

    def __init__(self, lab: Context, shop: Shop) -> None:
        self.lab = lab
        self.shop = shop
        self.person = lab.person(shop)
        self._log_in()

    def _log_in(self) -> None:
        if key := ticket(self.shop, USER):
            self.person.visitor.cookies["sessionid"] = key
            if self.person.get(INDEX).status == 200:
                return
            self.person.visitor.cookies.pop("sessionid", None)
        path = f"{INDEX}login/?next={INDEX}"
        form = self._form(path, self.person.get(path), "password")
        form.put("username", USER)
        form.put("password", PASSWORD)
        answer = self._send(path, form)
        if not answer.sends_on:
            self._fail(path, answer)

    def see(self, path: str) -> Response:
        """Return a page of the admin; refuse one that fails."""
        answer = self.person.get(path)
        if answer.status != 200:
            self._fail(path, answer)
        return answer

    def edit(
        self, model: str, key: int, fields: Mapping[str, str | bool] | None = None, **more: Any
    ) -> None:
        """Change fields of the row *key* of *model*, such as ``catalog/product``, and save it.

        A checkbox is set by True or False, a foreign key by the other row's key, an empty choice
        by ``""``. Fields of inlines are named as in the form: ``{"stock-0-quantity": "7"}``.
        """
        path = f"{INDEX}{model}/{key}/change/"
        form = self._form(path, self.see(path), "_save")
        values = {**(fields or {}), **more}
        for name, value in values.items():
            if name not in form.names:
                self.lab.refuse("admin_fails", path=path, status=200, why=f"{name}?")
            form.put(name, value if isinstance(value, bool) else str(value))
        self._announce(model, key)
        self._save(path, form)

    def add(self, model: str, fields: Mapping[str, str | bool] | None = None, **more: Any) -> None:
        """Add a row of *model* with the values of *fields*."""
        path = f"{INDEX}{model}/add/"
        form = self._form(path, self.see(path), "_save")
        for name, value in {**(fields or {}), **more}.items():
            form.put(name, value if isinstance(value, bool) else str(value))
        self._save(path, form)

    def delete(self, model: str, key: int) -> None:
        """Delete the row *key* of *model*, and say yes where the admin asks."""
        path = f"{INDEX}{model}/{key}/delete/"
        self.see(path)
        self._announce(model, key)
        form = self._form(path, self.see(path), "post")
        form.put("post", "yes")
        self._save(path, form)

    def act(self, model: str, action: str, keys: list[int]) -> None:
        """Do *action* to the rows *keys* in the list of *model*."""
        path = f"{INDEX}{model}/"
        form = self._form(path, self.see(path), "action")
        form.fields["_selected_action"] = [str(key) for key in keys]
        form.put("action", action)
        form.put("index", "0")
        for key in keys:
            self._announce(model, key)
        # Not by the button that saves the list: with it the admin does no action.
        form.buttons.pop("_save", None)
        self._save(path, form)

    @contextmanager
    def in_the_shop(self, *tables: str) -> Iterator[None]:
        """Let the shop change any row of *tables* during a run: somebody of ours has it do so."""
        for table in tables:
            self.shop.fingerprint.announce_all(table)
        yield

    def run(self, code: str, *tables: str) -> None:
        """Run *code* in ``manage.py shell``, as people do who know the ORM; it changes *tables*."""
        for table in tables:
            self.shop.fingerprint.announce_all(table)
        self.shop.site.run_code(code, self.lab.cancel)

    def _announce(self, model: str, key: int) -> None:
        data = self.shop.fingerprint
        data.announce(model.replace("/", "_"), key)
        if inline := INLINES.get(model):
            table, query = inline
            for (row,) in self.shop.sql(query, [key]):
                data.announce(table, row)

    def _save(self, path: str, form: Form) -> None:
        if "_save" in form.buttons:
            form.put("_save", form.buttons["_save"])
        answer = self._send(path, form)
        if not answer.sends_on:
            self._fail(path, answer)

    def _send(self, path: str, form: Form) -> Response:
        answer = self.person.visitor.post(path, form.fields)
        self.person.answered(answer)
        return answer

    def _form(self, path: str, answer: Response, field: str) -> Form:
        """Return the form of the page that has *field*, as a field or a button."""
        for form in forms(answer.text):
            if form.method == "post" and (field in form.names or field in form.buttons):
                return form
        self._fail(path, answer)
        raise AssertionError("the line before raises")

    def _fail(self, path: str, answer: Response) -> None:
        """Refuse an admin that does not do what it is there for."""
        if answer.status >= 500:
            raise self.shop.failed(answer)
        said = [TAG.sub(" ", html.unescape(text)) for text in ERRORS.findall(answer.text)]
        why = " ".join(" ".join(said).split())[:200]
        self.lab.refuse("admin_fails", path=path, status=answer.status, why=why)
