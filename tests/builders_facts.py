"""Facts of a small province for tests of figures: a story says only what matters to it."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from reports.dataset import Dataset
from reports.facts import (
    Activity,
    BoardSeat,
    Club,
    Geography,
    IncomeBook,
    Loan,
    Meeting,
    Member,
    MembershipSpell,
    OperatingBook,
    Place,
    Repayment,
    Survey,
    Target,
    Unit,
)
from reports.indicators import Context
from reports.issuing import IssuingBody
from reports.period import add_months, parse
from reports.province import Header, ProvinceReport, build
from reports.standards import Phase, Rule, Standards

OPENING = date(2016, 1, 1)
BODIES = (
    IssuingBody(OPENING, "UBND {province}", "Sở Lao động", "BC-SLĐTBXH", "GIÁM ĐỐC", ("UBND {province}",)),
    IssuingBody(date(2025, 3, 1), "UBND {province}", "Sở Y tế", "BC-SYT", "GIÁM ĐỐC", ("UBND {province}",)),
)
RULES = {
    "fund_initial_min": 20_000_000,
    "fund_band_low": 20_000_000,
    "fund_band_high": 30_000_000,
    "active_months": 3,
    "window_months": 6,
    "borrowed_min_share": 50,
    "a1_min_loans": 1,
    "a1_min_outstanding_share": 50,
    "a1_min_talks": 1,
    "a2_min_meetings": 4,
    "a2_min_clinic_checks": 1,
    "a2_clinic_months": 12,
    "a3_min_volunteers": 5,
    "a3_min_months": 5,
    "a4_min_months": 4,
    "a4_min_community": 3,
    "a5_min_months": 2,
    "a6_min_meetings": 4,
    "a7_min_months": 4,
    "a8_min_months": 2,
    "m1_min_meetings": 5,
    "m2_max_difference_share": 1,
    "m3_max_overdue_share": 10,
    "m4_min_board": 5,
    "m5_min_attendance": 70,
    "m7_min_reports": 5,
    "m7_due_day": 10,
    "m8_months": 12,
    "m9_min_borrowers": 50,
    "optional_min": 3,
    "average_min_areas": 6,
    "help_month_min": 1,
    "community_month_min": 1,
    "satisfied_min_score": 4,
    "knowledge_min_score": 3,
    "rights_min_score": 5,
}
MONEY = frozenset({"fund_initial_min", "fund_band_low", "fund_band_high"})
DAYS = {"p1": (date(2016, 1, 1), date(2020, 12, 31)), "p2": (date(2021, 1, 1), date(2025, 12, 31))}
BANDS_1 = {"older": (70, None), "women": (60, 70), "disadvantaged": (60, 70)}
BANDS_2 = {"size": (50, 70), "women": (60, 70), "older": (60, 70), "young": (30, 40)}


def phase(code: str = "p1", **bands: tuple[int | None, int | None]) -> Phase:
    """P1 (2016–2020, older from 55) or P2 (2021–2025, older from 60) with the proposed rules.

    bands: low and high by rule, in the place of the phase's own bands or of other rules.
    """
    rules = {
        name: Rule(name, Decimal(low), measure="VND" if name in MONEY else "") for name, low in RULES.items()
    }
    for name, ends in (bands or (BANDS_1 if code == "p1" else BANDS_2)).items():
        low, high = (None if end is None else Decimal(end) for end in ends)
        rules[name] = Rule(name, low, high, "person" if name == "size" else "percent")
    days = DAYS[code]
    return Phase(
        code, f"Giai đoạn {code}", code, *days, 55 if code == "p1" else 60, f"Quyết định {code}", rules
    )


STANDARDS = Standards((phase("p1"), phase("p2")))
PROVINCE = Unit(58, "58", OPENING, date(2025, 6, 30), "p", "tinh", "Ninh Thuận", "Tỉnh Ninh Thuận", 1)
NATION = Unit(1, "VN", OPENING, None, "n", "quoc_gia", "Việt Nam", "Việt Nam", None)
PHAN_RANG = Unit(
    582, "582", OPENING, date(2025, 6, 30), "d", "thanh_pho", "Phan Rang - Tháp Chàm", "Thành phố …", 58
)
BAC_AI = Unit(584, "584", OPENING, date(2025, 6, 30), "d", "huyen", "Bác Ái", "Huyện Bác Ái", 58)
NINH_SON = Unit(585, "585", OPENING, date(2025, 6, 30), "d", "huyen", "Ninh Sơn", "Huyện Ninh Sơn", 58)
DISTRICTS = (PHAN_RANG, BAC_AI, NINH_SON)


def commune(number: int, is_urban: bool = False) -> Unit:
    """A commune of Phan Rang with a number for its id and code."""
    return Unit(number, str(number), OPENING, None, "c", "xa", f"Xã {number}", f"Xã {number}", 582, is_urban)


def geography(places: dict[str, Unit | None] | None = None, **changes: Any) -> Geography:
    """Ninh Thuận in old boundaries with three districts. places: club → district; clubs left out are undecided."""
    where = {
        club: Place(unit.id if unit else None, None, 58, "Xã cũ", "Xã mới")
        for club, unit in (places or {}).items()
    }
    given = {
        "as_of": date(2020, 12, 31),
        "area": PROVINCE,
        "successor": None,
        "rows": DISTRICTS,
        "communes": (),
        "places": where,
        "reform_on": date(2025, 7, 1),
    }
    return Geography(**(given | changes))  # type: ignore[arg-type]


def club(id: str = "k", founded: str = "2019-01-15", **changes: Any) -> Club:
    """A club of phase P1 that is active."""
    given = {
        "code": f"LTH-{id}",
        "name": f"CLB {id}",
        "village_kind": "thon",
        "village_name": f"Thôn {id}",
        "phase": "p1",
        "status": "active",
        "founding_date": date.fromisoformat(founded),
    }
    return Club(id=id, **(given | changes))


def member(
    id: str, club: str = "k", born: int | None = 1950, sex: str | None = "female", **changes: Any
) -> Member:
    """A woman born in 1950, of average means without hardship, on the list since 2019."""
    given = {
        "full_name": f"Nguyễn Thị {id}",
        "ethnicity": "kinh",
        "poverty_status": "average",
        "hardship": frozenset({"none"}),
        "disability": "none",
        "spells": (MembershipSpell(date(2019, 1, 15)),),
    }
    return Member(id=id, club_id=club, birth_year=born, sex=sex, **(given | changes))


def stay(joined: str, left: str | None = None) -> tuple[MembershipSpell, ...]:
    """One stay on the list."""
    return (MembershipSpell(date.fromisoformat(joined), date.fromisoformat(left) if left else None),)


def income(**changes: Any) -> IncomeBook:
    """An income fund's book: 5 million in cash, 15 lent out, counted and right."""
    given: dict[str, Any] = dict.fromkeys(
        ("open_cash", "open_loans", "added", "withdrawn", "written_off", "disbursed", "principal", "interest")
    )
    given |= {"close_cash": 5_000_000, "close_loans": 15_000_000, "difference": 0}
    return IncomeBook(**(given | changes))


def operating(**changes: Any) -> OperatingBook:
    """An operating fund's book that balances."""
    return OperatingBook(**({"opening": 900_000, "closing": 1_000_000, "difference": 0} | changes))


def activity(**changes: Any) -> Activity:
    """A month in which every area reaches its minimum."""
    given = {
        "done": {f"a{n}": True for n in range(1, 9)},
        "a1_topic": "nuôi gà",
        "n_bp": 20,
        "n_weight": 20,
        "n_clinic_check": 30,
        "n_care_vol": 5,
        "n_recipients": 3,
        "n_visits": 24,
        "n_sudden_help": 1,
        "n_community": 1,
        "a5_topics": "insurance",
        "a6_topics": "hypertension",
        "a7_kinds": "arts",
        "mob_cash": 500_000,
    }
    return Activity(**(given | changes))  # type: ignore[arg-type]


def meeting(month: str, club: str = "k", **changes: Any) -> Meeting:
    """A meeting held on the 15th with 40 of 50 present, reported on the 20th, both books in order."""
    first = date.fromisoformat(f"{month}-01")
    given = {
        "received_on": first.replace(day=20),
        "held": True,
        "meeting_date": first.replace(day=15),
        "n_on_list": 50,
        "n_present": 40,
        "has_plan": True,
        "activity": activity(),
        "income": income(),
        "operating": operating(),
    }
    return Meeting(club_id=club, month=first, **(given | changes))


def meetings(first: str, count: int, club: str = "k", **changes: Any) -> list[Meeting]:
    """So many months of meetings in a row."""
    start = date.fromisoformat(f"{first}-01")
    return [meeting(f"{add_months(start, n):%Y-%m}", club, **changes) for n in range(count)]


def loan(
    id: str,
    member: str | None,
    on: str,
    due: str | None,
    amount: int = 5_000_000,
    paid: Sequence[tuple[str, int]] = (),
    club: str = "k",
    written_off: str | None = None,
) -> Loan:
    """A loan. paid: (day, principal). written_off: the day its debt was cancelled."""
    repaid = tuple(Repayment(date.fromisoformat(day), principal, 0) for day, principal in paid)
    given = date.fromisoformat(on)
    ended = date.fromisoformat(written_off) if written_off else None
    return Loan(id, club, member, amount, given, date.fromisoformat(due) if due else None, repaid, ended)


def survey(member: str | None, on: str = "2020-11-16", club: str = "k", **changes: Any) -> Survey:
    """An interview of the round “mid”: never borrowed, as well as before, knows everything, content."""
    day = date.fromisoformat(on)
    given = {
        "round": "mid",
        "consent": True,
        "ever_loan": False,
        "income_change": "same",
        "health_change": "same",
        "k_health_score": 4,
        "k_rights_score": 8,
        "sat_overall": 5,
        "support": (4, 4, 4, 4, 4),
        "lonely": "never",
    }
    return Survey(club, member, day, day, **(given | changes))  # type: ignore[arg-type]


BOARD = tuple(
    BoardSeat(f"b{n}", f"Trần Văn {role}", role, date(2019, 1, 15))
    for n, role in enumerate(("chair", "deputy", "secretary", "accountant", "treasurer"))
)


def target(unit: Unit, period: str, indicator: str, value: float | None, **changes: Any) -> Target:
    """A stated target of clubs."""
    span = parse(period)
    given = {
        "metric": "clubs_new_target",
        "op": "=",
        "measure": "club",
        "document": "Kế hoạch số 72/KH-UBND",
        "document_date": date(2021, 1, 8),
    }
    number = None if value is None else Decimal(str(value))
    return Target(
        unit.id, unit.code, unit.level, span.first, span.last, indicator, value=number, **(given | changes)
    )


def context(data: Dataset, period: str = "2019..2020", **changes: Any) -> Context:
    """The context of an indicator for a period in P1, unless `phase` is given."""
    given = {"phase": phase("p1"), "standards": STANDARDS, "geography": geography()}
    return Context(data=data, period=parse(period), **(given | changes))


def dataset(clubs: Iterable[Club], **facts: Any) -> Dataset:
    """A dataset with everything received by the end of 2026."""
    return Dataset(clubs, **({"cut_off": date(2026, 12, 31)} | facts))


def report(
    clubs: Sequence[Club] = (),
    period: str = "2017..2020",
    where: Geography | None = None,
    standards: Standards = STANDARDS,
    header: Header | None = None,
    places: dict[str, Unit | None] | None = None,
    **facts: Any,
) -> ProvinceReport:
    """The report of Ninh Thuận from a few facts. places: club → district; without them all stand in Phan Rang."""
    found = where or geography(places if places is not None else {k.id: PHAN_RANG for k in clubs})
    return build(dataset(clubs, **facts), parse(period), standards, found, BODIES, header)
