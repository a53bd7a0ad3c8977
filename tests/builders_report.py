"""A province report made by hand, for tests of its pages: real dataclasses, invented figures."""

from datetime import date
from decimal import Decimal

from reports.facts import ContextFact, Geography, Training, Unit
from reports.indicators.base import Value
from reports.issuing import IssuingBody
from reports.period import add_months, parse
from reports.province import (
    BandBar,
    ClubName,
    ClubRow,
    Composition,
    FundBand,
    FundPoint,
    FundRow,
    Goal,
    Header,
    LegalBasis,
    Method,
    PhaseTable,
    PlanBar,
    ProvinceReport,
    RowGroup,
    Scope,
    Steering,
    TargetRow,
    Unbalanced,
    UnitRow,
    Verdict,
)
from reports.standards import Phase

PERIOD = parse("2017..2020")
BODY = IssuingBody(
    date(2016, 1, 1),
    "UBND tỉnh Ninh Thuận",
    "Sở Lao động - Thương binh và Xã hội",
    "BC-SLĐTBXH",
    "GIÁM ĐỐC",
    ("UBND tỉnh (b/c)", "Hội NCT Việt Nam (b/c)", "Lưu: VT, BTXH"),
)
NAMES = ("Thành phố Phan Rang - Tháp Chàm", "Huyện Bác Ái", "Huyện Ninh Sơn", "Huyện Ninh Hải")
UNITS = tuple(
    Unit(n, str(582 + n), date(2016, 1, 1), None, "d", "huyen", name.split(" ", 1)[1], name, 58)
    for n, name in enumerate(NAMES)
)
PROVINCE = Unit(
    58, "58", date(2016, 1, 1), date(2025, 6, 30), "p", "tinh", "Ninh Thuận", "Tỉnh Ninh Thuận", None
)
REACHED = Verdict("dat", "green", Decimal(100), None)
BEYOND = Verdict("dat", "green", Decimal("136.6667"), Decimal("36.6667"))
UNKNOWN = Verdict("chua_co_so_lieu", "grey")
INSIDE = Verdict("trong_khung", "green")


def phase() -> Phase:
    """P1 without rules: pages only print its name."""
    return Phase("p1", "Giai đoạn 2016–2020", "2016–2020", date(2016, 1, 1), date(2020, 12, 31), 55)


def header(**changes: object) -> Header:
    """A draft unless number and issued_on are given."""
    return Header(**({"issuing": BODY, "place": "Ninh Thuận"} | changes))  # type: ignore[arg-type]


def scope(**changes: object) -> Scope:
    """20 clubs in the old geography."""
    geography = Geography(PERIOD.last, PROVINCE, None, UNITS, (), {})
    given = {
        "period": PERIOD,
        "geography": geography,
        "area_vi": "tỉnh Ninh Thuận",
        "area_en": "Ninh Thuận province",
        "geography_vi": "theo địa giới trước 01/7/2025",
        "geography_en": "in the boundaries before 1 July 2025",
        "row_level": "d",
        "cut_off": date(2021, 1, 10),
        "clubs": 20,
        "silent": (),
        "late": (ClubName("LTH-000004", "CLB LTHTGN Khu phố 3", "Phường Đông Hải"),),
        "undecided": (),
    }
    return Scope(**(given | changes))  # type: ignore[arg-type]


def target_row(
    number: str, code: str, name: str, unit: str, value: int | None, goal: Goal | None, verdict: Verdict
):
    """A row of table 1 with the same figure for period and cumulative."""
    return TargetRow(
        number,
        code,
        name,
        name,
        unit,
        1 if unit == "percent" else 0,
        goal,
        Value(code, value, unit),
        value,
        None,
        None,
        verdict,
    )


def tables() -> tuple[PhaseTable, ...]:
    """Table 1 with a count, a band, a share without data, and money."""
    plan = Goal("=", Decimal(20), None, "club", "target")
    band = Goal("range", Decimal(60), Decimal(70), "percent", "rule")
    groups = (
        RowGroup(
            "number",
            "Số lượng",
            "Numbers",
            (
                target_row("1", "A01", "Số CLB thành lập mới", "club", 20, plan, REACHED),
                target_row(
                    "2",
                    "A03",
                    "Số CLB đang hoạt động (lũy kế)",
                    "club",
                    19,
                    None,
                    Verdict("khong_giao", "grey"),
                ),
            ),
        ),
        RowGroup(
            "quality",
            "Chất lượng",
            "Quality",
            (
                target_row("3", "B02", "Tỷ lệ nữ", "percent", 66, band, INSIDE),
                target_row(
                    "4",
                    "D07",
                    "Tỷ lệ CLB thực hiện đủ các hoạt động và được quản lý tốt",
                    "percent",
                    None,
                    Goal(">=", Decimal(70), None, "percent", "nation"),
                    UNKNOWN,
                ),
            ),
        ),
        RowGroup(
            "fund",
            "Quỹ",
            "Funds",
            (
                target_row(
                    "5",
                    "C06",
                    "Tổng Quỹ tăng thu nhập",
                    "VND",
                    512_500_000,
                    None,
                    Verdict("khong_giao", "grey"),
                ),
            ),
        ),
    )
    return (PhaseTable(phase(), PERIOD, groups),)


def unit_rows() -> tuple[UnitRow, ...]:
    """Table 2: one unit without a club, one beyond plan, and the total."""
    plans, founded = (5, 0, 3, 12), (5, 0, 4, 11)
    rows = [
        UnitRow(
            "unit",
            unit,
            plan,
            done,
            BEYOND if done > plan else REACHED,
            done,
            done,
            done * 56,
            Decimal(66) if done else None,
            Decimal("67.2") if done else None,
            Decimal(31) if done else None,
            done * 25_000_000 if done else None,
            Decimal(40) if done else None,
            0,
            0,
        )
        for unit, plan, done in zip(UNITS, plans, founded, strict=True)
    ]
    total = UnitRow(
        "total",
        None,
        20,
        20,
        REACHED,
        20,
        19,
        1120,
        Decimal("66.1"),
        Decimal("67.2"),
        Decimal(31),
        500_000_000,
        Decimal(40),
        1,
        0,
    )
    return (*rows, total)


def fund_rows() -> tuple[FundRow, ...]:
    """Table 3, one unit silent."""
    rows = [
        FundRow(
            "unit", unit, 5, 0, 125_000_000, 80_000_000, 30_000_000, 50_000_000, 0, 2_500_000, 130_000_000, 0
        )
        for unit in UNITS[:3]
    ]
    silent = FundRow("unit", UNITS[3], 1, None, None, None, None, None, None, None, None, 1)
    total = FundRow(
        "total", None, 16, 0, 375_000_000, 240_000_000, 90_000_000, 150_000_000, 0, 7_500_000, 390_000_000, 1
    )
    return (*rows, silent, total)


def club_row(number: int) -> ClubRow:
    """A club of Phụ lục I."""
    return ClubRow(
        number,
        f"LTH-{number:06}",
        f"CLB LTHTGN Khu phố {number}",
        f"Khu phố {number}",
        "Phường Đông Hải, TP Phan Rang - Tháp Chàm",
        "Phường Đông Hải",
        UNITS[0],
        date(2017, 4, 5),
        "12/QĐ-UBND",
        "Nguyễn Thị Hường",
        56,
        25_000_000,
        12_500_000,
        "average",
        ("a3", "m2"),
    )


def province_report(**changes: object) -> ProvinceReport:
    """The whole report."""
    bars = (
        BandBar(
            "size",
            "Số thành viên một CLB",
            "Members a club",
            "person",
            Decimal(56),
            1120,
            20,
            Decimal(50),
            Decimal(70),
            INSIDE,
        ),
        BandBar("women", "Nữ", "Women", "percent", Decimal(66), 740, 1120, Decimal(60), Decimal(70), INSIDE),
        BandBar(
            "older",
            "Người cao tuổi",
            "Older",
            "percent",
            Decimal(68),
            760,
            1120,
            Decimal(70),
            None,
            Verdict("duoi_khung", "amber"),
        ),
        BandBar(
            "young",
            "Người trẻ",
            "Young",
            "percent",
            Decimal(32),
            360,
            1120,
            None,
            None,
            Verdict("khong_giao", "grey"),
        ),
    )
    months = [add_months(date(2017, 1, 1), n) for n in range(48)]
    given = {
        "header": header(),
        "scope": scope(),
        "basis": (LegalBasis("Quyết định số 1533/QĐ-TTg ngày 02/8/2016 của Thủ tướng Chính phủ"),),
        "context": (
            ContextFact(
                58, date(2017, 1, 1), date(2017, 12, 31), "older_population", "=", Decimal(27364), "person"
            ),
        ),
        "steering": Steering(
            (Training(58, None, date(2017, 7, 31), date(2017, 8, 2), 62, "tập huấn vận hành CLB"),),
            62,
            7,
            5,
            (("xa", 5), ("tinh", 2)),
        ),
        "tables": tables(),
        "units": unit_rows(),
        "plan_chart": tuple(
            PlanBar(name, plan, done)
            for name, plan, done in zip(NAMES, (5, None, 3, 12), (5, 0, 4, 11), strict=True)
        ),
        "composition": (Composition(phase(), 20, 1120, bars, 12),),
        "funds": fund_rows(),
        "fund_chart": tuple(
            FundPoint(
                month,
                (5 + n) * 10_000_000 if n > 3 else None,
                (3 + n) * 6_000_000 if n > 3 else None,
                4 + n // 3,
            )
            for n, month in enumerate(months)
        ),
        "fund_bands": (
            FundBand(None, 20_000_000, 2, Decimal(10)),
            FundBand(20_000_000, 30_000_000, 12, Decimal(60)),
            FundBand(30_000_000, None, 6, Decimal(30)),
        ),
        "unbalanced": (
            Unbalanced(
                ClubName("LTH-000004", "CLB LTHTGN Khu phố 3", "Phường Đông Hải"),
                date(2020, 12, 1),
                -150_000,
                0,
                "đếm thiếu",
            ),
        ),
        "clubs": tuple(club_row(n) for n in range(1, 31)),
        "methods": (
            Method(
                "A01",
                "Số CLB thành lập mới",
                "New clubs",
                "club",
                "flow",
                "Đếm CLB có ngày thành lập trong kỳ.",
                "",
                "club_founding",
                "Không có CLB nào: 0.",
                "",
            ),
        ),
        "failing_counts": (("a3", 9), ("m2", 3)),
        "difficulties": (("capital", 7),),
    }
    return ProvinceReport(**(given | changes))  # type: ignore[arg-type]
