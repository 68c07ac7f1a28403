"""Compare what a page says with what it must say.

Cards are read from their markup. The other pages are read as a visitor reads them: what they must
say has to stand somewhere in the text, in an ``alt`` or in the value of a field.
"""

import csv
import html
import io
import re
from collections import Counter
from collections.abc import Iterator
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal
from typing import Any

from tutor.lab.instruments.live_products import Card, Cards, LiveProducts, in_words, is_true
from tutor.lab.instruments.survey.problem import Problem
from tutor.lab.instruments.survey.truth import Truth
from tutor.probes.cards import cards

HIDDEN = re.compile(r"<(script|style|template)\b.*?</\1\s*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
VALUES = re.compile(r"""\b(?:alt|content|value|title|aria-label)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
TAG = re.compile(r"<[^>]*>")
TENTH = Decimal("0.1")


def visible(text: str) -> str:
    """Return what a visitor reads of a page, with single spaces."""
    plain = HIDDEN.sub(" ", text)
    values = " ".join(one or other for one, other in VALUES.findall(plain))
    return " ".join(html.unescape(f"{TAG.sub(' ', plain)} {values}").split())


def listing(path: str, who: str, text: str, expected: Cards) -> Iterator[Problem]:
    """Yield what is wrong with the cards of a page."""
    found = cards(text)
    shown = {card[""]: card for card in found}
    missing = [slug for slug in expected if slug not in shown]
    for slug in missing:
        yield Problem(
            "survey_missing", path, who, (slug, ""), "", expected[slug]["name"],
            more=(("count", len(missing)), ("expected", len(expected))),
        )  # fmt: skip
    extra = [card for card in found if card[""] not in expected]
    if not extra and len(found) > len(shown):
        seen: set[str] = set()
        extra = [c for c in found if c[""] in seen or seen.add(c[""])]  # type: ignore[func-returns-value]
    for card in extra:
        yield Problem(
            "survey_extra", path, who, (card[""], ""), "", card.get("name", card[""]),
            more=(("count", len(extra)),),
        )  # fmt: skip
    for slug, card in shown.items():
        if slug in expected:
            yield from _fields(path, who, slug, card, expected[slug])
    if not missing and not extra:
        for position, (card, belongs) in enumerate(zip(found, expected, strict=False), 1):
            if card[""] != belongs:
                yield Problem(
                    "survey_order", path, who, ("", "order"), "", expected[card[""]]["name"],
                    more=(("position", position), ("expected", expected[belongs]["name"])),
                )  # fmt: skip
                break


def _fields(path: str, who: str, slug: str, card: dict[str, str], truth: Card) -> Iterator[Problem]:
    for field in LiveProducts.fields:
        said, wanted = card.get(field), truth.get(field)
        if is_true(field, wanted, said):
            continue
        foul = "survey_field_gone" if wanted is not None and not said else "survey_wrong_field"
        words = in_words(field, wanted)
        yield Problem(foul, path, who, (slug, field), field, truth["name"], said or "", words)


def product(path: str, who: str, text: str, slug: str, truth: Truth) -> Iterator[Problem]:
    """Yield what is wrong with the page of a product and with its reviews."""
    seen = visible(text)
    card = truth.shelves.all[slug]
    for field, forms in _forms_of(card, truth, slug):
        if not any(_says(seen, form) for form in forms):
            yield Problem(
                "survey_field_gone", path, who, (slug, field), field, card["name"], "", forms[0]
            )
    yield from _reviews(path, who, seen, slug, truth)


def _forms_of(card: Card, truth: Truth, slug: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each field of a product's page with the forms in which it may stand there."""
    more = truth.details[slug]
    for field in ("name", "brand", "country", "category", "price"):
        yield field, [_flat(card[field])]
    yield "picture", [_flat(card["picture"])]
    yield "description", [_flat(more.description)]
    if "promotion" in card:
        yield "promotion", [_flat(card["promotion"])]
        yield "percent", [str(more.percent)]
        yield "old_price", [str(card["old_price"])]
    yield "stock", [str(card["stock"])] if card["stock"] else ["sold out", "0"]
    if card["reviews"]:
        yield "reviews", [str(card["reviews"])]
        stars = Decimal(card["rating"])
        both = (ROUND_HALF_UP, ROUND_HALF_DOWN)
        yield "rating", [str(stars.quantize(TENTH, way)) for way in both]
    for tag in more.tags:
        yield "tags", [_flat(tag)]


def _flat(value: Any) -> str:
    return " ".join(str(value).split())


def _says(seen: str, form: str) -> bool:
    """Return whether *form* stands in what is *seen*; a number is no part of another one."""
    if not form[:1].isdigit():
        return form in seen
    return re.search(rf"(?<![\d.,]){re.escape(form)}(?![\d])", seen) is not None


def _reviews(path: str, who: str, seen: str, slug: str, truth: Truth) -> Iterator[Problem]:
    """Yield what is wrong with the reviews; only texts that are there once say which they are."""
    rows = [(_flat(text), is_published) for _, text, is_published in truth.reviews(slug)]
    times = Counter(text for text, _ in rows)
    unique = [
        (text, is_published)
        for text, is_published in rows
        if times[text] == 1 and not any(text in other for other in times if other != text)
    ]
    name = truth.shelves.all[slug]["name"]
    for text, is_published in unique:
        if is_published and text not in seen:
            yield Problem(
                "survey_field_gone", path, who, (slug, f"review {text}"), "review", name, "", text
            )
        elif not is_published and text in seen:
            yield Problem(
                "survey_extra", path, who, (slug, f"review {text}"), "review", text,
                more=(("count", 1),),
            )  # fmt: skip
    places = [seen.find(text) for text, is_published in unique if is_published and text in seen]
    if places != sorted(places):
        yield Problem(
            "survey_order", path, who, (slug, "reviews"), "review", name,
            more=(("position", 1), ("expected", unique[0][0])),
        )  # fmt: skip


def stock_list(path: str, who: str, text: str, truth: Truth) -> Iterator[Problem]:
    """Yield what is wrong with the list for the warehouse."""
    rows = list(csv.reader(io.StringIO(text)))[1:]
    expected = {row[0]: row for row in truth.stock_list()}
    shown = {row[0]: row for row in rows if row}
    missing = [slug for slug in expected if slug not in shown]
    for slug in missing:
        yield Problem(
            "survey_missing", path, who, (slug, ""), "", expected[slug][1],
            more=(("count", len(missing)), ("expected", len(expected))),
        )  # fmt: skip
    for slug, row in shown.items():
        if slug not in expected:
            yield Problem("survey_extra", path, who, (slug, ""), "", slug, more=(("count", 1),))
            continue
        for field, said, wanted in zip(
            ("name", "price", "stock"), row[1:], expected[slug][1:], strict=False
        ):
            if said != wanted:
                yield Problem(
                    "survey_wrong_field",
                    path,
                    who,
                    (slug, field),
                    field,
                    expected[slug][1],
                    said,
                    wanted,
                )


def says_all(path: str, who: str, text: str, wanted: list[tuple[str, str]]) -> Iterator[Problem]:
    """Yield which fields, each with its value, do not stand on a page."""
    seen = visible(text)
    for field, value in wanted:
        if value and not _says(seen, _flat(value)):
            yield Problem(
                "survey_field_gone", path, who, ("", field), field, _flat(value), "", value
            )
