from pytest import approx

from bot.risk.report import Report
from bot.risk.taxonomy import Assessment, Category, Level

V, H, D = Category.VIOLENCE, Category.HEALTH, Category.DISTRESS


def counted() -> Report:
    report = Report()
    report.add(Level.CRITICAL, {V}, (), Assessment(Level.CRITICAL, (V, H)))
    report.add(Level.CRITICAL, {V}, {H}, Assessment(Level.HIGH, (V, H)))
    report.add(Level.CRITICAL, {V}, (), Assessment())
    report.add(Level.CRITICAL, {V}, (), Assessment(review=True))
    report.add(Level.NONE, (), (), Assessment(Level.HIGH, (D,)))
    report.add(Level.NONE, (), (), Assessment())
    return report


def test_figures_are_shares_of_the_labelled_messages() -> None:
    figures = counted().figures()
    assert figures["count"] == 6
    assert figures["exact"] == approx(2 / 6)
    assert figures["critical as critical"] == approx(1 / 4)
    assert figures["critical as high or more"] == approx(2 / 4)
    assert figures["critical unseen"] == approx(1 / 4)
    assert figures["none as high or more"] == approx(1 / 2)


def test_a_category_that_one_may_add_is_not_counted_as_wrong() -> None:
    report = counted()
    assert (report.right, report.wrong, report.missed) == (2, 2, 2)
    assert report.figures()["categories micro F1"] == approx(4 / 8)


def test_an_empty_report_has_figures() -> None:
    assert set(Report().figures().values()) == {0}


def test_the_table_holds_a_row_for_each_level() -> None:
    lines = counted().table().splitlines()
    assert [line.split()[0] for line in lines[1:]] == [level.value for level in Level]
    assert lines[-1].split()[1:] == ["2", "0", "1", "1", "1"]
