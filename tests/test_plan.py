"""Standards and plans from Excel: what the workbooks hold, what reports get of them, what a wrong cell is told."""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import openpyxl.styles
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reports import standards
from reports.period import Period
from server.db import Database
from server.models import Audit, ContextFact, Phase, PhaseRule, Target, Training, Unit
from server.services import plan, unit

ROOT = Path(__file__).parent.parent
PLANS = ROOT / "xlsforms" / "plans"
WORKBOOKS = (
    "tieu_chuan",
    "ke_hoach_quoc_gia",
    "ke_hoach_ninh_thuan",
    "ke_hoach_lai_chau",
    "ke_hoach_thai_binh",
)
LAI_CHAU = PLANS / "ke_hoach_lai_chau.xlsx"


@pytest.fixture(scope="module")
def plans(shared_database: Database) -> Iterator[Session]:
    """The register and every workbook of xlsforms/plans; no test writes to it, an import that is refused included."""
    with Session(shared_database.writer) as session:
        unit.load(session, ROOT / "register")
        for name in WORKBOOKS:
            plan.import_workbook(session, PLANS / f"{name}.xlsx")
        session.commit()
        yield session


@pytest.fixture
def office(session: Session) -> Session:
    """The register and the standards, ready to import a plan."""
    unit.load(session, ROOT / "register")
    plan.import_workbook(session, PLANS / "tieu_chuan.xlsx")
    return session


def seed_facts(*roles: str) -> list[dict[str, str]]:
    with (ROOT / "tests/data/seed_facts.csv").open(newline="", encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["role"] in roles]


def decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def years(first: int, last: int) -> Period:
    return Period(date(first, 1, 1), date(last, 12, 31))


def changed(path: Path, change: Callable[[openpyxl.Workbook], None]) -> bytes:
    """A workbook after an admin's edit in Excel."""
    book = openpyxl.load_workbook(path)
    change(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def edited(path: Path, sheet: str, **cells: object) -> bytes:
    """A workbook with some cells of a sheet overwritten, as in edited(path, "chi_tieu", B7="999")."""

    def change(book: openpyxl.Workbook) -> None:
        for address, value in cells.items():
            book[sheet][address] = value

    return changed(path, change)


def errors_of(
    session: Session, content: bytes, name: str = "ke_hoach_lai_chau.xlsx"
) -> dict[str, plan.CellError]:
    """Every error of a workbook by its place; the import must be refused and leave nothing behind."""
    before = session.scalar(select(func.count(Target.id)))
    with pytest.raises(plan.PlanInvalid) as refused:
        plan.import_workbook(session, content, name)
    assert session.scalar(select(func.count(Target.id))) == before
    return {f"{error.sheet}!{error.cell}": error for error in refused.value.errors}


@pytest.mark.parametrize("fact", seed_facts("target"), ids=lambda fact: fact["fact_id"])
def test_every_target_of_the_seeds_is_in_the_register_of_plans(plans, fact):
    stored = plans.execute(
        select(Target, Unit.code)
        .join(Unit, Unit.id == Target.unit_id)
        .where(Target.fact_id == fact["fact_id"], Target.metric == fact["metric"])
    ).all()

    assert len(stored) == 1
    target, code = stored[0]
    assert code == fact["unit_code"]
    assert (target.period_from.isoformat(), target.period_to.isoformat()) == (
        fact["period_from"],
        fact["period_to"],
    )
    assert (target.indicator, target.op, target.measure) == (fact["indicator"], fact["op"], fact["measure"])
    assert (target.value, target.value_max) == (decimal(fact["value"]), decimal(fact["value_max"]))
    assert target.threshold_vnd == (int(fact["threshold_vnd"]) if fact["threshold_vnd"] else None)
    assert target.kind == ("derived" if fact["kind"] == "derived" else "stated")
    assert target.document


def test_stated_figures_about_lai_chau_are_kept_for_part_one_of_the_report(plans):
    facts = {fact.fact_id: fact for fact in plans.scalars(select(ContextFact))}
    for row in seed_facts("actual", "plan"):
        if not row["fact_id"].startswith("LC-") or row["fact_id"] in ("LC-01", "LC-02"):
            continue
        stored = facts[row["fact_id"]]
        assert (stored.metric, stored.value) == (row["metric"], decimal(row["value"])), row["fact_id"]
        assert (stored.op, stored.measure) == (row["op"], row["measure"])
    assert facts["LC-09"].kind == "derived"


def test_62_people_were_trained_in_lai_chau_over_three_days(plans):
    training = plans.scalars(select(Training)).one()

    assert training.participants == 62  # LC-02
    assert (training.starts_on, training.ends_on) == (date(2017, 7, 31), date(2017, 8, 2))  # LC-01
    assert plans.get(Unit, training.unit_id).code == "12"


def test_the_scheme_of_thai_binh_has_a_period_but_no_figure(plans):
    stated = plans.scalars(select(Target).where(Target.fact_id.in_(["TB-01", "TB-02"]))).all()

    assert [(one.op, one.value) for one in stated] == [("none", None)] * 2
    thai_binh = select(Unit.id).where(
        Unit.code.in_(["34", "336", "338", "339", "340", "341", "342", "343", "344"])
    )
    others = select(Target).where(Target.unit_id.in_(thai_binh), Target.fact_id == "")
    assert {(one.kind, one.note) for one in plans.scalars(others)} == {("invented", "Số liệu minh họa.")}


@pytest.mark.parametrize(
    ("day", "phase", "older_age"),
    [
        (date(2016, 1, 1), "p1", 55),  # NB-10
        (date(2020, 12, 31), "p1", 55),
        (date(2021, 1, 1), "p2", 60),
        (date(2025, 12, 31), "p2", 60),
        (date(2026, 1, 1), "p3", 60),
    ],
)
def test_each_day_belongs_to_one_phase_with_its_own_age(plans, day, phase, older_age):
    found = plan.phase_at(plans, day)

    assert (found.code, found.older_age) == (phase, older_age)


def test_no_phase_before_the_first(plans):
    assert plan.phase_at(plans, date(2015, 12, 31)) is None


def band(standards, phase: str, name: str) -> tuple[Decimal | None, Decimal | None] | None:
    rule = standards.phase(phase).rule(name)
    return (rule.low, rule.high) if rule else None


def test_composition_bands_differ_by_phase(plans):
    country = plan.standards(plans)

    assert band(country, "p1", "women") == band(country, "p2", "women") == (60, 70)  # NB-11, NA-07
    assert band(country, "p1", "older") == (70, None)  # NB-09
    assert band(country, "p2", "older") == (60, 70)  # NA-08
    assert band(country, "p1", "young") is None
    assert band(country, "p2", "young") == (30, 40)  # NA-09
    assert band(country, "p1", "disadvantaged") == (60, 70)  # NB-12
    assert band(country, "p2", "disadvantaged") is None  # NA-10
    assert band(country, "p1", "size") is None
    assert band(country, "p2", "size") == (50, 70)  # NA-06
    assert country.phase("p3").rule("women") is None


def test_a_provinces_own_rule_goes_before_the_countrys(plans):
    lai_chau = plan.standards(plans, unit.get_at(plans, "12", date(2017, 1, 1)))
    ninh_thuan = plan.standards(plans, unit.get_at(plans, "58", date(2021, 1, 1)))

    assert lai_chau.phase("p1").low("fund_initial_min") == 25_000_000  # LC-25
    assert ninh_thuan.phase("p2").low("fund_initial_min") == 20_000_000  # NT-21
    assert ninh_thuan.phase("p1").rule("fund_initial_min") is None
    assert ninh_thuan.phase("p2").low("fund_band_high") == 30_000_000  # NT-22
    assert band(lai_chau, "p1", "size") == (50, 70)


def test_every_phase_has_the_rules_of_the_activity_and_management_check(plans):
    named = (ROOT / "reports/standards.py").read_text(encoding="utf-8").split('"""')[1]
    for phase in plan.standards(plans).phases:
        for name in ("a1_min_loans", "a3_min_volunteers", "m1_min_meetings", "m4_min_board", "m8_months"):
            assert name in named
            assert phase.low(name) > 0
        assert phase.high("m2_max_difference_share") == 1
        assert phase.high("m3_max_overdue_share") == 10


def test_every_rule_that_reports_know_is_explained_and_every_other_refused(plans):
    explained = re.findall(r"[a-z0-9_]+", standards.__doc__)
    assert set(standards.RULES) <= set(explained)
    assert set(plans.scalars(select(PhaseRule.rule))) <= set(standards.RULES)

    content = edited(PLANS / "tieu_chuan.xlsx", "quy_dinh", C2="wommen")
    with pytest.raises(plan.PlanInvalid) as refused:
        plan.import_workbook(plans, content, "tieu_chuan.xlsx")

    assert "quy_dinh!C2 “wommen”" in refused.value.message("vi")
    assert "Có phải “women”?" in refused.value.message("vi")


MATRIX = {  # Lai Châu, clubs by district for 2017, 2018, 2019, 2020: LC-171 … LC-208
    "105": (1, 1, 1, 0),
    "106": (1, 1, 1, 1),
    "107": (0, 1, 1, 1),
    "108": (0, 1, 0, 1),
    "109": (1, 1, 1, 1),
    "110": (0, 1, 1, 1),
    "111": (1, 1, 1, 1),
    "112": (0, 0, 1, 1),
}


@pytest.mark.parametrize(("year", "total"), [(2017, 4), (2018, 7), (2019, 7), (2020, 7)])
def test_lai_chaus_plan_of_a_year_is_its_districts_together(plans, year, total):
    lai_chau = unit.get_at(plans, "12", date(year, 1, 1))

    by_district = plan.plan_by_unit(plans, lai_chau, years(year, year), "d")

    assert {one.unit.code: one.plan.value for one in by_district} == {
        code: row[year - 2017] for code, row in MATRIX.items()
    }
    assert sum(one.plan.value for one in by_district) == total
    assert plan.plan_of(plans, lai_chau, years(year, year)).value == total


def test_the_years_of_lai_chau_are_not_added_to_its_phase(plans):
    lai_chau = unit.get_at(plans, "12", date(2017, 1, 1))

    whole = plan.plan_of(plans, lai_chau, years(2017, 2020))
    by_district = plan.plan_by_unit(plans, lai_chau, years(2017, 2020), "d")

    assert whole.value == 25  # LC-12, not 50
    assert [target.fact_id for target in whole.targets] == ["LC-12"]
    assert {one.unit.code: one.plan.value for one in by_district} == {  # LC-901 … LC-908
        code: sum(row) for code, row in MATRIX.items()
    }
    assert plan.plan_of(plans, lai_chau, years(2018, 2019)).value == 14


def test_pilot_communes_stand_beside_their_districts(plans):
    lai_chau = unit.get_at(plans, "12", date(2017, 1, 1))

    pilots = plan.plan_by_unit(plans, lai_chau, years(2017, 2017), "c")

    assert [(one.unit.full_name, one.plan.value) for one in pilots] == [  # LC-14 … LC-17
        ("Phường Quyết Tiến", 1),
        ("Thị trấn Tam Đường", 1),
        ("Xã Mường So", 1),
        ("Thị trấn Tân Uyên", 1),
    ]


def test_ninh_thuans_plans_of_both_phases_and_of_2021(plans):
    ninh_thuan = unit.get_at(plans, "58", date(2020, 1, 1))

    assert plan.plan_of(plans, ninh_thuan, years(2017, 2020)).value == 20  # NT-03
    assert plan.plan_of(plans, ninh_thuan, years(2021, 2025)).value == 30  # NT-12, of which 10 in 2021
    assert plan.plan_of(plans, ninh_thuan, years(2021, 2021)).value == 10  # NT-14
    assert plan.plan_of(plans, ninh_thuan, years(2019, 2019)) is None
    assert plan.plan_by_unit(plans, ninh_thuan, years(2017, 2020), "d") == []
    by_district = plan.plan_by_unit(plans, ninh_thuan, years(2021, 2021), "d")
    assert {one.unit.code: one.plan.value for one in by_district} == {
        "582": 4,
        "586": 3,
        "587": 3,
    }  # NT-15 … 17


def test_targets_of_a_unit_are_those_whose_period_touches_the_days(plans):
    ninh_thuan = unit.get_at(plans, "58", date(2021, 1, 1))

    found = plan.targets(plans, ninh_thuan.id, date(2021, 1, 1), date(2021, 12, 31))

    assert [one.fact_id for one in found if one.indicator == "A01"] == ["NT-14", "NT-12"]
    assert {one.fact_id for one in found} == {f"NT-{n}" for n in (12, 13, 14, 18, 19, 20, 21, 22)}


def test_importing_again_replaces_and_never_doubles(office):
    first = plan.import_workbook(office, LAI_CHAU)
    ids = office.scalar(select(func.count(Target.id)))

    second = plan.import_workbook(office, LAI_CHAU)

    assert first.replaced == 0
    assert second.replaced == second.targets + second.facts + second.trainings
    assert office.scalar(select(func.count(Target.id))) == ids
    assert plan.plan_of(office, unit.get_at(office, "12", date(2017, 1, 1)), years(2017, 2020)).value == 25


def test_a_corrected_figure_takes_the_place_of_the_old_one(office):
    plan.import_workbook(office, LAI_CHAU)

    plan.import_workbook(office, edited(LAI_CHAU, "chi_tieu", K2=26), LAI_CHAU.name)

    assert plan.plan_of(office, unit.get_at(office, "12", date(2017, 1, 1)), years(2017, 2020)).value == 26


def test_standards_imported_again_leave_the_same_phases_and_rules(office):
    before = office.scalar(select(func.count(PhaseRule.id)))

    plan.import_workbook(office, PLANS / "tieu_chuan.xlsx")

    assert office.scalar(select(func.count(PhaseRule.id))) == before
    assert office.scalars(select(Phase.code).order_by(Phase.code)).all() == ["p1", "p2", "p3"]


def test_an_import_is_written_to_the_audit_log(office):
    plan.import_workbook(office, LAI_CHAU)

    entry = office.scalars(select(Audit).order_by(Audit.id.desc())).first()
    assert (entry.action, entry.actee_id) == ("plan.import", "ke_hoach_lai_chau.xlsx")
    assert entry.details["targets"] == 55


def test_the_same_plan_under_another_file_name_is_refused(plans):
    errors = errors_of(plans, LAI_CHAU.read_bytes(), "ban_sao.xlsx")

    assert list(errors) == ["chi_tieu!I2"]
    assert "55 chỉ tiêu (dòng 2, 3, 4" in errors["chi_tieu!I2"].message_vi
    assert "ke_hoach_lai_chau.xlsx" in errors["chi_tieu!I2"].message_vi


def test_every_error_of_a_workbook_is_told_at_once_by_its_cell(plans):
    errors = errors_of(
        plans,
        edited(
            LAI_CHAU,
            "chi_tieu",
            B2="999",  # no such code
            C3="Tỉnh Thái Bình",  # not the name of the code
            B4="105",  # a district, with a date after its end
            D4=date(2025, 7, 1),
            H5="A99",
            J6="xấp xỉ",
            K7="7 câu lạc bộ",
            F8=date(2019, 1, 1),  # a period that ends before it begins
            G8=date(2018, 12, 31),
            E9="p9",
            G10="cuối năm",
            O11=None,
            Q12="có",
            N13=2.5,
        ),
    )

    assert set(errors) == {
        "chi_tieu!B2",
        "chi_tieu!C3",
        "chi_tieu!B4",
        "chi_tieu!H5",
        "chi_tieu!J6",
        "chi_tieu!K7",
        "chi_tieu!G8",
        "chi_tieu!E9",
        "chi_tieu!G10",
        "chi_tieu!O11",
        "chi_tieu!Q12",
        "chi_tieu!N13",
    }
    assert errors["chi_tieu!B2"].text("vi").startswith("chi_tieu!B2 “999”: mã đơn vị không có trong sổ")
    assert "leading zeros" in errors["chi_tieu!B2"].text("en")
    assert "Tỉnh Lai Châu" in errors["chi_tieu!C3"].message_vi
    assert "30/06/2025" in errors["chi_tieu!B4"].message_vi
    assert errors["chi_tieu!K7"].value == "7 câu lạc bộ"
    assert "phải là số" in errors["chi_tieu!K7"].message_vi


@pytest.mark.parametrize(
    ("cells", "place", "told"),
    [
        ({"J2": "range"}, "chi_tieu!L2", "range"),
        ({"J2": "range", "L2": 20}, "chi_tieu!L2", "nhỏ hơn"),
        ({"L2": 30}, "chi_tieu!L2", "range"),
        ({"J2": "none"}, "chi_tieu!K2", "none"),
        ({"K2": None}, "chi_tieu!K2", "none"),
        ({"M2": "percent", "K2": 0.7}, "chi_tieu!K2", "70% ghi là 70"),
        ({"M2": "percent", "K2": 170}, "chi_tieu!K2", "từ 0 đến 100"),
        ({"A1": "ma_so"}, "chi_tieu!A1", "cột lạ"),
    ],
)
def test_a_figure_that_contradicts_itself_is_refused(plans, cells, place, told):
    assert told in errors_of(plans, edited(LAI_CHAU, "chi_tieu", **cells))[place].message_vi


def test_a_repeated_row_names_the_row_it_repeats(plans):
    def repeat(book: openpyxl.Workbook) -> None:
        sheet = book["chi_tieu"]
        last = sheet.max_row + 1
        for column, cell in enumerate(sheet[3], start=1):
            sheet.cell(last, column, cell.value)

    errors = errors_of(plans, changed(LAI_CHAU, repeat))

    assert [error.message_vi for error in errors.values()] == ["trùng với dòng 3; xin bỏ một dòng."]
    assert next(iter(errors)).startswith("chi_tieu!I")


def test_a_code_typed_as_a_number_keeps_its_meaning_and_loses_no_row(office):
    plan.import_workbook(office, edited(LAI_CHAU, "chi_tieu", B2=12), LAI_CHAU.name)

    assert office.scalar(select(func.count(Target.id))) == 55


def test_wrong_standards_are_told_by_cell_and_change_nothing(plans):
    content = edited(PLANS / "tieu_chuan.xlsx", "quy_dinh", D2="sáu mươi", A3="p7", D4=80, E4=70)

    with pytest.raises(plan.PlanInvalid) as refused:
        plan.import_workbook(plans, content, "tieu_chuan.xlsx")

    places = {f"{error.sheet}!{error.cell}" for error in refused.value.errors}
    assert places == {"quy_dinh!D2", "quy_dinh!A3", "quy_dinh!E4"}
    assert "quy_dinh!A3 “p7”" in refused.value.message("vi")
    assert band(plan.standards(plans), "p1", "women") == (60, 70)


def test_a_sheet_of_another_name_is_refused_with_the_names_that_are_read(plans):
    def rename(book: openpyxl.Workbook) -> None:
        book["chi_tieu"].title = "chi tieu"

    errors = errors_of(plans, changed(PLANS / "ke_hoach_ninh_thuan.xlsx", rename), "ke_hoach_ninh_thuan.xlsx")

    assert "chi_tieu" in errors["chi tieu!A1"].message_vi
    assert errors["!"].text("vi").startswith("sổ phải có ít nhất một trang")


def test_plans_wait_for_the_standards_and_both_for_the_register(session):
    with pytest.raises(plan.NoUnits) as refused:
        plan.import_workbook(session, LAI_CHAU)
    assert "clb unit load" in refused.value.message("vi")

    unit.load(session, ROOT / "register")

    with pytest.raises(plan.NoPhases) as refused:
        plan.import_workbook(session, LAI_CHAU)
    assert "nhập sổ tiêu chuẩn trước" in refused.value.message("vi")


def test_rows_without_a_unit_are_not_taken_for_one_another(plans):
    errors = errors_of(plans, edited(LAI_CHAU, "chi_tieu", B2="999", B3="998"))

    assert set(errors) == {"chi_tieu!B2", "chi_tieu!B3"}


@pytest.mark.parametrize(
    "content", [b"", b"not a workbook", b"PK\x03\x04 cut short", LAI_CHAU.read_bytes()[:9000]]
)
def test_a_file_that_is_no_workbook_is_told_so_in_one_sentence(plans, content):
    with pytest.raises(plan.NotAWorkbook) as refused:
        plan.import_workbook(plans, content, "ke_hoach.xlsx")
    assert "ke_hoach.xlsx" in refused.value.message("vi")


@pytest.mark.parametrize("address", ["XFD1048576", "XFD3", "A1048576"])
def test_a_stray_cell_in_the_last_corner_is_told_by_its_address(plans, address):
    """A reader that lays out the whole sheet took all memory and ended the process."""
    content = edited(LAI_CHAU, "chi_tieu", **{address: "x"})

    assert "ngoài bảng" in errors_of(plans, content, LAI_CHAU.name)[f"chi_tieu!{address}"].message_vi


def test_an_empty_cell_that_was_only_coloured_far_away_is_no_error(office):
    def colour(book: openpyxl.Workbook) -> None:
        book["chi_tieu"]["XFD1048576"].fill = openpyxl.styles.PatternFill("solid", fgColor="FFFF00")

    result = plan.import_workbook(office, changed(LAI_CHAU, colour), LAI_CHAU.name)

    assert result.targets == plan.import_workbook(office, LAI_CHAU).targets


def test_a_file_that_unpacks_to_a_flood_is_refused_before_it_is_unpacked(plans):
    file = io.BytesIO(LAI_CHAU.read_bytes())
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/flood.bin", bytes(200 * 2**20))

    with pytest.raises(plan.NotAWorkbook):
        plan.import_workbook(plans, file.getvalue(), "ke_hoach.xlsx")


def test_a_formula_that_no_excel_has_computed_is_not_taken_for_an_empty_cell(plans):
    errors = errors_of(plans, edited(LAI_CHAU, "chi_tieu", K3="=2+5"), LAI_CHAU.name)

    told = errors["chi_tieu!K3"]
    assert told.value == "=2+5"
    assert "phải là số" in told.message_vi


@pytest.mark.parametrize("name", WORKBOOKS)
def test_a_workbook_is_one_an_admin_is_glad_to_open(name):
    book = openpyxl.load_workbook(PLANS / f"{name}.xlsx")

    assert "huong_dan" in book.sheetnames
    for sheet in book.worksheets:
        assert not sheet.merged_cells.ranges
        if sheet.title == "huong_dan":
            continue
        assert sheet.freeze_panes is not None
        for cell in sheet[1]:
            assert cell.comment is not None, (sheet.title, cell.value)
            assert cell.fill.fgColor.rgb != "00000000"
            assert sheet.column_dimensions[cell.column_letter].width >= 8
