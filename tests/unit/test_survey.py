"""What the survey reads off pages, and what it says first."""

from decimal import Decimal

import pytest

from tutor.catalogue import LANGUAGES, sentences
from tutor.lab.instruments.survey import reading
from tutor.lab.instruments.survey.problem import ORDER, Problem, worst

CARD = """
<article data-product="{slug}"><span data-field="name">{name}</span>
<span data-field="price" content="{price}">€ {price}</span></article>
"""


def card(slug: str, name: str, price: str) -> dict[str, object]:
    """Return what the database says of a product."""
    return {"": slug, "name": name, "price": Decimal(price)}


MAT, BOWL = card("mat", "Mat", "19.90"), card("bowl", "Bowl", "5.00")


def page(*rows: dict[str, object]) -> str:
    """Return a page with a card for each of *rows*."""
    return "".join(CARD.format(slug=r[""], name=r["name"], price=r["price"]) for r in rows)


def fouls(*rows: dict[str, object]) -> list[tuple[str, str]]:
    """Return what is wrong with a page of *rows* that must show the mat, then the bowl."""
    found = reading.listing("/", "a stranger", page(*rows), {"mat": MAT, "bowl": BOWL})
    return [(problem.foul, problem.field) for problem in found]


def test_a_page_that_tells_the_truth() -> None:
    """Nothing is wrong with it."""
    assert fouls(MAT, BOWL) == []


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([MAT], [("survey_missing", "")]),
        ([MAT, BOWL, card("draft", "Draft", "1.00")], [("survey_extra", "")]),
        ([MAT, BOWL, BOWL], [("survey_extra", "")]),
        ([BOWL, MAT], [("survey_order", "")]),
        ([MAT, card("bowl", "Bowl", "5.01")], [("survey_wrong_field", "price")]),
        ([MAT, card("bowl", "", "5.00")], [("survey_field_gone", "name")]),
    ],
    ids=["missing", "draft", "twice", "order", "price", "name"],
)
def test_a_page_that_does_not(
    rows: list[dict[str, object]], expected: list[tuple[str, str]]
) -> None:
    """Each kind of untruth has its own sentence."""
    assert fouls(*rows) == expected


def test_what_a_visitor_reads() -> None:
    """Text, alternative texts and values count; comments, scripts and tags do not."""
    text = (
        '<!-- 9.90 --><script>var a="8.80"</script><b>Mat&nbsp;&amp; <i>bowl</i></b><img alt="Om">'
    )

    assert reading.visible(text) == "Mat & bowl Om"


@pytest.mark.parametrize(
    ("seen", "form", "says"),
    [
        ("only 7 left", "7", True),
        ("only 17 left", "7", False),
        ("€ 19.90", "19.90", True),
        ("€ 119.90", "19.90", False),
        ("19.905", "19.90", False),
        ("The Mat A1", "Mat", True),
    ],
)
def test_a_number_is_no_part_of_another(seen: str, form: str, *, says: bool) -> None:
    """Words may stand within others: markup is nobody's business."""
    problems = reading.says_all("/cart/", "Gina", f"<p>{seen}</p>", [("x", form)])

    assert (list(problems) == []) is says


def test_the_largest_cause_is_told_first() -> None:
    """And of those of one kind, the field that most of them are about."""
    problems = [
        Problem("survey_order", "/", "x"),
        Problem("survey_stale", "/", "x", ("a", "name"), "name"),
        Problem("survey_stale", "/", "x", ("a", "price"), "price"),
        Problem("survey_stale", "/", "x", ("b", "price"), "price"),
        Problem("survey_missing", "/", "x"),
    ]

    found = worst(problems)

    assert found is not None
    problem, count = found
    assert (problem.foul, problem.field, count) == ("survey_stale", "price", 2)
    assert worst([]) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_foul_has_a_sentence(language: str) -> None:
    """In each language, and with nothing left to be filled in."""
    more = ("whose", "seen", "status", "wanted", "expected", "position")
    values = Problem("", "/", "x", more=tuple((name, 1) for name in more)).params(1)

    for foul in ORDER:
        assert sentences(language)[f"findings.{foul}"].format_map(values)
