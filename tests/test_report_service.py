"""Facts of a province from the database, with the real register and plans: whose, of when, in which boundaries."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.facts import MembershipSpell
from reports.period import parse
from server import models as m
from server.db import Database
from server.errors import UnitNotFound
from server.projection import club_unit
from server.scope import Scope
from server.services import plan, report, unit
from server.services.actor import SYSTEM_ID
from tests.builders import a_club
from tests.builders_club import DONG_HAI, ROOT, VAN_HAI, new_id

NHON_SON = "22831@2016-01-01"
QUYET_TIEN = "03388@2016-01-01"
TODAY = date(2026, 11, 22)
REFORM = date(2025, 7, 1)
EVERYTHING = Scope(None, SYSTEM_ID, TODAY)
MILLION = 1_000_000


@pytest.fixture(scope="module")
def programme(shared_database: Database) -> Iterator[Session]:
    """Register and plans, with a few clubs of Ninh Thuận and one of Lai Châu; the tests only read."""
    with Session(shared_database.writer) as session:
        unit.load(session, ROOT / "register")
        for path in sorted(
            (ROOT / "xlsforms" / "plans").glob("*.xlsx"), key=lambda p: p.name != "tieu_chuan.xlsx"
        ):
            plan.import_workbook(session, path)
        a_year_in_van_hai(session, placed(session, "Văn Hải", VAN_HAI, "2019-03-01"))
        placed(session, "Đông Hải", DONG_HAI, "2018-05-01")
        placed(session, "Nhơn Sơn", NHON_SON, "2020-02-01")
        placed(session, "Quyết Tiến", QUYET_TIEN, "2017-08-01")
        placed(session, "Bị loại", VAN_HAI, "2019-03-01").status = "rejected"
        session.commit()
        yield session


def placed(session: Session, name: str, commune: str, founded: str) -> m.Club:
    """A P1 club with 25 million, in the communes that its first one became."""
    since = date.fromisoformat(founded)
    club = a_club(session, session.scalars(select(m.Unit.id).order_by(m.Unit.id)).first(), name, since)
    club_unit.write(session.connection(), club.id, since, commune)
    club.phase, club.fund_income_initial, club.books = "p1", 25 * MILLION, "minutes operating_fund"
    return club


def sent(session: Session, club: m.Club, name: str) -> int:
    """A submission for what stands in the tables."""
    founding = session.get_one(m.Submission, club.submission_id)
    row = m.Submission(
        form_id=founding.form_id,
        instance_id=f"uuid:{new_id(name)}",
        received_at=datetime(2020, 7, 1, tzinfo=UTC),
        projection_state="done",
    )
    session.add(row)
    session.flush()
    return row.id


def a_month(session: Session, club: m.Club, month: str, received: datetime, **changes: object) -> m.Meeting:
    """One report of a month with both funds' books."""
    id = sent(session, club, f"{month}{received}")
    first = date.fromisoformat(f"{month}-01")
    given = {
        "held": True,
        "meeting_date": first.replace(day=15),
        "n_on_list": 3,
        "n_present": 2,
        "supervised": True,
    }
    given |= {"sup_level": "xa huyen", "difficulties": "capital skill", "next_plan": "Tập huấn"}
    row = m.Meeting(
        id=id, submission_id=id, club_id=club.id, report_month=first, received_at=received, **given | changes
    )
    session.add(row)
    session.flush()
    session.add(m.MeetingActivity(meeting_id=id, a1_done=True, a1_topic="nuôi gà", n_bp=2))
    session.add(
        m.IncomeFundMonth(meeting_id=id, close_cash=21 * MILLION, close_loans=4 * MILLION, difference=0)
    )
    session.flush()
    return row


def a_member(session: Session, club: m.Club, number: int, *days: tuple[str, str]) -> None:
    """A woman born in 1950. days: (joined or left, day), each told by a submission of its own."""
    who = m.Member(
        id=new_id(f"member{number}"),
        club_id=club.id,
        submission_id=club.submission_id,
        member_no=number,
        full_name=f"Nguyễn Thị {number}",
        name_key=f"nguyen thi {number}",
        sex="female",
        birth_year=1950,
        hardship="lonely sick",
        joined_on=date.fromisoformat(days[0][1]),
    )
    session.add(who)
    session.flush()
    for kind, day in days:
        told = sent(session, club, f"{number}{kind}{day}")
        on = date.fromisoformat(day)
        session.add(
            m.MembershipEvent(member_id=who.id, club_id=club.id, submission_id=told, kind=kind, on_date=on)
        )


def a_loan(session: Session, month: m.Meeting, number: int) -> None:
    """A loan of so many million to the first member, given on 15/6/2020 for half a year."""
    loan = m.Loan(
        id=new_id(f"loan{number}"),
        club_id=month.club_id,
        member_id=new_id("member1"),
        meeting_id=month.id,
        loan_no=number,
        amount=number * MILLION,
        disbursed_on=date(2020, 6, 15),
        due_date=date(2020, 12, 15),
    )
    session.add(loan)
    session.flush()


def a_year_in_van_hai(session: Session, club: m.Club) -> None:
    """One member stays, one left (two forms say it) and came back; a month sent twice, a loan in each, a late one."""
    a_member(session, club, 1, ("joined", "2019-03-01"))
    a_member(
        session,
        club,
        2,
        ("joined", "2019-03-01"),
        ("left", "2019-08-01"),
        ("left", "2019-09-01"),
        ("joined", "2020-01-01"),
    )
    chair = {"club_id": club.id, "member_id": new_id("member1"), "role": "chair"}
    session.add(m.BoardPosition(**chair, valid_from=date(2019, 3, 1)))
    first = a_month(session, club, "2020-06", datetime(2020, 6, 20, 18, tzinfo=UTC), is_current=False)
    second = a_month(session, club, "2020-06", datetime(2020, 6, 25, 18, tzinfo=UTC))
    late = a_month(session, club, "2020-07", datetime(2020, 9, 30, 17, tzinfo=UTC))
    for number, month in enumerate((first, second, late), start=1):
        a_loan(session, month, number)
    for position, paid_on in ((1, None), (2, date(2020, 7, 20))):
        paid = {"meeting_id": late.id, "position": position, "loan_id": new_id("loan2")}
        session.add(m.Repayment(**paid, principal=MILLION, paid_on=paid_on))
    session.flush()


def facts(
    session: Session, code: str = "58", period: str = "2017..2020", scope: Scope = EVERYTHING, cut_off=TODAY
):
    """The facts of a province in the boundaries of the period's end."""
    span = parse(period)
    return report.facts(session, scope, report.area(session, code, span.last), span, cut_off)


def province(session: Session, code: str, period: str, as_of: date | None = None, scope: Scope = EVERYTHING):
    """The report of a province."""
    return report.province(session, scope, code, parse(period), today=TODAY, geography_as_of=as_of)


def named(data, name: str):
    """One of the clubs by name."""
    return next(club for club in data.clubs if club.name == name)


def test_a_province_has_its_own_clubs_and_no_rejected_one(programme):
    assert sorted(k.name for k in facts(programme).clubs) == ["Nhơn Sơn", "Văn Hải", "Đông Hải"]
    assert [k.name for k in facts(programme, "12").clubs] == ["Quyết Tiến"]


def test_clubs_founded_after_the_period_are_not_in_it(programme):
    assert sorted(k.name for k in facts(programme, period="2019").clubs) == ["Văn Hải", "Đông Hải"]


def test_a_club_comes_with_its_board_and_books(programme):
    club = named(facts(programme), "Văn Hải")

    assert (club.fund_income_initial, club.books) == (25 * MILLION, {"minutes", "operating_fund"})
    assert [(seat.full_name, seat.role) for seat in club.board] == [("Nguyễn Thị 1", "chair")]


def test_stays_follow_the_events_also_when_somebody_comes_back(programme):
    data = facts(programme)
    one, two = data.members_of(named(data, "Văn Hải").id)

    assert one.spells == (MembershipSpell(date(2019, 3, 1)),)
    assert two.spells == (
        MembershipSpell(date(2019, 3, 1), date(2019, 9, 1)),
        MembershipSpell(date(2020, 1, 1)),
    )
    assert (one.hardship, one.birth_year) == ({"lonely", "sick"}, 1950)
    early = facts(programme, period="2019")
    assert [len(p.spells) for p in early.members_of(named(early, "Văn Hải").id)] == [1, 1]


def test_a_month_sent_twice_counts_once_with_the_loans_of_the_later(programme):
    data = facts(programme)
    club = named(data, "Văn Hải")

    assert [meeting.month for meeting in data.meetings_of(club.id)] == [date(2020, 6, 1), date(2020, 7, 1)]
    assert [loan.amount for loan in data.loans_of(club.id)] == [2 * MILLION, 3 * MILLION]


def test_a_month_comes_with_what_was_done_and_the_books_that_were_sent(programme):
    data = facts(programme)
    june = data.meetings_of(named(data, "Văn Hải").id)[0]

    assert june.received_on == date(2020, 6, 26), "18:00 UTC is the next day in Vietnam"
    assert (june.supervision_levels, june.difficulties, june.has_plan) == (
        {"xa", "huyen"},
        {"capital", "skill"},
        True,
    )
    assert (june.activity.done["a1"], june.activity.done["a2"], june.activity.n_bp) == (True, None, 2)
    assert (june.income.closing, june.operating) == (25 * MILLION, None)


def test_a_repayment_without_a_day_is_of_the_day_of_its_meeting(programme):
    data = facts(programme)
    loan = data.loans_of(named(data, "Văn Hải").id)[0]

    assert sorted(r.paid_on for r in loan.repayments) == [date(2020, 7, 15), date(2020, 7, 20)]
    assert (loan.outstanding(date(2020, 7, 15)), loan.outstanding(date(2020, 7, 20))) == (MILLION, 0)


def test_a_loan_comes_with_the_first_day_it_was_written_off_on(programme):
    club = named(facts(programme), "Văn Hải")
    july, june = programme.scalars(
        select(m.Meeting)
        .where(m.Meeting.club_id == club.id, m.Meeting.is_current)
        .order_by(m.Meeting.report_month.desc())
    )
    for month, day in ((july, 20), (june, 16)):
        gone = {"meeting_id": month.id, "position": 1, "loan_id": new_id("loan2")}
        programme.add(m.LoanWriteOff(**gone, written_off_on=date(2020, month.report_month.month, day)))
    programme.add(m.LoanWriteOff(meeting_id=july.id, position=2, written_off_on=date(2020, 7, 20)))
    programme.flush()

    second, third = facts(programme).loans_of(club.id)

    assert (second.written_off_on, third.written_off_on) == (date(2020, 6, 16), None)
    assert [second.outstanding(date(2020, 6, day)) for day in (15, 16)] == [2 * MILLION, 0]


def test_what_came_after_the_cut_off_is_not_in(programme):
    """The July report came on 1/10/2020, 00:00 in Vietnam."""
    before = facts(programme, cut_off=date(2020, 9, 30))
    after = facts(programme, cut_off=date(2020, 10, 1))

    assert len(before.meetings_of(named(before, "Văn Hải").id)) == 1
    assert len(before.loans_of(named(before, "Văn Hải").id)) == 1
    assert len(after.meetings_of(named(after, "Văn Hải").id)) == 2


def test_nobody_sees_clubs_outside_their_units(programme):
    ninh_son = unit.get_at(programme, "585", date(2020, 12, 31))

    assert [k.name for k in facts(programme, scope=Scope(frozenset({ninh_son.id}), 5, TODAY)).clubs] == [
        "Nhơn Sơn"
    ]
    nothing = facts(programme, scope=Scope(frozenset(), 5, TODAY))
    assert (nothing.clubs, nothing.members_of("x")) == ((), [])
    assert nothing.targets, "plans are public: they tell of no person"


def test_targets_come_with_the_paper_and_those_of_the_nation(programme):
    targets = {t.fact_id: t for t in facts(programme, "12").targets}

    assert (targets["LC-12"].value, targets["LC-12"].unit_level) == (25, "p")
    assert (targets["LC-19"].period_from, targets["LC-19"].value) == (date(2018, 1, 1), 7)
    assert (targets["NB-14"].unit_level, targets["NB-14"].value) == ("n", 80)
    assert "NT-03" not in targets


def test_sixty_two_people_were_trained_in_lai_chau(programme):
    """LC-01, LC-02; and LC-07 tells of 27.364 older people."""
    made = province(programme, "12", "2017")

    assert (made.steering.trainees, made.steering.trainings[0].starts_on) == (62, date(2017, 7, 31))
    assert {f.fact_id: f.value for f in made.context}["LC-07"] == 27364
    assert made.row("A01").goal.fact_id == "LC-13"


def test_the_plan_of_lai_chau_stands_in_its_units(programme):
    """LC-901 … LC-908 and LC-12: 3 + 4 + 3 + 2 + 4 + 3 + 4 + 2 = 25."""
    made = province(programme, "12", "2017..2020")

    assert [row.plan for row in made.units] == [3, 4, 3, 2, 4, 3, 4, 2, 25]
    assert [(row.unit.code, row.founded) for row in made.units if row.unit and row.founded] == [("105", 1)]
    assert [row.plan for row in province(programme, "12", "2020").units] == [0, 1, 1, 1, 1, 1, 1, 1, 7]


def test_old_boundaries_list_the_districts_and_the_names_of_both_times(programme):
    made = province(programme, "58", "2017..2020")

    founded = {row.unit.name: row.founded for row in made.units if row.unit}
    assert founded == {
        "Phan Rang - Tháp Chàm": 2, "Bác Ái": 0, "Ninh Sơn": 1, "Ninh Hải": 0,
        "Ninh Phước": 0, "Thuận Bắc": 0, "Thuận Nam": 0,
    }  # fmt: skip
    assert made.scope.geography_vi == "theo địa giới trước 01/7/2025"
    clubs = {row.name: row for row in made.clubs}
    assert clubs["Văn Hải"].place_old == "Phường Văn Hải, Thành phố Phan Rang - Tháp Chàm"
    assert clubs["Văn Hải"].place_new == "Phường Ninh Chử"
    assert clubs["Đông Hải"].place_new is None, "split: nobody chose yet"


def test_new_boundaries_list_the_communes_of_the_former_province_and_those_not_decided(programme):
    made = province(programme, "58", "2017..2020", REFORM)

    assert made.scope.area_vi == "địa bàn tỉnh Ninh Thuận (cũ), tỉnh Khánh Hòa"
    founded = {row.unit.full_name: row.founded for row in made.units if row.unit}
    assert len(founded) == 24
    assert {name for name, count in founded.items() if count} == {"Phường Ninh Chử", "Phường Đô Vinh"}
    assert [(row.kind, row.founded) for row in made.units[-2:]] == [("undecided", 1), ("total", 3)]
    assert (made.total.plan, made.header.issuing.name, made.header.place) == (20, "Sở Y tế", "Khánh Hòa")


def test_the_new_province_holds_the_clubs_that_came_over(programme):
    made = province(programme, "56", "2026-H1")

    assert (made.scope.area_vi, made.scope.clubs) == ("tỉnh Khánh Hòa", 3)
    assert made.scope.geography_vi == "theo địa giới hiện hành (từ 01/7/2025)"
    assert len(made.units) == 65 + 2
    assert [c.name for c in made.scope.undecided] == ["Đông Hải"]


def test_sample_data_is_called_so_also_in_the_province_that_took_it_over(programme):
    """TB-02: Thái Bình's plan is made up; on 1/7/2025 the province became part of Hưng Yên."""
    assert province(programme, "34", "2018").scope.has_invented
    assert province(programme, "33", "2026-H1").scope.has_invented
    assert not province(programme, "56", "2026-H1").scope.has_invented


def test_a_province_without_clubs_has_a_report_that_says_so(programme):
    made = province(programme, "01", "2020")

    assert (made.scope.is_empty, made.scope.row_level) == (True, "d")
    assert [row.kind for row in made.units] == ["total"]
    assert {r.actual.value for t in made.tables for g in t.groups for r in g.rows} == {None}


def test_a_report_of_days_to_come_uses_the_boundaries_of_today(programme):
    assert province(programme, "12", "2026").scope.geography.as_of == TODAY


def test_unknown_codes_and_codes_of_districts_are_refused_in_words(programme):
    with pytest.raises(UnitNotFound):
        province(programme, "99", "2020")
    with pytest.raises(report.NotAProvince, match="Ninh Sơn"):
        province(programme, "585", "2020")


def test_without_standards_the_command_that_imports_them_is_named(session):
    unit.load(session, ROOT / "register")

    with pytest.raises(report.StandardsMissing, match="clb plan import"):
        province(session, "58", "2020")


def test_without_a_font_the_report_is_refused_in_words(programme, tmp_path):
    with pytest.raises(report.NotPrintable):
        report.pdf(province(programme, "12", "2017"), TODAY, str(tmp_path))


def test_a_period_that_has_not_begun_has_no_report(programme):
    with pytest.raises(report.PeriodNotBegun, match="has not begun: 2027"):
        province(programme, "12", "2027")
