"""`tutor report`: one file, wherever it is wanted, in either language."""

from tests.real import Tutor


def test_the_report_is_written_where_it_is_wanted(cold_tutor: Tutor) -> None:
    """It prints the path and nothing else; a folder in its place is refused."""
    here = cold_tutor("report")
    there = cold_tutor("report", "--output", "there.html", "--lang", "es", "--name", "Marissa")
    folder = cold_tutor("report", "--output", str(cold_tutor.workspace))

    assert here.out == f"{cold_tutor.folder / 'levelup-report.html'}\n"
    assert "Betty and the slow shop" in (cold_tutor.folder / "levelup-report.html").read_text()
    assert there.out == f"{cold_tutor.folder / 'there.html'}\n"
    assert "Marissa contra la tienda lenta" in (cold_tutor.folder / "there.html").read_text()
    assert (folder.code, folder.out) == (2, "")
