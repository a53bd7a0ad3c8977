"""Geometry of the charts: lengths in proportion, gaps as gaps, nothing known said so."""

from decimal import Decimal

from reports import charts


def test_bars_are_in_proportion_to_their_values():
    chart = charts.bars([("Ninh Sơn", (4, 2)), ("Bác Ái", (0, None))])

    plan, actual = chart.groups[0].bars
    assert plan.length == 2 * actual.length
    assert [bar.length for bar in chart.groups[1].bars] == [0, 0]
    assert chart.groups[1].bars[1].value is None


def test_the_scale_reaches_the_highest_value_in_round_steps():
    assert charts.nice_scale(Decimal(9)) == tuple(map(Decimal, (0, 2, 4, 6, 8, 10)))
    assert charts.nice_scale(Decimal(2)) == tuple(map(Decimal, (0, 1, 2)))
    assert charts.nice_scale(Decimal(0)) == (0, 1)
    assert charts.nice_scale(Decimal("1234"))[-1] >= 1234


def test_a_band_stands_where_its_limits_are_and_an_open_one_reaches_the_end():
    chart = charts.bands([("Nữ", Decimal(65), Decimal(60), Decimal(70)), ("Trẻ", None, Decimal(50), None)])

    women, young = chart.rows
    unit = women.length / 65
    assert women.band_x == chart.left + 60 * unit
    assert round(women.band_width, 6) == round(10 * unit, 6)
    assert round(young.band_width, 6) == round(50 * unit, 6)


def test_a_month_without_figures_breaks_the_line():
    chart = charts.lines(["1/2020", "2/2020", "3/2020", "4/2020"], [("Vốn", (1, 2, None, 3))])

    assert len(chart.lines[0].paths) == 2
    assert len(chart.lines[0].points) == 3
    assert chart.lines[0].last == 3
