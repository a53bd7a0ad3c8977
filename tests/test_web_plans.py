"""The pages of plans: figures with their papers, a workbook compared before it is taken, and the way back."""

import io
import re
from html import unescape

import pytest
from sqlalchemy import func, select

from server.models import PlanImport, Target, Unit
from server.services import plan
from server.services.actor import SYSTEM_ID
from tests.builders_web import Browser, a_person, alert
from tests.test_lint import harmful
from tests.test_plan import LAI_CHAU, PLANS, edited

pytestmark = pytest.mark.database
WORKBOOKS = ("tieu_chuan", "ke_hoach_quoc_gia", "ke_hoach_ninh_thuan", "ke_hoach_lai_chau")


@pytest.fixture
def programme(database, blobs, programme_published):
    with database.transaction() as session:
        for name in WORKBOOKS:
            path = PLANS / f"{name}.xlsx"
            plan.take(session, blobs, path.read_bytes(), path.name, SYSTEM_ID)


@pytest.fixture
def admin(app, database, programme) -> Browser:
    a_person(database)
    return signed_in(app)


def signed_in(app, email="lan@clb.example") -> Browser:
    browser = Browser(app)
    browser.sign_in(email)
    return browser


def unit_id(database, code: str) -> int:
    with database.reading() as session:
        return session.scalar(select(Unit.id).where(Unit.code == code, Unit.valid_to.is_not(None)))


def send(browser: Browser, content: bytes, name: str = LAI_CHAU.name):
    browser.get("/plans")
    fields = {"csrf": browser.word, "file": (io.BytesIO(content), name)}
    return browser.client.post("/plans/checked", data=fields, content_type="multipart/form-data")


def lines(page) -> list[str]:
    """The rows of the tables as text."""
    rows = re.findall(r"<tr.*?</tr>", page.text, re.DOTALL)
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", row)).split()) for row in rows]


def test_figures_stand_by_unit_and_period_each_with_its_paper(admin):
    page = admin.get("/plans?place=12&indicator=A01")

    table = lines(page)
    assert table[0] == "Đơn vị 2017 2018 2019 2020 2017–2020 2021–2025" or table[0].startswith(
        "Đơn vị 2017 2018"
    )
    province = next(line for line in table if line.startswith("Tỉnh Lai Châu"))
    assert "4 CLB [1] 7 CLB [1] 7 CLB [1] 7 CLB [1] 25 CLB [1]" in province
    assert "Quyết định số 307/QĐ-UBND của UBND tỉnh Lai Châu, 05/04/2017" in page.text
    assert any(line.startswith("Xã Mường So Huyện Phong Thổ") for line in table)


def test_the_first_page_shows_the_country_and_provinces_and_a_choice_of_all_shows_every_indicator(admin):
    first, english = admin.get("/plans"), admin.get("/plans?place=VN&indicator=all&lang=en")

    names = [line.split(" CLB")[0] for line in lines(first)]
    assert any(name.startswith("Tỉnh Ninh Thuận") for name in names)
    assert not any("Huyện Ninh Phước" in name for name in names)
    assert "≈ 1,200 clubs" in " ".join(lines(english))
    assert len(first.data) < 60_000


def test_a_supervisor_sees_the_plans_of_the_own_province_and_of_the_country_only(app, database, programme):
    a_person(database, "commune_supervisor", [unit_id(database, "58")], "hoa@clb.example")
    browser = signed_in(app, "hoa@clb.example")

    page, other = browser.get("/plans?indicator=all"), browser.get("/plans?place=12")

    assert "Tỉnh Ninh Thuận" in page.text
    assert "Việt Nam" in page.text
    assert "Lai Châu" not in page.text + other.text
    assert "Nhập sổ kế hoạch" not in page.text
    assert send(browser, LAI_CHAU.read_bytes()).status_code == 403
    assert browser.get("/plans/imports/1.xlsx").status_code == 403


def test_a_workbook_is_compared_taken_once_and_undone(admin, database):
    path = send(admin, edited(LAI_CHAU, "chi_tieu", K2=26), "ke_hoach_lai_chau (1).xlsx").headers["Location"]
    page = admin.get(path)
    assert "Sẽ thay đổi: sửa 1. Chưa ghi gì" in page.text
    assert "value : 25 → 26" in " ".join(lines(page))
    assert value(database) == 25

    taken = admin.post(f"{path.split('?')[0]}/take", name=LAI_CHAU.name)
    admin.post(f"{path.split('?')[0]}/take", name=LAI_CHAU.name)
    assert f"Đã nhập “{LAI_CHAU.name}”: thêm 0 dòng, sửa 1, bỏ 0." in admin.get(taken.location).text
    assert value(database) == 26
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(PlanImport)) == len(WORKBOOKS) + 1
        newest = session.scalar(select(func.max(PlanImport.id)))

    admin.get("/plans")
    undone = admin.post(f"/plans/imports/{newest}/undo")
    assert f"Đã hoàn tác lần nhập “{LAI_CHAU.name}”" in admin.get(undone.location).text
    assert value(database) == 25
    assert "đã hoàn tác" in admin.get("/plans").text
    assert admin.get(f"/plans/imports/{newest}.xlsx").data[:2] == b"PK"


def value(database) -> int:
    with database.reading() as session:
        return session.scalar(select(Target.value).where(Target.fact_id == "LC-12"))


def test_a_wrong_workbook_is_told_by_cell_and_cannot_be_taken(admin):
    path = send(admin, edited(LAI_CHAU, "chi_tieu", K2="hai lăm", B3="9999")).headers["Location"]

    page = admin.get(path)

    assert page.status_code == 400
    assert "có 2 lỗi" in alert(page)
    assert any(line.startswith("chi_tieu!K2 hai lăm phải là số") for line in lines(page))
    assert any(line.startswith("chi_tieu!B3 9999 mã đơn vị không có") for line in lines(page))
    assert "/take" not in page.text
    assert admin.post(f"{path.split('?')[0]}/take", name=LAI_CHAU.name).status_code == 400


def test_a_renamed_workbook_can_be_told_whose_rows_it_replaces(admin):
    path = send(admin, LAI_CHAU.read_bytes(), "moi.xlsx").headers["Location"]

    refused, known = admin.get(path), admin.get(f"{path.split('?')[0]}?name={LAI_CHAU.name}")

    assert "đã được nhập từ sổ “ke_hoach_lai_chau.xlsx”" in refused.text
    assert f'<option value="{LAI_CHAU.name}">' in refused.text
    assert "không có gì phải nhập" in known.text


def test_a_harmful_file_or_none_is_refused_on_the_page(admin):
    for content in (b"", b"PK nothing", harmful("macros")):
        answer = send(admin, content)
        assert answer.status_code == 400
        assert "Nhập sổ kế hoạch" in answer.text


def test_an_empty_server_says_that_no_plan_was_imported(app, database):
    a_person(database)
    page = signed_in(app).get("/plans")

    assert "Chưa nhập kế hoạch nào." in page.text
    assert "Chưa nhập sổ nào ở đây." in page.text
