"""The words of the paper: what is written out, and what stands in tables only. Source: docs/decisions/layout.md."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from reports import charts, pictures, render
from reports.facts import Unit
from reports.nation.words import Spoken
from reports.province import narrative, telling
from reports.province.activity_model import Site, Sketch
from reports.province.model import Goal
from reports.province.shown import shown
from reports.province.voice import in_full
from tests.builders_facts import OPENING, PHAN_RANG, club, geography, meetings, member, report, target
from tests.builders_report import fund_rows, province_report, scope, unit_rows

MADE_ON = date(2021, 2, 5)
RUNNING = re.compile(r"<(p|h[1-5]|caption|figcaption)\b([^>]*)>(.*?)</\1>", re.DOTALL)
NAME = "CLB LTHTGN"
"""A club's own name is printed as it was registered."""
THIRD_OF_A_PAGE = 519
"""In units of which a chart is 1000, or 165 mm, wide."""


@pytest.fixture(scope="module")
def made():
    """Twenty clubs of a year with plan, members and meetings, of which two did not report."""
    clubs = [club(f"k{n}", "2020-01-15", name=f"CLB LTHTGN Thôn {n}") for n in range(20)]
    return report(
        clubs,
        "2020",
        members=[member(f"m{n}-{i}", club=f"k{n}") for n in range(20) for i in range(12)],
        meetings=[one for n in range(18) for one in meetings("2020-02", 10, f"k{n}")],
        targets=[target(PHAN_RANG, "2020", "A01", 25)],
    )


def running(html: str) -> list[str]:
    """The sentences, headings and captions of the report itself: no notes below tables, no annexes."""
    body = html.split("DANH SÁCH CÂU LẠC BỘ")[0]
    return [
        re.sub("<[^>]+>", "", text)
        for _tag, attributes, text in RUNNING.findall(body)
        if "source" not in attributes
    ]


def test_running_text_and_captions_write_the_club_out_after_its_abbreviation_is_explained(made):
    sentences = running(render.html(made, MADE_ON))

    told = [text.replace(NAME, "").replace("câu lạc bộ (CLB)", "") for text in sentences]
    assert sum("câu lạc bộ (CLB)" in text for text in sentences) == 1
    assert [text for text in told if re.search(r"\bCLB\b", text)] == []
    assert len(told) > 60


def test_a_label_of_a_table_is_written_out_in_a_sentence():
    assert in_full("Số CLB thành lập mới") == "Số câu lạc bộ thành lập mới"
    assert in_full("CLBX") == "CLBX"


def test_the_caption_of_a_chart_of_several_pieces_stands_once(made):
    html = render.html(made, MADE_ON)

    assert len(re.findall('<figure class="heat">', html)) == 4
    assert html.count("Biểu đồ 4. ") == 1
    assert "(tiếp theo)" not in html


def test_few_units_without_a_club_are_named_and_many_are_counted():
    def units(count: int) -> tuple[Unit, ...]:
        return tuple(
            Unit(600 + n, str(600 + n), OPENING, None, "d", "huyen", f"Xa {n}", f"Huyện Xa {n}", 58)
            for n in range(count)
        )

    def told(count: int) -> tuple[str, ...]:
        rows = (PHAN_RANG, *units(count))
        found = report([club("k", "2020-01-15")], "2020", geography({"k": PHAN_RANG}, rows=rows))
        assert telling.tell(found, "vi")["empty"][0] in narrative.suggest(found, "vi")["shortcomings"]
        return telling.tell(found, "vi")["empty"]

    assert told(2) == ("Địa bàn chưa có câu lạc bộ: huyện Xa 0, huyện Xa 1.",)
    assert told(13) == ("13 trên 14 địa bàn chưa có câu lạc bộ (Bảng 2).",)


@pytest.mark.parametrize(
    ("op", "low", "high", "measure", "vi", "en"),
    [
        (">=", 3000, None, "club", "từ 3.000 trở lên", "at least 3,000"),
        ("~", 1200, None, "club", "khoảng 1.200", "about 1,200"),
        ("range", 60, 70, "percent", "60–70%", "60–70%"),
        (">=", 50, None, "percent", "từ 50% trở lên", "at least 50%"),
        ("=", 80, None, "percent", "80%", "80%"),
    ],
)
def test_a_goal_of_the_country_is_words_in_a_sentence_and_has_its_unit(op, low, high, measure, vi, en):
    goal = Goal(op, Decimal(low), None if high is None else Decimal(high), measure, "target")

    assert (Spoken("vi").aim(goal), Spoken("en").aim(goal)) == (vi, en)


def test_no_picture_takes_more_than_a_third_of_a_page():
    """What does not fit below the text goes to the next page, and leaves so much of this one empty."""
    planned = charts.bars([(f"Huyện {n}", (3, 2)) for n in range(8)])
    months = charts.lines([f"{n}/2021" for n in range(1, 13)], [("a", [1] * 12), ("b", [2] * 12)])
    pieces = charts.heat(["1/21"], [(f"{n}. Thôn", [("held", "")]) for n in range(6)])

    assert max(planned.height + 34, months.height + 34, pieces.height) <= THIRD_OF_A_PAGE


def many_units(without: int):
    """Two communes with clubs, so many without one, of which the last has a plan; and a total."""
    unit = replace(PHAN_RANG, kind="xa")
    communes = [
        replace(unit, id=900 + n, name=f"Đông {n}", full_name=f"Xã Đông {n}") for n in range(without + 2)
    ]
    known, nothing = unit_rows()[0], replace(unit_rows()[1], plan=None)
    rows = [replace(known if n < 2 else nothing, unit=one) for n, one in enumerate(communes)]
    rows[-1] = replace(rows[-1], plan=1)
    money, silent = fund_rows()[0], replace(fund_rows()[3], clubs=0, missing=0)
    funds = [replace(money if n < 2 else silent, unit=one) for n, one in enumerate(communes)]
    return province_report(
        units=(*rows, unit_rows()[-1]),
        funds=(*funds, fund_rows()[-1]),
        scope=replace(scope(), row_level="c"),
        sketch=Sketch(
            None,
            tuple(Site(108.5 + n / 20, 11.6, one.id) for n, one in enumerate(communes)),
            tuple((one, 1 if n < 2 else 0) for n, one in enumerate(communes)),
        ),
    )


@pytest.mark.parametrize(
    ("code", "row", "note"),
    [
        (
            "vi",
            "Các xã, phường khác ({} đơn vị): chưa có câu lạc bộ",
            "Chưa có câu lạc bộ: xã Đông 2, xã Đông 3,",
        ),
        ("en", "Other communes and wards ({}): no club yet", "No club yet: Đông 2, Đông 3,"),
    ],
)
def test_many_units_without_a_club_are_one_row_and_named_below(code, row, note):
    """Of 14 units without a club 13 tell nothing; the one with a plan stands, as do all 14 in table 3 but one row."""
    page = re.sub("<[^>]+>", "", render.html(many_units(14), MADE_ON, code))

    assert (page.count(row.format(13)), page.count(row.format(14))) == (1, 1)
    assert note in page
    assert "Đông 15" in page.split(row.format(13))[0]


def test_up_to_twelve_units_without_a_club_have_a_row_each():
    page = re.sub("<[^>]+>", "", render.html(many_units(12), MADE_ON))

    assert "đơn vị): chưa có câu lạc bộ" not in page
    assert "Xã Đông 13" in page


def test_the_map_bears_the_numbers_of_table_2_and_none_of_units_that_one_row_stands_for():
    """Rows 1 and 2 have clubs; the sixteenth unit, with a plan, is the third row of the table."""
    labels = {label.text for label in pictures.map_picture(many_units(14)).chart.labels}
    page = render.html(many_units(14), MADE_ON)

    assert labels == {"1 (1)", "2 (1)", "3 (0)"}
    assert "địa bàn chưa có câu lạc bộ không ghi số." in page


def test_nothing_is_one_row_where_no_unit_has_a_club():
    made = many_units(14)
    blank = tuple(replace(row, unit=row.unit) for row in made.units if row.is_blank)

    assert shown((*blank, made.total)).blank == ()
    assert len(shown(made.units).blank) == 13
