"""Thể thức of head and foot of a report, measured in the PDF: Nghị định 30/2020/NĐ-CP, Phụ lục I, II.1–5 and 7–9."""

from datetime import date

import pytest

from reports import issuing, render
from reports.issuing import IssuingBody
from tests.builders_report import BODY, header, province_report
from tests.measure import LEFT, POINTS_A_MM, TEXT_WIDTH, find, holds, opened, rule_below

MADE_ON = date(2021, 2, 5)
QR = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'%3E"
    "%3Crect width='9' height='9'/%3E%3C/svg%3E"
)
BOARD = IssuingBody(
    date(2016, 1, 1),
    "Hội Người cao tuổi Việt Nam",
    "Ban đại diện tỉnh Lai Châu",
    "BC-BĐD",
    "TRƯỞNG BAN",
    ("UBND tỉnh (b/c)", "Lưu: VT"),
    "PHÓ TRƯỞNG BAN",
    "BAN ĐẠI DIỆN",
    "Lai Châu",
)


def printed(**changes: object) -> bytes:
    """A report with that head and foot and little between them."""
    empty: dict[str, object] = dict.fromkeys(
        ("tables", "plan_chart", "composition", "fund_chart", "unbalanced", "clubs", "methods"), ()
    )
    return render.province(province_report(header=header(**changes), **empty), MADE_ON)


@pytest.fixture(scope="module")
def issued():
    given = {"number": "5", "issued_on": MADE_ON, "signer_name": "Trần Thị Mai"}
    with opened(printed(**given, qr=QR, verify_url="https://clb.example/v/5")) as pages:
        yield pages


@pytest.fixture(scope="module")
def draft():
    with opened(printed()) as pages:
        yield pages


@pytest.fixture(scope="module")
def last(issued):
    """The page with the signature."""
    return next(page for page in issued if holds(page, "Nơi nhận:"))


def test_the_superior_office_stands_in_upright_capitals_of_12(issued):
    assert find(issued[0], "UBND TỈNH NINH THUẬN").style == (12, "upright")


def test_the_issuing_office_stands_below_it_in_bold_capitals_of_12(issued):
    superior, issuer = find(issued[0], "UBND TỈNH NINH THUẬN"), find(issued[0], "SỞ LAO ĐỘNG - THƯƠNG BINH")

    assert issuer.style == (12, "bold")
    assert superior.top < issuer.top < superior.top + 6
    assert issuer.centre == pytest.approx(superior.centre, abs=0.5)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Sở Y tế", ("SỞ Y TẾ",)),
        ("Sở Lao động - Thương binh và Xã hội", ("SỞ LAO ĐỘNG - THƯƠNG BINH", "VÀ XÃ HỘI")),
        (
            "Ban đại diện Hội Người cao tuổi tỉnh Bà Rịa - Vũng Tàu",
            ("BAN ĐẠI DIỆN", "HỘI NGƯỜI CAO TUỔI", "TỈNH BÀ RỊA - VŨNG TÀU"),
        ),
    ],
)
def test_the_rule_below_the_office_is_a_third_to_half_of_its_line(name, expected):
    body = IssuingBody(BODY.valid_from, BODY.parent, name, "BC-X", "GIÁM ĐỐC", BODY.recipients)
    with opened(printed(issuing=body)) as pages:
        found = [find(pages[0], line) for line in expected]
        rule = rule_below(pages[0], found[-1])

    assert issuing.lines(name) == expected
    assert 1 / 3 <= rule.width / max(line.width for line in found) <= 1 / 2
    assert rule.centre == pytest.approx(found[-1].centre, abs=0.5)


def test_the_state_stands_in_bold_capitals_of_12_on_the_right(issued):
    nation = find(issued[0], "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")

    assert nation.style == (12, "bold")
    assert nation.left > find(issued[0], "UBND TỈNH NINH THUẬN").right
    assert nation.top == pytest.approx(find(issued[0], "UBND TỈNH NINH THUẬN").top, abs=0.3)


def test_the_motto_is_bold_13_with_a_rule_of_its_own_length(issued):
    nation = find(issued[0], "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    motto = find(issued[0], "Độc lập - Tự do - Hạnh phúc")
    rule = rule_below(issued[0], motto)

    assert motto.style == (13, "bold")
    assert motto.centre == pytest.approx(nation.centre, abs=0.5)
    assert (rule.left, rule.right) == pytest.approx((motto.left, motto.right), abs=0.5)


def test_the_number_is_upright_13_with_a_leading_zero_below_ten(issued):
    assert find(issued[0], "Số: 05/BC-SLĐTBXH").style == (13, "upright")
    assert [issuing.number(text) for text in ("9", "10", "05", "7a")] == ["09", "10", "05", "7a"]


def test_a_draft_leaves_place_for_the_number_and_the_day(draft):
    label, symbol = find(draft[0], "Số:"), find(draft[0], "/BC-SLĐTBXH")

    assert symbol.left - label.right >= 10
    assert symbol.top == pytest.approx(label.top, abs=0.3)
    assert holds(draft[0], "Ninh Thuận, ngày")
    assert not holds(draft[0], "ngày 05")


def test_place_and_day_are_italic_13_on_the_line_of_the_number(issued):
    day = find(issued[0], "Ninh Thuận, ngày 05 tháng 02 năm 2021")

    assert day.style == (13, "italic")
    assert day.top == pytest.approx(find(issued[0], "Số: 05/BC-SLĐTBXH").top, abs=0.3)
    assert day.centre == pytest.approx(find(issued[0], "Độc lập - Tự do - Hạnh phúc").centre, abs=0.5)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2021, 3, 9), "ngày 09 tháng 3 năm 2021"),
        (date(2021, 12, 31), "ngày 31 tháng 12 năm 2021"),
        (date(2021, 1, 10), "ngày 10 tháng 01 năm 2021"),
    ],
)
def test_only_days_below_ten_and_months_1_and_2_have_a_zero(day, words):
    with opened(printed(number="12", issued_on=day)) as pages:
        assert holds(pages[0], f"Ninh Thuận, {words}")


def test_kind_and_subject_are_bold_14_and_centred(issued):
    kind = find(issued[0], "BÁO CÁO")
    subject = find(issued[0], "giai đoạn 2017–2020 trên địa bàn tỉnh Ninh Thuận")

    for line in (kind, find(issued[0], "Câu lạc bộ Liên thế hệ tự giúp nhau"), subject):
        assert line.style == (14, "bold")
        assert line.centre == pytest.approx(LEFT + TEXT_WIDTH / 2, abs=0.5)
    assert kind.bottom < subject.top


def test_the_rule_below_the_subject_is_a_third_to_half_of_its_line(issued):
    subject = find(issued[0], "giai đoạn 2017–2020 trên địa bàn tỉnh Ninh Thuận")
    rule = rule_below(issued[0], subject)

    assert 1 / 3 <= rule.width / subject.width <= 1 / 2
    assert rule.centre == pytest.approx(subject.centre, abs=0.5)


def test_the_text_ends_with_a_stroke_between_two_dots_right_before_the_signature(last):
    end = find(last, "./.")

    assert 0 < find(last, "Nơi nhận:").top - end.bottom < 12


def test_recipients_are_bold_italic_12_then_11_at_the_left_margin(last):
    label, first = find(last, "Nơi nhận:"), find(last, "- UBND tỉnh (b/c);")

    assert label.style == (12, "bold italic")
    assert first.style == find(last, "- Lưu: VT, BTXH.").style == (11, "upright")
    assert (label.left, first.left) == pytest.approx((LEFT, LEFT), abs=0.5)


def test_title_and_name_are_bold_and_the_title_is_level_with_the_recipients(last):
    title, name = find(last, "GIÁM ĐỐC"), find(last, "Trần Thị Mai")

    assert title.style == name.style == (14, "bold")
    assert title.bottom == pytest.approx(find(last, "Nơi nhận:").bottom, abs=1)
    assert name.centre == pytest.approx(title.centre, abs=0.5)
    assert name.top - title.bottom >= 25, "room for signature and seal"


@pytest.mark.parametrize(
    ("body", "signed_by", "title", "expected"),
    [
        (BODY, "deputy", "Phó Giám đốc", ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")),
        (BODY, "order", "Chánh Văn phòng", ("TL. GIÁM ĐỐC", "CHÁNH VĂN PHÒNG")),
        (BODY, "authorised", "Trưởng phòng", ("TUQ. GIÁM ĐỐC", "TRƯỞNG PHÒNG")),
        (BODY, "acting", "", ("Q. GIÁM ĐỐC",)),
        (BOARD, "head", "", ("TM. BAN ĐẠI DIỆN", "TRƯỞNG BAN")),
        (BOARD, "deputy", "", ("TM. BAN ĐẠI DIỆN", "KT. TRƯỞNG BAN", "PHÓ TRƯỞNG BAN")),
    ],
)
def test_the_right_to_sign_stands_line_by_line_above_the_signature(body, signed_by, title, expected):
    with opened(printed(issuing=body, signed_by=signed_by, signer_title=title)) as pages:
        page = next(page for page in pages if holds(page, "Nơi nhận:"))
        found = [find(page, line) for line in expected[:-1]] + [find(page, f"{expected[-1]}")][:1]

    assert header(issuing=body, signed_by=signed_by, signer_title=title).signature == expected
    assert [line.style for line in found] == [(14, "bold")] * len(expected)
    assert [line.top for line in found] == sorted(line.top for line in found)


def test_a_place_for_the_code_is_below_the_recipients_and_moves_nothing(issued, last, draft):
    (code,) = (rect for rect in last.rects if rect["width"] == pytest.approx(22 * POINTS_A_MM, abs=0.5))
    before = next(page for page in draft if holds(page, "Nơi nhận:"))

    assert code["height"] == pytest.approx(code["width"], abs=0.5)
    assert code["top"] / POINTS_A_MM > find(last, "- Lưu: VT, BTXH.").bottom
    assert code["bottom"] / POINTS_A_MM < find(last, "Quét mã để kiểm tra văn bản").top
    assert holds(last, "https://clb.example/v/5")
    assert not holds(before, "Quét mã")
    assert _below_recipients(last, "GIÁM ĐỐC") == pytest.approx(
        _below_recipients(before, "GIÁM ĐỐC"), abs=0.1
    )


def _below_recipients(page, text: str) -> float:
    """How far a text stands below the head of the list of recipients, in mm."""
    return find(page, text).bottom - find(page, "Nơi nhận:").bottom
