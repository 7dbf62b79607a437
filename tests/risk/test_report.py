from pytest import approx

from bot.risk.labelled import Labelled
from bot.risk.measuring import printed, read_all, reports, silent
from bot.risk.report import Report, interval
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


def test_an_interval_is_wide_where_little_was_counted() -> None:
    assert interval(0, 0) == (0.0, 1.0)
    low, high = interval(9, 10)
    assert low == approx(0.596, abs=0.001)
    assert high == approx(0.982, abs=0.001)
    assert interval(900, 1000)[0] > low


def test_the_whole_report_names_groups_figures_and_every_miss() -> None:
    rows = [
        Labelled("a", "sq", "po", Level.NONE, frozenset(), frozenset(), "a", "tosk"),
        Labelled("b", "uk", "так", Level.CRITICAL, frozenset({V}), frozenset(), "b"),
    ]
    told = read_all(rows)
    text = "\n".join(printed(told))
    assert set(reports(told)) == {"all", "sq", "sq tosk", "uk"}
    assert "1 told wrongly" in text
    assert "b  critical told none: 'так'" in text
    assert silent(told) == ["b"]
