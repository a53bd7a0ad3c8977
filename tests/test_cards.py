"""Cards on paper: they scan, they hold what they should, nothing runs over the edge, and they come in order."""

import re
import subprocess
from datetime import date
from io import BytesIO

import pdfplumber
import pikepdf
import pytest
import zxingcpp
from PIL import Image

from reports import cards
from reports.cards import Card, CardProblem
from reports.cards.model import MODULE_MM, QR_MM, QUIET_MODULES, module_mm, symbol
from server import collect_settings
from server.collect_settings import Holder

MADE_ON = date(2026, 11, 22)
POINT_MM = 25.4 / 72
THUAN_BAC, DOAN_KET = "Xã Thuận Bắc, tỉnh Khánh Hòa", "Phường Đoàn Kết, tỉnh Lai Châu"
LONG_NAME = "Công Tằng Tôn Nữ Nguyễn Hoàng Phương Thảo Bích Nguyệt Chamaléa Katơr của đội lưu động " * 2
LONG_UNITS = tuple(f"Xã Phước Thượng Vĩnh Hải {n}, huyện Thuận Nam, tỉnh Ninh Thuận" for n in range(6))


def token(number: int) -> str:
    """A key as long and as mixed as a real one."""
    return (f"{number:05d}" + "aZ3_-k9XqW7" * 4)[:43]


def code(number: int, name: str = "Nguyễn Thị Lan", phone: str = "0912345678") -> str:
    address = f"https://clb.khanhhoa.example.vn/v1/key/{token(number)}/projects/1"
    holder = Holder(address, "CLB – Khánh Hòa", "#BB3300", "K", name[:60], phone)
    return collect_settings.encode(
        collect_settings.for_tablet(holder, "vi", {"admin": {"admin_pw": "m4k7q2wd"}})
    )


def card(number: int, name: str = "Nguyễn Thị Lan", commune: str = THUAN_BAC, **given) -> Card:
    units, phone = given.get("units", (commune,)), given.get("phone", "0912345678")
    return Card(number, name, "CLB – Khánh Hòa", "#BB3300", commune, units, phone, code(number, name, phone))


def printed(*held: Card, hotline: str = "0259123456") -> bytes:
    return cards.pdf(cards.deck("Đề án Câu lạc bộ Liên thế hệ", hotline, MADE_ON, held))


def pictures(pdf: bytes, folder, dpi: int) -> list[Image.Image]:
    """The pages as a camera would see them."""
    (folder / "cards.pdf").write_bytes(pdf)
    subprocess.run(
        ["pdftoppm", "-r", str(dpi), "-gray", "-png", folder / "cards.pdf", folder / f"page-{dpi}"],
        check=True,
    )
    return [Image.open(path) for path in sorted(folder.glob(f"page-{dpi}-*.png"))]


def texts(pdf: bytes) -> list[str]:
    with pdfplumber.open(BytesIO(pdf)) as opened:
        return [page.extract_text() for page in opened.pages]


@pytest.mark.parametrize("dpi", [300, 150, 110])
def test_every_code_is_read_from_the_printed_page_and_is_that_of_its_tablet(tmp_path, dpi):
    held = [card(number, f"Người {number}") for number in range(1, 6)] + [
        card(9, LONG_NAME, units=LONG_UNITS)
    ]

    read = [
        found.text
        for page in pictures(printed(*held), tmp_path, dpi)
        for found in zxingcpp.read_barcodes(page)
    ]

    assert sorted(read) == sorted(one.code for one in held)
    for one in held:
        general = collect_settings.decode(one.code)["general"]
        assert general["server_url"].split("/")[5] == token(one.number)
        assert general["metadata_username"] == one.name[:60]


def test_a_code_is_read_at_an_angle_and_out_of_focus(tmp_path):
    (page,) = pictures(printed(card(1)), tmp_path, 200)

    turned = page.convert("L").rotate(7, fillcolor=255, expand=True).resize((1200, 1700))

    assert [found.text for found in zxingcpp.read_barcodes(turned)] == [code(1)]


def test_squares_are_large_enough_for_cheap_cameras_with_room_around():
    longest = card(10**6, LONG_NAME)

    assert module_mm(longest.code) >= MODULE_MM == 0.4
    assert QUIET_MODULES == 4
    assert symbol(longest.code).error in "LMQH"


def test_the_code_is_printed_as_wide_as_it_is_computed():
    with pdfplumber.open(BytesIO(printed(card(1)))) as opened:
        (picture,) = opened.pages[0].images

    assert picture["width"] * POINT_MM == pytest.approx(QR_MM, abs=0.2)
    assert picture["height"] * POINT_MM == pytest.approx(QR_MM, abs=0.2)


def test_a_code_too_dense_to_scan_is_refused_by_its_number():
    dense = Card(77, "Lan", "CLB", "#BB3300", THUAN_BAC, (THUAN_BAC,), "", "x" * 2000)

    with pytest.raises(CardProblem, match="77"):
        cards.deck("Đề án", "", MADE_ON, [dense])


def test_a_card_says_whose_it_is_what_to_do_and_whom_to_call():
    (text,) = texts(printed(card(12)))

    for words in (
        "Thẻ số 12",
        "Nguyễn Thị Lan",
        THUAN_BAC,
        "0912 345 678",
        "Ngày cấp: 22/11/2026",
        "Như mật khẩu",
        "Configure with QR code",
        "Cấu hình lại",
        "đừng",
        "Cần giúp: 0259 123 456",
    ):
        assert words in text


def test_without_a_hotline_there_is_a_line_to_write_it_on():
    (text,) = texts(printed(card(12), hotline=""))

    assert "Cần giúp:" in text
    assert "báo ngay số" not in text


def test_no_card_shows_the_key_or_the_password_of_the_settings():
    pdf = printed(card(12))

    assert "m4k7q2wd" not in "".join(texts(pdf))
    assert token(12) not in "".join(texts(pdf))
    assert "m4k7q2wd" not in cards.html(cards.deck("Đề án", "", MADE_ON, [card(12)]))


def test_communes_and_names_stand_in_the_order_of_the_vietnamese_alphabet():
    held = [
        card(1, "Trần Văn Đức", THUAN_BAC),
        card(2, "Nguyễn Thị Ánh", THUAN_BAC),
        card(3, "Lê Thị An", THUAN_BAC),
        card(4, "Vàng A Súa", DOAN_KET),
        card(5, "Lò Văn Dũng", THUAN_BAC),
    ]

    deck = cards.deck("Đề án", "", MADE_ON, held)

    assert [commune.name for commune in deck.communes] == [DOAN_KET, THUAN_BAC]
    assert [one.number for one in deck.communes[1].cards] == [3, 2, 5, 1]


def test_every_commune_begins_a_page_with_a_list_to_sign():
    pdf = printed(card(1, "Vàng A Súa", DOAN_KET), card(2, "Lê Thị An"), card(3, "Lê Thị Bình"))

    first, second = texts(pdf)

    assert "Danh sách giao thẻ: Phường Đoàn Kết" in first
    assert "Danh sách giao thẻ: Xã Thuận Bắc" in second
    assert "Ký nhận" in second
    assert re.search(r"1 2 Lê Thị An 0912 345 678", second)
    assert "Vàng A Súa" not in second


def test_thirty_cards_of_a_commune_take_few_pages_and_lose_none(tmp_path):
    held = [card(number, f"Nguyễn Văn {number}") for number in range(1, 31)]

    pdf = printed(*held)

    assert 6 <= len(texts(pdf)) <= 8
    found = re.findall(r"Thẻ số (\d+)", "".join(texts(pdf)))
    assert sorted(map(int, found)) == list(range(1, 31))


@pytest.mark.parametrize(
    "name", ["Ân", LONG_NAME[:120], "X" * 120, "W" * 60, "Nguyễn Hoàng Phương Thảo Vy Chamaléa"]
)
@pytest.mark.parametrize("units", [(THUAN_BAC,), LONG_UNITS[:3], LONG_UNITS])
def test_nothing_runs_over_the_edge_of_a_card_or_into_something_else(name, units):
    with pdfplumber.open(BytesIO(printed(card(1, name, units=units)))) as opened:
        page = opened.pages[-1]
        (picture,) = page.images
        words = page.extract_words()
    steps = next(word for word in words if word["text"] == "Cài")
    beside = [
        word
        for word in words
        if picture["top"] < word["bottom"]
        and word["top"] < picture["bottom"]
        and word["x0"] < 10 / POINT_MM + 95 / POINT_MM
    ]
    help_line = next(word for word in words if word["text"] == "giúp:")
    card_top = next(word for word in words if word["text"] == "CLB")["top"] - 3.7 / POINT_MM

    assert beside
    assert all(word["x0"] >= picture["x1"] - 2 / POINT_MM for word in beside)
    assert all(word["x1"] <= (10 + 95) / POINT_MM for word in beside)
    assert max(word["bottom"] for word in beside) <= steps["top"] + 1
    assert help_line["bottom"] <= card_top + 91 / POINT_MM


def test_the_paper_is_tagged_and_says_its_language():
    with pikepdf.open(BytesIO(printed(card(1)))) as opened:
        assert opened.Root.MarkInfo.Marked
        assert str(opened.Root.Lang) == "vi"
        assert opened.open_metadata()["pdfuaid:part"] == "1"


def test_the_same_cards_give_the_same_bytes():
    assert printed(card(1)) == printed(card(1))
