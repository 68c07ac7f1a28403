"""The certificate as a sheet of paper of its own."""

from collections.abc import Sequence

from tutor.learner.certificate import Certificate, LevelRow
from tutor.report.wording import medal
from tutor.words.markup import Markup, tag
from tutor.words.texts import Texts


def certificate_sheets(
    certificates: Sequence[Certificate], texts: Texts, name: str
) -> list[Markup]:
    """Return the certificates, one sheet each."""
    return [_sheet(reached, texts, name) for reached in certificates]


def _sheet(reached: Certificate, texts: Texts, name: str) -> Markup:
    """Return the certificate; before the last level is won, what is still missing."""
    if not reached.is_complete:
        return tag("p", reached.counted(texts), id=_id(reached), class_="muted")
    return tag(
        "section",
        tag("p", "My Yoga Palace", class_="house"),
        tag("h2", reached.level(texts), " ", tag("small", texts("certificate.of"))),
        tag("p", reached.said(texts, name), class_="said"),
        _table(reached, texts),
        tag("p", reached.total(texts), class_="total"),
        id=_id(reached),
        class_="certificate",
    )


def _id(reached: Certificate) -> str:
    return f"certificate-{reached.season.name}"


def _table(reached: Certificate, texts: Texts) -> Markup:
    heads = [
        tag("th", texts(f"certificate.{key}"), scope="col")
        for key in ("level_column", "medal", "attempts", "figures")
    ]
    rows = [_row(row, texts) for row in reached.rows]
    return tag("table", tag("thead", tag("tr", heads)), tag("tbody", rows))


def _row(row: LevelRow, texts: Texts) -> Markup:
    figures = [
        tag(
            "div",
            f"{texts.number(figure.before)} → " if figure.before is not None else None,
            tag("b", texts.number(figure.after)),
            f" {texts.unit(row.level, figure.measure, figure.after)}",
        )
        for figure in row.figures
    ]
    return tag(
        "tr",
        tag("th", f"{row.level.number}  {row.level.title[texts.language]}", scope="row"),
        tag("td", medal(texts, row.medal), class_="nowrap"),
        tag("td", str(row.attempts)),
        tag("td", figures),
    )
