"""The sample provinces from their forms to the printed report: the figures that the programme's papers state."""

import csv
import io
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pdfplumber
import pytest
from click.testing import CliRunner
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

import verify
from reports import figures, render, workbook
from reports.cells import cells
from reports.figures import Asked
from reports.figures.build import FUND_COLUMNS
from reports.indicators import REGISTER
from reports.indicators.club import outstanding
from reports.nation import NationReport
from reports.part_cells import MASKED
from reports.period import parse
from reports.privacy import PHONE
from reports.province import ProvinceReport
from reports.settings import DEFAULT, Settings
from server.blobs import BlobStore
from server.cli import main, shell
from server.db import Database
from server.models import Club, Finding, Loan, Meeting, Member, Survey, Target
from server.scope import Scope
from server.services import app_user, demo, plan, report, rollup, unit
from server.services import verify as verifying
from server.services.actor import SYSTEM_ID
from server.services.report import nation
from tests.live import XLSFORMS, publish_programme
from tests.spreadsheet import read

TODAY = date(2026, 11, 22)
PROJECT = 1


@dataclass(frozen=True)
class Sample:
    """The loaded database, and how long loading took."""

    database: Database
    blobs: BlobStore
    submissions: int
    seconds: float

    def report(self, code: str, period: str, as_of: date | None = None, **chosen: Any) -> ProvinceReport:
        with self.database.reading() as session:
            everything = Scope(None, SYSTEM_ID, TODAY)
            return report.province(
                session, everything, code, parse(period), today=TODAY, geography_as_of=as_of, **chosen
            )


@pytest.fixture(scope="module")
def sample(shared_database: Database, tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """All three provinces, sent in once for the module."""
    blobs = BlobStore(tmp_path_factory.mktemp("sample"))
    publish_programme(shared_database, blobs)
    with shared_database.transaction() as session:
        workbooks = sorted(
            (XLSFORMS / "plans").glob("*.xlsx"), key=lambda path: path.name != "tieu_chuan.xlsx"
        )
        for workbook in workbooks:
            plan.import_workbook(session, workbook, actor_id=SYSTEM_ID)
        senders = {code: _enrol(session, code) for code in ("58", "12", "34")}
    begun = time.monotonic()
    with shared_database.transaction() as session:
        count = demo.load(session, blobs, PROJECT, senders)
    return Sample(shared_database, blobs, count, time.monotonic() - begun)


def _enrol(session, code: str) -> int:
    province = unit.get_at(session, code, date(2020, 1, 1))
    return app_user.create(session, PROJECT, f"Máy {code}", [province.id], SYSTEM_ID).actor_id


def founded(made: ProvinceReport) -> dict[str, int]:
    return {row.unit.code: row.founded for row in made.units if row.unit is not None}


def planned(made: ProvinceReport) -> dict[str, int | None]:
    return {row.unit.code: row.plan for row in made.units if row.unit is not None}


def test_ninh_thuan_founded_20_clubs_of_20_planned_to_2020(sample):
    """NT-01, NT-02, NT-03; by unit NT-04 to NT-10."""
    made = sample.report("58", "2017..2020")

    row = made.row("A01")
    assert (row.actual.value, row.goal.low) == (20, 20)
    assert row.verdict.attainment == 100
    assert founded(made) == {"582": 5, "585": 4, "586": 4, "587": 2, "589": 3, "588": 2, "584": 0}


def test_ninh_thuan_planned_3_and_3_and_4_clubs_for_2021(sample):
    """NT-14 to NT-17; nine of the ten stood by the end of the year."""
    made = sample.report("58", "2021")

    row = made.row("A01")
    assert (row.actual.value, row.goal.low) == (9, 10)
    assert row.verdict.attainment == 90
    assert {code: number for code, number in planned(made).items() if number} == {
        "587": 3,
        "586": 3,
        "582": 4,
    }
    assert made.total.plan == 10


@pytest.mark.parametrize(("year", "clubs"), [("2017", 4), ("2018", 7), ("2019", 7), ("2020", 7)])
def test_lai_chau_plans_4_7_7_7(sample, year, clubs):
    """LC-13, LC-19, LC-21, LC-23."""
    assert sample.report("12", year).total.plan == clubs


@pytest.mark.parametrize(("year", "kept"), [("2017", 4), ("2018", 11), ("2019", 18), ("2020", None)])
def test_lai_chau_looks_ahead_to_the_clubs_it_keeps_up(reports_of, year, kept):
    """LC-18, LC-20, LC-22: part VIII of the year before names them."""
    assert reports_of("12", year).outlook.kept == kept


def test_lai_chau_has_25_clubs_by_2020_and_one_district_a_year_late(sample):
    """LC-12, LC-901 to LC-908; Mường Tè (107) founded its club of 2018 in 2019."""
    whole = sample.report("12", "2017..2020")
    late = sample.report("12", "2018")

    matrix = {"105": 3, "106": 4, "107": 3, "108": 2, "109": 4, "110": 3, "111": 4, "112": 2}
    assert founded(whole) == planned(whole) == matrix
    assert (late.total.founded, late.total.plan) == (6, 7)


def test_lai_chau_states_its_trainees_and_its_older_people(sample):
    """LC-02 and LC-07."""
    made = sample.report("12", "2017")

    assert made.steering.trainees == 62
    assert Decimal(27364) in [fact.value for fact in made.context if fact.metric == "older_population"]


def test_ninh_thuan_after_the_reform_is_an_area_of_khanh_hoa_by_commune(sample):
    made = sample.report("58", "2021", date(2025, 7, 1))

    assert "Khánh Hòa" in made.scope.area_vi
    assert made.scope.row_level == "c"
    assert sum(row.standing for row in made.units if row.kind != "total") == made.total.standing == 29
    assert [club.place for club in made.scope.undecided if "Đông Hải" in club.place]


SEED_FACTS = Path(__file__).parent / "data" / "seed_facts.csv"
NOT_PRINTED = {
    "NT-11": "the article calls the four years 2017 to 2020 three",
    "LC-26": "25 clubs (LC-12) times 25 million (LC-25), both of which stand",
}
"""Facts that no report repeats, and why."""


def seed_facts() -> list[dict[str, str]]:
    """Every figure that the sources state of Ninh Thuận and Lai Châu."""
    with SEED_FACTS.open(newline="", encoding="utf-8") as file:
        return [
            row
            for row in csv.DictReader(file)
            if row["fact_id"][:3] in ("NT-", "LC-") and row["fact_id"] not in NOT_PRINTED
        ]


@pytest.fixture(scope="module")
def reports_of(sample: Sample) -> Callable[[str, str], ProvinceReport]:
    """A province's report of a period, made once for the module."""
    return cache(sample.report)


def report_period(fact: dict[str, str]) -> str:
    """The report in which a fact is looked for: of its own years, and of 2021 for goals up to 2025."""
    first, last = fact["period_from"][:4], fact["period_to"][:4]
    return first if first == last or last == "2025" else f"{first}..{last}"


def figures_of(made: ProvinceReport, fact: dict[str, str]) -> set[Decimal | int | None]:
    """Where the report's content holds figures of a fact's kind, those of the fact's unit."""
    metric, unit_code, steering = fact["metric"], fact["unit_code"], made.steering
    rows = [
        row for table in made.tables for group in table.groups for row in group.rows if row.goal is not None
    ]
    goals = [row.goal for row in rows if row.code == fact["indicator"]]
    match metric:
        case "clubs_new":
            return {founded(made).get(unit_code, made.total.founded)}
        case "clubs_new_plan_rate":
            return {made.row("A01").verdict.attainment}
        case "clubs_new_target" if len(unit_code) == 3:
            return {planned(made)[unit_code]}
        case "clubs_new_target" if len(unit_code) == 5:
            name = fact["statement"].split(" tại ")[1].split(",")[0]
            return {sum(name in club.place_old for club in made.clubs)}
        case "training_days":
            return {(one.ends_on - one.starts_on).days + 1 for one in steering.trainings}
        case "trainees":
            return {steering.trainees}
        case "income_fund_initial_per_club":
            return {row.goal.threshold for row in rows if row.code == "C03"}
    stated = {one.value for one in made.context if one.metric == metric}
    return stated | {goal.low for goal in goals} | {goal.threshold for goal in goals if fact["threshold_vnd"]}


@pytest.mark.parametrize("fact", seed_facts(), ids=lambda fact: fact["fact_id"])
def test_every_figure_the_sources_state_stands_in_the_report(reports_of, fact):
    """One fact a case, by its id."""
    code = "58" if fact["fact_id"].startswith("NT") else "12"

    assert Decimal(fact["value"]) in figures_of(reports_of(code, report_period(fact)), fact), fact[
        "statement"
    ]


def test_tables_by_unit_add_up_to_their_totals(sample):
    for code, period in (("58", "2017..2020"), ("12", "2020"), ("34", "2021-H1")):
        made = sample.report(code, period)
        rows = made.units[:-1]
        assert sum(row.members for row in rows) == made.total.members
        assert sum(row.fund or 0 for row in rows) == made.total.fund
        funds, total = made.funds[:-1], made.funds[-1]
        for name in (
            "opening",
            "added",
            "disbursed",
            "repaid",
            "outstanding",
            "overdue",
            "interest",
            "closing",
        ):
            assert sum(getattr(row, name) or 0 for row in funds) == (getattr(total, name) or 0), (code, name)


def test_what_the_books_have_lent_out_is_what_the_loans_owe_one_by_one(sample):
    """Books and loans are told apart in the reports; write-offs are in both."""
    period = parse("2017..2020")
    gone = 0
    for code in ("58", "12", "34"):
        with sample.database.reading() as session:
            everything = Scope(None, SYSTEM_ID, TODAY)
            area = report.area(session, code, period.last)
            data = report.facts(session, everything, area, period, TODAY)
        for club in data.clubs:
            loans = data.loans_of(club.id)
            gone += sum(loan.written_off_on is not None for loan in loans)
            owed = sum(loan.outstanding(period.last) for loan in loans)
            assert outstanding(data, club, period.last) in (owed, None), club.name
    assert gone


def test_the_planted_faults_are_found(sample):
    with sample.database.reading() as session:
        found = dict(
            session.execute(select(Finding.code, func.count()).group_by(Finding.code)).tuples().all()
        )

    assert found["gps_swapped"] == 3
    assert found["month_sent_twice"] == 3
    assert found["unit_split"] == 1
    assert {
        "money_in_thousands",
        "duplicate_member",
        "opening_differs",
        "name_not_nfc",
        "book_off_explained",
    } <= set(found)


@pytest.mark.printing
def test_the_printed_report_states_20_of_20(sample):
    pdf = report.pdf(sample.report("58", "2017..2020"), TODAY)

    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        pages = [" ".join((page.extract_text() or "").split()) for page in opened.pages]
    everything = " ".join(pages)

    assert "toàn địa bàn thành lập mới 20 câu lạc bộ, đạt 100% kế hoạch" in everything
    assert "Địa bàn chưa có câu lạc bộ: huyện Bác Ái" in everything
    assert "DỰ THẢO" in pages[0]
    assert "None" not in everything


@pytest.mark.printing
def test_the_english_report_of_the_same_figures_holds_no_vietnamese_but_names(sample):
    page = render.html(sample.report("58", "2021"), TODAY, "en")
    text = " ".join(re.sub(r'<span lang="vi">.*?</span>|<[^>]*>', " ", page, flags=re.DOTALL).split())

    assert "In 2021 the area founded 9 clubs, 90% of the plan." in text
    assert "Department of Labour, Invalids and Social Affairs reports the results in 2021" in text
    assert re.findall(r"tỷ lệ|thành viên|câu lạc bộ|số liệu|huyện|chưa|của ", text, re.IGNORECASE) == []


@pytest.mark.printing
@pytest.mark.parametrize(
    ("code", "period"), [("58", "2017..2020"), ("12", "2017..2020"), ("34", "2019..2021")]
)
def test_no_telephone_number_and_no_complaint_reaches_a_report(sample, code, period):
    with sample.database.reading() as session:
        everything = Scope(None, SYSTEM_ID, TODAY)
        area = report.area(session, code, parse(period).last)
        data = report.facts(session, everything, area, parse(period), TODAY)
        phones = set(session.scalars(select(Member.phone))) | set(session.scalars(select(Club.chair_phone)))
        complaints = set(session.scalars(select(Survey.complaint_text))) - {""}
    texts = [
        repr(vars(data)),
        *(render.html(sample.report(code, period), TODAY, one) for one in ("vi", "en")),
    ]

    assert len(phones) > 100
    assert [phones & set(re.findall(r"\d{9,11}", text)) for text in texts] == [set(), set(), set()]
    assert [one for one in complaints for text in texts if one in text] == []
    assert [PHONE.findall(re.sub("<[^>]*>", "|", text)) for text in texts[1:]] == [[], []]


def test_invented_figures_are_called_so(sample):
    """Stated plans or not (TB-02: none of Thái Bình's is), people and money of every sample club are made up."""
    for province, period in (("34", "2018..2020"), ("58", "2017..2020"), ("12", "2017")):
        assert sample.report(province, period).scope.has_invented
    assert not sample.report("01", "2017..2020").scope.has_invented


@dataclass(frozen=True)
class Second:
    """The sample exported and parsed once, for any number of reports to be verified from."""

    sample: Sample
    folder: Path
    connection: duckdb.DuckDBPyConnection

    def differences(
        self, made: ProvinceReport, code: str, period: str, as_of: date | None = None
    ) -> list[str]:
        """Names of the figures on which a report and the second calculation differ."""
        return [one.cell for one in self.compare(cells(made), code, period, as_of).differences]

    def compare(
        self,
        printed: dict[str, Any],
        code: str,
        period: str,
        as_of: date | None = None,
        cut_off: date | None = None,
        settings: Settings = DEFAULT,
    ) -> verify.Comparison:
        asked = verifying.case(code, parse(period), TODAY, as_of, cut_off, settings)
        return verify.compare(printed, verify.compute(self.connection, asked))


@pytest.fixture(scope="module")
def second(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Second]:
    folder = tmp_path_factory.mktemp("second") / "out"
    with sample.database.reading() as session:
        verifying.export(session, folder)
    connection = verify.load(folder)
    yield Second(sample, folder, connection)
    connection.close()


@pytest.mark.parametrize(
    ("code", "period", "as_of"),
    [
        ("58", "2017..2020", None),
        ("58", "2019..2021", None),
        ("12", "2019..2021", None),
        ("58", "2021", date(2025, 7, 1)),
        ("12", "2020", None),
        ("34", "2021-H1", None),
    ],
)
def test_the_second_calculation_agrees_with_every_figure(second, code, period, as_of):
    found = second.compare(cells(second.sample.report(code, period, as_of)), code, period, as_of)

    assert found.differences == ()
    assert found.cells > 1500


OWN_RULES = {"women": (Decimal(60), Decimal(65)), "m5_min_attendance": (Decimal(75), None)}


@pytest.mark.printing
@pytest.mark.parametrize(
    ("code", "period", "chosen"),
    [
        ("58", "2020-H1", {"cut_off": date(2020, 7, 5)}),
        ("58", "2019..2021", {"settings": Settings(calendar="decree")}),
        ("12", "2020", {"settings": Settings("p2", 65, OWN_RULES | {"overdue": (None, Decimal(10))})}),
    ],
)
def test_the_second_calculation_agrees_under_settings_and_an_early_cut_off(second, code, period, chosen):
    """58 of 5/7/2020: submission 989, received on 28/7, tells of a departure from LTH-000032 in June."""
    made = second.sample.report(code, period, **chosen)

    assert second.compare(cells(made), code, period, **chosen).differences == ()


PLANTED = (
    *("phan6/clb", "bang4/a2/bp", "bieu4/LTH-000003/2017-12/hop", "chuyen_can/2017-12/co_mat"),
    *("cham_soc/luot", "suc_khoe/bp_high/ngoai", "thanh_vien/tong", "pl2/tong/qtt/vao"),
    *("bang6/tong/ke_hoach", "ban_do/105/clb", "bang2/105/thanh_lap"),
)
"""Figures of every part, to each of which 1 is added."""


@pytest.mark.printing
def test_a_figure_changed_in_the_report_is_found_and_named(second):
    printed = cells(second.sample.report("12", "2017"))
    wrong = {
        **printed,
        "bang1/p1/A01/thuc_hien": 5,
        "bang2/105/nu": Decimal("66.7"),
        "bang3/tong/du_no": printed["bang3/tong/du_no"] + 1,
        "pl1/LTH-000003/xep_loai": "strong",
    }
    wrong |= {name: (printed[name] or 0) + 1 for name in PLANTED}
    del wrong["bieu3/2017-12/von"]

    found = second.compare(wrong, "12", "2017")

    assert {one.cell for one in found.differences} == {
        "bang1/p1/A01/thuc_hien",
        "bang2/105/nu",
        "bang3/tong/du_no",
        "pl1/LTH-000003/xep_loai",
        "bieu3/2017-12/von",
        *PLANTED,
    }


def of_club(session: Session, model: Any, code: str, condition: Any) -> Any:
    """The first row of a club that answers to the condition, to be altered."""
    query = select(model).join(Club, Club.id == model.club_id).where(Club.code == code, condition)
    return session.scalars(query.order_by(model.id)).first()


def a_woman_becomes_a_man(session: Session) -> None:
    of_club(session, Member, "LTH-000001", Member.sex == "female").sex = "male"


def a_loan_grows(session: Session) -> None:
    of_club(session, Loan, "LTH-000001", Loan.due_date < date(2020, 12, 1)).amount += 90_000_000


def no_meeting_was_held(session: Session) -> None:
    for month in range(7, 10):
        of_club(session, Meeting, "LTH-000001", Meeting.report_month == date(2020, month, 1)).held = False


def nobody_is_kinh(session: Session) -> None:
    session.execute(update(Member).where(Member.ethnicity == "kinh").values(ethnicity="khac"))


def a_target_is_lowered(session: Session) -> None:
    session.execute(update(Target).where(Target.fact_id == "NT-03").values(value=19))


@pytest.mark.printing
@pytest.mark.parametrize(
    ("plant", "named"),
    [
        (a_woman_becomes_a_man, {"bang1/p1/B02/tu_so", "bang2/585/nu", "bieu2/p1/women/tu_so"}),
        (a_loan_grows, {"bang3/585/qua_han", "bang1/p1/C09/kem/amount/gia_tri"}),
        (no_meeting_was_held, {"pl1/LTH-000001/chua_dat", "chua_dat/m1", "phan6/hop"}),
        (nobody_is_kinh, {"dan_toc/kinh/nguoi", "dan_toc/khac/ty_le"}),
        (a_target_is_lowered, {"bang1/p1/A01/chi_tieu", "bang1/p1/A01/ty_le", "bang2/tong/ke_hoach"}),
    ],
)
def test_a_row_altered_behind_the_projection_is_found_and_named(second, plant, named):
    with Session(second.sample.database.writer) as session:
        plant(session)
        session.flush()
        everything = Scope(None, SYSTEM_ID, TODAY)
        made = report.province(session, everything, "58", parse("2017..2020"), today=TODAY)
        session.rollback()

    assert named <= set(second.differences(made, "58", "2017..2020"))


@pytest.fixture
def clb(sample, tmp_path, monkeypatch):
    """The command on the sample's own database."""
    address = sample.database.writer.url.render_as_string(hide_password=False)
    monkeypatch.setenv("CLB_DATA", str(tmp_path))
    monkeypatch.setenv("CLB_DATABASE_URL", address)
    shell.database.cache_clear()
    yield lambda *words: CliRunner().invoke(main, list(words), catch_exceptions=False)
    shell.database().close()
    shell.database.cache_clear()


@pytest.mark.printing
def test_the_command_ends_with_the_cells_compared_and_names_what_differs(sample, clb):
    drafted = clb("report", "draft", "12", "--period", "2017", "--calendar", "decree")
    number = re.search(r"\d+", drafted.output)
    good = clb("verify", "--report", number[0] if number else drafted.output)
    with sample.database.transaction() as session:
        woman = of_club(session, Member, "LTH-000003", Member.sex == "female")
        changed, woman.sex = woman.id, "male"
    bad = clb("verify", "12", "--period", "2017")
    with sample.database.transaction() as session:
        of_club(session, Member, "LTH-000003", Member.id == changed).sex = "female"

    assert good.exit_code == 0, good.output
    assert re.search(r"Đã so \d+ ô, 0 ô khác nhau.*cells compared, 0 different", good.output.splitlines()[-1])
    assert bad.exit_code == 1
    assert re.search(r"^Bảng 1, dòng p1/B02, cột tử số: in \d+, tính lại \d+;", bad.output, re.MULTILINE)
    assert re.search(
        r"^table 1, row p1/B02, column numerator: printed \d+, recomputed \d+;", bad.output, re.MULTILINE
    )


@dataclass(frozen=True)
class Twice:
    """A report of the country as it is printed, and as the second calculation has it."""

    printed: dict[str, Any]
    computed: verify.Computed

    def differences(self, **changed: Any) -> set[str]:
        """Names of the figures that differ once some of those printed are changed."""
        return {one.cell for one in verify.compare({**self.printed, **changed}, self.computed).differences}


@pytest.fixture(scope="module")
def twice(second: Second) -> Callable[..., Twice]:
    """The country computed twice, each report once for the module."""

    @cache
    def made(
        period: str, older_age: int | None = None, calendar: str = "calendar", shade: str = "A03"
    ) -> Twice:
        chosen = Settings(older_age=older_age, calendar=calendar)
        with second.sample.database.reading() as session:
            everything = Scope(None, SYSTEM_ID, TODAY)
            report = nation.nation(
                session, everything, parse(period), today=TODAY, settings=chosen, shade=shade
            )
        asked = replace(verifying.case("VN", parse(period), TODAY, None, None, chosen), shade=shade)
        return Twice(cells(report), verify.compute(second.connection, asked))

    return made


@pytest.mark.parametrize("period", ["2016..2020", "2021..2025"])
def test_the_second_calculation_agrees_with_every_figure_of_the_country(twice, period):
    found = verify.compare(twice(period).printed, twice(period).computed)

    assert found.differences == ()
    assert found.cells > 1500
    assert {name.split("/")[0] for name in twice(period).printed} == {
        *("pham_vi", "boi_canh", "bang1", "bang2", "bang3", "bieu1", "bang4", "nhom_quy", "ban_do"),
    }


@pytest.mark.printing
@pytest.mark.parametrize(
    ("period", "chosen"),
    [
        ("2021", {"shade": "C05"}),
        ("2021-05", {"shade": "D07"}),
        ("2016..2020", {"calendar": "decree", "shade": "A06"}),
        ("2026", {}),
    ],
)
def test_the_second_calculation_agrees_about_the_country_under_settings(twice, period, chosen):
    """A month of which clubs sent nothing that met the month before; visits in a month that is not over by the decree;
    a year under way with only the clubs of earlier ones."""
    assert twice(period, **chosen).differences() == set()


ADDED_TO = (
    *("bang3/58/thanh_vien", "bang3/34/hoat_dong", "bang3/tong/quy", "bang3/12/nu/mau_so"),
    *("bang3/tong/d07/tu_so", "bang3/58/ke_hoach", "bang1/p1/NB-05/chi_tieu", "bang1/p1/NB-06/mau_so"),
    *("bang1/p1/NB-13/khao_sat", "bang1/p1/tinh", "bang2/p1/D07/thuc_hien", "bang4/qua_han/so_lieu"),
    *("bieu1/women/gia_tri", "nhom_quy/0-20000000/clb", "ban_do/12/gia_tri", "ban_do/chu_giai/1/den"),
    *("pham_vi/tinh_co_clb", "boi_canh/older_age_threshold/2016-01-01"),
)
"""Figures of every table of the country, to each of which 1 is added."""


def test_a_figure_changed_in_the_report_of_the_country_is_found_and_named(twice):
    """A province's figure, a total, what a share is made of, a goal, a verdict, and a figure withheld without need."""
    made = twice("2016..2020")
    wrong = {name: made.printed[name] + 1 for name in ADDED_TO}
    wrong |= {"bang1/p1/NB-01/danh_gia": "dat", "bang2/p1/A03/danh_gia": "gan_dat"}
    wrong |= {"bang3/58/nu/gia_tri": MASKED, "pham_vi/ngay_chot": "2026-11-21", "bang3/01/hien_co": None}

    assert made.differences(**wrong) == set(wrong)


def test_a_share_of_few_persons_shown_in_the_table_of_provinces_is_found(twice):
    """From 80 years on there are four in Thái Bình; the five of Lai Châu are withheld beside them."""
    made = twice("2018", older_age=80)
    column = "bang3/34/cao_tuoi"
    row = {f"{column}/{key}": made.computed.cells[f"{column}/{key}"] for key in ("tu_so", "mau_so")}

    assert made.differences() == set()
    assert made.printed[f"{column}/gia_tri"] == made.printed["bang3/12/cao_tuoi/gia_tri"] == MASKED
    assert row == {f"{column}/tu_so": 4, f"{column}/mau_so": 458}
    assert made.differences(**row) == set(row)
    assert made.differences(**{f"{column}/gia_tri": Decimal(400) / 458}) == {f"{column}/gia_tri"}


def a_part_that_is_kept_is_wrong(session: Session) -> None:
    """One club more stands in what is kept of a club."""
    wanted = nation.wanted(session, parse("2016..2020"))
    club_id, numbers = next(iter(rollup.outdated(session, wanted, TODAY).items()))
    for one in rollup.worked_out(session, wanted, TODAY, {club_id: numbers}):
        more = re.sub(r"\d+", lambda n: str(int(n[0]) + 1), one.numbers, count=1)
        rollup.keep(session, [replace(one, numbers=more)])


def the_country_asks_for_less(session: Session) -> None:
    session.execute(update(Target).where(Target.fact_id == "NB-07").values(value=3000))


@pytest.mark.printing
@pytest.mark.parametrize(
    ("plant", "named"),
    [
        (a_woman_becomes_a_man, {"bang3/58/nu/tu_so", "bang3/tong/nu/gia_tri", "bang1/p1/NB-11/tu_so"}),
        (a_loan_grows, {"bang4/qua_han/so_lieu", "bang2/p1/C09/thuc_hien"}),
        (no_meeting_was_held, {"bang2/p1/D01/thuc_hien", "bang3/58/d07/tu_so"}),
        (the_country_asks_for_less, {"bang1/p1/NB-07/chi_tieu", "bang1/p1/NB-07/danh_gia"}),
        (a_part_that_is_kept_is_wrong, {"bang3/tong/hien_co", "bang1/p1/NB-05/thuc_hien"}),
    ],
)
def test_a_row_altered_behind_the_projection_shows_in_the_report_of_the_country(sample, twice, plant, named):
    with Session(sample.database.writer) as session:
        plant(session)
        session.flush()
        everything = Scope(None, SYSTEM_ID, TODAY)
        made = nation.nation(session, everything, parse("2016..2020"), today=TODAY)
        session.rollback()

    assert named <= Twice(cells(made), twice("2016..2020").computed).differences()


@pytest.mark.printing
def test_the_command_verifies_the_country_and_a_paper_of_it(sample, clb):
    drafted = clb("report", "draft", "VN", "--period", "2018", "--older-age", "80")
    good = clb("verify", "--report", re.search(r"\d+", drafted.output)[0])
    with sample.database.transaction() as session:
        session.execute(update(Target).where(Target.fact_id == "NB-01").values(value=1201))
    bad = clb("verify", "--report", re.search(r"\d+", drafted.output)[0])
    with sample.database.transaction() as session:
        session.execute(update(Target).where(Target.fact_id == "NB-01").values(value=1200))

    assert good.exit_code == 0, good.output
    assert re.search(r"Đã so \d+ ô, 0 ô khác nhau.*cells compared, 0 different", good.output.splitlines()[-1])
    assert bad.exit_code == 1
    assert "Bảng 1, dòng p1/NB-01, cột chỉ tiêu giao: in 1200, tính lại 1201; xem target.csv" in bad.output
    assert "table 1, row p1/NB-01, column rate (%)" in bad.output


@pytest.mark.printing
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("VN", "--period", "2020", "--cut-off", "2021-01-10"), "luôn chốt số liệu vào ngày lập"),
        (("VN", "--period", "2030"), "chưa bắt đầu"),
        (("VN", "--period", "hai nghìn"), "Không hiểu kỳ báo cáo"),
        (("V1", "--period", "2020"), "V1"),
        (("VN",), "Ghi CODE và --period"),
    ],
)
def test_what_cannot_be_verified_is_said_in_both_languages(sample, clb, words, told):
    refused = clb("verify", *words)

    assert refused.exit_code not in (0, 1) or "cells compared" not in refused.output
    assert told in refused.output
    assert len(refused.output.strip().splitlines()) >= 2


def test_the_sample_tells_of_care_health_help_and_what_members_say(sample):
    """Ninh Thuận 2020, with its survey of eight members in every second club."""
    made = sample.report("58", "2020")

    told = {row.code: row for group in made.tables[0].groups for row in group.rows}
    for code in ("D02", "D03", "D11", "D12", "D13", "D14", "D16", "C07", "C08", "C09", "E03", "E04"):
        assert told[code].actual.is_known, code
    assert told["E01"].actual.is_withheld  # Four of thirteen borrowers.
    assert told["E03"].actual.denominator == told["E03"].actual.parts["clubs"].value * demo.INTERVIEWS
    low, high = told["E03"].actual.interval
    assert low < told["E03"].actual.value < high


def test_a_year_by_the_decree_differs_from_the_calendar_year_and_keeps_its_plan(sample):
    with sample.database.reading() as session:
        made = report.province(
            session,
            Scope(None, SYSTEM_ID, TODAY),
            "58",
            parse("2021"),
            today=TODAY,
            settings=Settings(calendar="decree"),
        )

    assert made.total.plan == 10
    assert made.scope.period.first == date(2020, 12, 15)
    assert made.fund_chart[0].month == date(2020, 12, 1)
    assert made.row("D02").actual.value != sample.report("58", "2021").row("D02").actual.value


def test_the_map_the_heat_table_and_the_annexes_hold_every_club(sample):
    """Twenty clubs; one of those whose longitude and latitude were exchanged is drawn at its commune."""
    made = sample.report("58", "2017..2020")

    drawn = [site for site in made.sketch.sites if site.club]
    assert len(drawn) + made.sketch.unplaced == len(made.activities.heat.rows) == 20
    assert len(made.club_funds) == 21
    assert made.club_funds[-1].income.closing == made.total.fund
    assert sum(clubs for _, clubs in made.sketch.rows) == 20
    assert sum(not site.is_measured for site in drawn) == 1
    assert [row.plan for row in made.outlook.rows] == [4, 3, 3, 10]
    assert made.activities.survey.interviews == 80


@pytest.mark.printing
def test_every_sum_of_the_workbook_is_the_figure_of_the_report(sample):
    made = sample.report("12", "2017..2020")
    book = read(workbook.province(made, TODAY))

    computed = book.computed()
    assert len(computed) > 100
    assert {place: pair for place, pair in computed.items() if pair[0] != pytest.approx(pair[1])} == {}
    units, funds, total = (
        book.row("Bảng 2", "Tổng cộng"),
        book.row("Bảng 3", "Tổng cộng"),
        book.rows("Phụ lục II")[1 + len(made.club_funds)],
    )
    assert units[3:7:3] == [made.total.founded, made.total.members]
    assert units[7] == pytest.approx(float(made.total.women))
    assert funds[2:10] == [
        getattr(made.funds[-1], name)
        for name in (
            "opening",
            "added",
            "disbursed",
            "repaid",
            "outstanding",
            "overdue",
            "interest",
            "closing",
        )
    ]
    assert total[3:7] == [
        getattr(made.club_funds[-1].income, name) for name in ("opening", "came", "went", "closing")
    ]


@pytest.mark.printing
@pytest.mark.parametrize(("code", "period"), [("58", "2021"), ("12", "2017..2020")])
def test_every_figure_is_the_sum_of_its_clubs(sample, code, period):
    """All indicators over the province and each of its units, the columns of table 3, and every row of table 1."""
    made = sample.report(code, period)
    with sample.database.reading() as session:
        source = report.sources(session, Scope(None, SYSTEM_ID, TODAY), code, parse(period), today=TODAY)
    units = [row.unit.code if row.unit else row.kind for row in made.units]
    asked = [Asked(indicator) for indicator in REGISTER]
    asked += [Asked(indicator, "unit", unit=one) for one in units for indicator in REGISTER]
    asked += [Asked(of, column, unit=one) for one in units for column, of in FUND_COLUMNS.items()]
    asked += [
        Asked("D04", part, row=row.code)
        for row in made.activities.areas
        for part in ("area_clubs", "area_times")
    ]
    rows = [
        (n, row) for n, table in enumerate(made.tables, 1) for group in table.groups for row in group.rows
    ]
    asked += [Asked(row.code, "actual", f"{n}.{row.number}") for n, row in rows]
    asked += [
        Asked(row.code, "cumulative", f"{n}.{row.number}") for n, row in rows if row.cumulative is not None
    ]

    differing = []
    for one in asked:
        found = figures.figure(source, one)
        for part in found.made_of or (found,):
            if part.total != part.value.value and part.numerator != part.value.numerator:
                differing.append((one, part.total, part.value.value))
    assert differing == []
    assert len(asked) > 450


def test_a_figure_traced_is_the_one_that_the_report_prints(sample):
    """Ninh Thuận 2021: tables 1, 2, 3 and 4."""
    made = sample.report("58", "2021")
    with sample.database.reading() as session:
        source = report.sources(session, Scope(None, SYSTEM_ID, TODAY), "58", parse("2021"), today=TODAY)

    def traced(*asked: str, unit: str = "total"):
        return figures.figure(source, Asked(*asked, unit=unit)).total

    for n, table in enumerate(made.tables, 1):
        for row in (row for group in table.groups for row in group.rows):
            found = figures.figure(source, Asked(row.code, "actual", f"{n}.{row.number}"))
            assert found.shown == row.actual.value, row.code
            if row.cumulative is not None:
                found = figures.figure(source, Asked(row.code, "cumulative", f"{n}.{row.number}"))
                assert found.shown == row.cumulative, row.code
    for row in made.units:
        unit = row.unit.code if row.unit else row.kind
        assert traced("A01", "unit", unit=unit) == row.founded
        assert traced("A03", "active", unit=unit) == row.active
        assert traced("C06", "unit", unit=unit) == row.fund
        assert traced("D07", "unit", unit=unit) == row.full_and_well
    for row in made.funds:
        unit = row.unit.code if row.unit else row.kind
        for column, code in FUND_COLUMNS.items():
            assert traced(code, column, unit=unit) == getattr(row, column), (unit, column)
    for row in made.activities.areas:
        assert traced("D04", "area_clubs", row.code) == row.clubs
        assert traced("D04", "area_times", row.code) == row.times


def the_nation(sample: Sample, period: str, as_of: date | None = None) -> NationReport:
    with sample.database.reading() as session:
        everything = Scope(None, SYSTEM_ID, TODAY)
        return nation.nation(session, everything, parse(period), today=TODAY, geography_as_of=as_of)


SAME = ("plan", "founded", "standing", "active", "members", "women", "older", "borrowed", "fund")


@pytest.mark.parametrize(
    ("period", "as_of", "codes"),
    [
        ("2017..2020", None, ("12", "34", "58")),
        ("2018", None, ("12", "34", "58")),
        ("2021", None, ("12", "34", "58")),
        ("2022-H1", None, ("58",)),
        ("2021..2025", date(2025, 12, 31), ("12", "33", "56")),
    ],
)
def test_each_province_stands_in_the_countrys_table_as_in_its_own_report(sample, period, as_of, codes):
    table = {row.unit.code: row for row in the_nation(sample, period, as_of).listed}

    for code in codes:
        row, own = table[code], sample.report(code, period, as_of).total
        for name in (*SAME, "full_and_well", "not_yet"):
            assert getattr(row, name) == getattr(own, name), (code, name)
        assert row.silent == own.missing, code
    held = [row.unit.code for row in table.values() if not row.is_empty]
    assert set(held) <= {"12", "33", "34", "56", "58"}


def test_the_countrys_total_is_counted_again_and_not_averaged(sample):
    made = the_nation(sample, "2017..2020")

    held = [row for row in made.listed if not row.is_empty]
    assert [row.unit.code for row in held] == ["12", "34", "58"]
    assert made.total.members == sum(row.members for row in held)
    assert made.total.fund == sum(row.fund for row in held)
    women = sum(row.women * row.members for row in held) / made.total.members
    assert abs(made.total.women - women) < Decimal("0.0001")
    assert made.total.women != sum(row.women for row in held) / len(held)


def test_both_phases_stand_in_the_countrys_report_with_every_stated_target(sample):
    made = the_nation(sample, "2021..2025")

    stated = {row.goal.fact_id: row for table in made.tables for row in table.rows}
    assert set(stated) == {f"NA-{n:02}" for n in range(1, 16)} | {
        f"NB-{n:02}" for n in range(1, 19) if n not in (10, 15)
    }
    assert {fact.fact_id: int(fact.value) for fact in made.context} == {"NB-15": 10, "NB-10": 55}
    assert (stated["NB-01"].value, stated["NB-05"].value, stated["NA-02"].value) == (8, 61, 10)
    assert [(stated[one].numerator, stated[one].denominator) for one in ("NB-06", "NA-01")] == [
        (3, 63),
        (3, 34),
    ]
    assert (stated["NA-01"].goal.low, stated["NA-11"].goal.low, stated["NA-10"].verdict.status) == (
        95,
        70,
        "khong_giao",
    )
    assert [table.phase.code for table in made.tables] == ["p1", "p2"]
    clubs = next(row for row in made.beside if row.code == "A03")
    assert [cell.value for cell in clubs.cells] == [61, 71]


@pytest.mark.printing
def test_the_country_is_printed_in_both_languages_with_its_map(sample):
    made = the_nation(sample, "2016..2020")

    texts = {}
    for code in ("vi", "en"):
        with pdfplumber.open(io.BytesIO(nation.pdf(made, TODAY, code))) as opened:
            texts[code] = "".join("".join((page.extract_text() or "").split()) for page in opened.pages)
    for words in (
        "03 trên 63 tỉnh, thành phố",
        "Quần đảo Hoàng Sa",
        "Quần đảo Trường Sa",
        "DỰ THẢO",
        "1.200",
    ):
        assert words.replace(" ", "") in texts["vi"], words
    for words in ("3 of 63 provinces", "Trường Sa archipelago", "DRAFT", "1,200"):
        assert words.replace(" ", "") in texts["en"], words
    assert "None" not in texts["vi"] + texts["en"]
