"""The pictures of parts III–VI: lengths in proportion, marks without colour, and the figures in words beside them."""

import re
import unicodedata
from dataclasses import replace
from datetime import date
from decimal import Decimal

from reports import charts, pictures
from reports.pdf import TEMPLATES
from reports.privacy import FEW, WITHHELD
from reports.province.activity_model import (
    NO_ACTIVITIES,
    AgeBand,
    AttendancePoint,
    Group,
    Heat,
    HeatCell,
    HeatRow,
    People,
    Site,
    Sketch,
)
from reports.render import page
from tests.builders_report import UNITS, province_report

AGES = (AgeBand(None, 39, 10, 20), AgeBand(40, 44, FEW, WITHHELD), AgeBand(85, None, 0, 5))
MONTHS = ((date(2021, 1, 1), date(2021, 1, 1)), (date(2021, 2, 1), date(2021, 2, 1)))


def drawn(name, picture, **places):
    return page(f"charts/{name}.svg", "vi", chart=picture.chart, alt=picture.alt, **places)


def heat_of(*rows, each=1):
    return Heat(each, MONTHS, rows)


def test_a_pyramid_has_both_sexes_on_one_scale_and_the_oldest_on_top():
    picture = pictures.pyramid(province_report(people=People(35, AGES)))

    oldest, masked, youngest = picture.chart.rows
    assert [row.label for row in picture.chart.rows] == ["Từ 85", "40–44", "Dưới 40"]
    assert youngest.right_length == 2 * youngest.left_length
    assert round(oldest.right_length * 4, 6) == round(youngest.right_length, 6)
    assert (masked.left_length, masked.left_text, masked.right_text) == (0, "<5", "*")
    assert picture.alt == (
        "Tháp tuổi, số thành viên nam/nữ theo nhóm tuổi: Từ 85: 0/5; 40–44: <5/*; Dưới 40: 10/20."
    )


def test_a_masked_figure_is_escaped_in_the_picture_and_no_length_gives_it_away():
    svg = drawn("pyramid", pictures.pyramid(province_report(people=People(35, AGES))), series=["Nam", "Nữ"])

    assert "&lt;5" in svg
    assert "<5" not in svg.replace("&lt;5", "")
    assert 'role="img"' in svg
    assert "<title>Tháp tuổi" in svg


def test_members_all_of_one_sex_draw_one_side():
    picture = pictures.pyramid(province_report(people=People(9, (AgeBand(70, 74, 0, 9),))))

    assert (picture.chart.rows[0].left_length, picture.chart.rows[0].left_text) == (0, "0")
    assert picture.chart.rows[0].right_length > 0
    assert pictures.pyramid(province_report()) is None


def test_groups_are_bars_in_proportion_with_count_and_share():
    groups = [
        ("Kinh", Group("kinh", 80, Decimal(80))),
        ("Chăm", Group("cham", 20, Decimal(20))),
        ("Hoa", Group("hoa", FEW, None)),
    ]

    picture = pictures.groups(groups, "Dân tộc: %(figures)s.")

    kinh, cham, hoa = picture.chart.rows
    assert kinh.length == 4 * cham.length
    assert (hoa.length, hoa.text) == (0, "<5")
    assert picture.alt == "Dân tộc: Kinh 80 (80,0%); Chăm 20 (20,0%); Hoa <5."


def test_fund_bands_are_counted_in_clubs():
    picture = pictures.bands(province_report().fund_bands)

    assert [row.text for row in picture.chart.rows] == ["2 (10,0%)", "12 (60,0%)", "6 (30,0%)"]
    assert "Từ 20 đến dưới 30 triệu đồng: 12 (60,0%)" in picture.alt
    assert pictures.bands(()) is None


def test_the_heat_table_tells_states_apart_without_colour():
    cells = (HeatCell("held", 1, 1), HeatCell("not_held", 0, 1, "epidemic"))
    other = (HeatCell("silent", 0, 1), HeatCell("not_held", 0, 1))

    (picture,) = pictures.heat(heat_of(HeatRow(1, "CLB LTHTGN A", cells), HeatRow(2, "CLB B", other)))
    svg = drawn("heat", picture)

    assert [(cell.state, cell.text) for cell in picture.chart.cells] == [
        ("held", ""),
        ("not_held", "D"),
        ("silent", ""),
        ("not_held", ""),
    ]
    frames = re.findall(r'<path d="([^"]+)" fill="(#\w+)"', svg)
    assert [(fill, path.count("z")) for path, fill in frames] == [("#555", 1), ("#fff", 3)]
    assert svg.count('fill="none"') == 2
    assert [label for _, label in picture.chart.columns] == ["1/21", "2/21"]
    assert picture.alt.endswith("1. CLB LTHTGN A 1/2; 2. CLB B 0/2.")


def test_cells_of_quarters_carry_their_months():
    cells = (HeatCell("held", 3, 3), HeatCell("part", 2, 3))

    (picture,) = pictures.heat(heat_of(HeatRow(1, "CLB A", cells), each=3))

    assert [cell.text for cell in picture.chart.cells] == ["3", "2/3"]
    assert [label for _, label in picture.chart.columns] == ["I/21", "I/21"]


def test_many_clubs_are_cut_into_even_pieces_of_at_most_six():
    rows = [HeatRow(n, f"CLB {n}", (HeatCell("held", 1, 1),) * 2) for n in range(1, 92)]

    made = pictures.heat(heat_of(*rows))

    sizes = [len(picture.chart.rows) for picture in made]
    assert (sum(sizes), len(sizes), set(sizes)) == (91, 16, {5, 6})
    assert made[1].chart.rows[0][1] == "6. 6"
    assert pictures.heat(None) == []


def test_a_name_of_120_letters_is_cut_in_the_picture_and_whole_in_its_words():
    name = "CLB LTHTGN " + "Thôn Phước " * 10
    cells = (HeatCell("held", 1, 1),) * 2

    (picture,) = pictures.heat(heat_of(HeatRow(1, name, cells)))

    (_, label) = picture.chart.rows[0]
    assert label.endswith("…")
    assert len(label) <= 34
    assert name in picture.alt


def test_a_letter_and_its_marks_count_once():
    name = unicodedata.normalize("NFD", "Thôn Phước Thiện Phường Đông Hải")

    assert charts.heat(["1/21"], [(name, [("held", "")])]).rows[0][1] == unicodedata.normalize("NFC", name)


def test_attendance_is_a_line_with_gaps_where_nothing_was_told():
    points = [
        AttendancePoint(date(2021, n, 1), present, 50 if present else 0)
        for n, present in enumerate((40, 45, 0, 30), start=1)
    ]
    picture = pictures.attendance(
        province_report(activities=replace(NO_ACTIVITIES, attendance=tuple(points)))
    )

    assert len(picture.chart.lines[0].paths) == 2
    assert picture.alt.endswith("1/2021: 80%; 2/2021: 90%; 3/2021: –; 4/2021: 60%.")
    assert pictures.attendance(province_report()) is None


def test_the_map_names_few_units_and_numbers_many():
    sites = tuple(Site(108.9 + n / 10, 11.6, n) for n in range(4))
    few = Sketch(None, (*sites, Site(108.95, 11.62, 0, "LTH-1")), tuple((u, 1) for u in UNITS))
    many = Sketch(None, sites, tuple((u, 0) for u in UNITS * 4))

    named = pictures.map_picture(province_report(sketch=few))
    numbered = pictures.map_picture(province_report(sketch=many), "en")

    assert "Bác Ái (1)" in {label.text for label in named.chart.labels}
    assert "Huyện Bác Ái: 1" in named.alt
    assert {label.text for label in numbered.chart.labels} == {"13 (0)", "14 (0)", "15 (0)", "16 (0)"}
    assert pictures.map_picture(province_report()) is None


def test_no_letter_of_a_picture_is_smaller_than_eight_points_in_print():
    """Pictures are 163 mm wide for 1.000 units: 8 pt (2,82 mm) are 17,3 units."""
    for path in (TEMPLATES / "charts").glob("*.svg"):
        sizes = [int(size) for size in re.findall(r'font-size="(\d+)"', path.read_text(encoding="utf-8"))]
        assert min(sizes, default=18) >= 18, path.name
