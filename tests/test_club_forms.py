"""Founding and monthly meeting on the form engine of ODK Collect, offline, one form after the other."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from pyxform.xls2xform import convert

from tests.tablet import Outcome, Tablet

FOLDER = Path(__file__).parents[1] / "xlsforms"
UNITS = {"admin_unit.csv": (FOLDER / "media" / "admin_unit.csv").read_bytes()}
NINH_THUAN, NINH_SON, NHON_SON = "58@2016-01-01", "585@2016-01-01", "22831@2016-01-01"
KHANH_HOA, PHUOC_DINH = "56@2025-07-01", "22888@2025-07-01"
FOUNDING = {
    "founding_date": "2019-05-15",
    "province": NINH_THUAN,
    "district_old": NINH_SON,
    "commune": NHON_SON,
    "n_member_list": "10",
    "m_relation_board[1]": "chair",
    "m_relation_board[2]": "treasurer",
    "m_relation_board": "none",
    "scheme_phase": "p1",
    "m_sex": "female",
    "m_birth_year": "1950",
    "m_poverty_status": "poor",
    "fund_income_created": "yes",
    "fund_sources": 1,
    "fs_amount": "20000000",
    "fs_kind": "cash",
    "fund_operating_initial": "1000000",
    "loan_max": "10000000",
    "loan_term_max": "12",
}
MEETING = {
    "meeting_held": "yes",
    "n_joined": "0",
    "n_left": "0",
    "n_measures": "0",
    "n_care": "0",
    "n_loans_new": "0",
    "n_repayments": "0",
    "loan_kind": "cash",
    "if_open_right": "yes",
    "if_in": "0",
    "if_out": "0",
    "written_off": "0",
    "of_fees": "200000",
    "of_donation": "0",
    "of_other": "0",
    "of_visit": "50000",
    "of_meeting": "0",
    "of_care": "0",
    "of_other_out": "0",
}


class Club:
    """One tablet on which a club is founded and reports month by month, without any network."""

    def __init__(self, home: Path, is_new: bool = True) -> None:
        self.tablet = Tablet("http://offline.invalid", home)
        if is_new:
            self.equip()

    def equip(self) -> None:
        for name in ("club_founding", "club_meeting"):
            xform = convert(str(FOLDER / f"{name}.xlsx"), validate=False).xform
            self.tablet.install(xform.encode(), UNITS)
        for list_name in ("clubs", "members", "loans", "care_recipients"):
            self.tablet.carry(list_name, {})

    def found(self, **answers: Any) -> Outcome:
        return self.tablet.fill("club_founding", answers=FOUNDING | answers)

    def meet(self, month: str, **answers: Any) -> Outcome:
        """Report one month; what is not named is 0 or made up. month: as 2019-06."""
        asked = MEETING | {
            "report_month": f"{month}-01",
            "meeting_date": f"{month}-20",
            "paid_on": f"{month}-20",
        }
        asked |= {"next_meeting": "2026-12-30"} | answers
        return self.tablet.fill("club_meeting", answers=asked)

    def answers(self) -> dict[str, str]:
        """The answers of the last form finalised."""
        return self.tablet.answers(self.tablet.ledger()[-1].instance_id)

    def rows(self, list_name: str) -> list[dict[str, Any]]:
        return [entity | entity["properties"] for entity in self.tablet.entities(list_name).values()]

    def club(self) -> dict[str, Any]:
        return self.rows("clubs")[0]


@pytest.fixture(scope="module")
def founded_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("founded")
    assert Club(home).found().problems == []
    return home


@pytest.fixture
def club(tmp_path: Path) -> Club:
    return Club(tmp_path)


@pytest.fixture
def founded(founded_once: Path, tmp_path: Path) -> Club:
    shutil.copytree(founded_once, tmp_path, dirs_exist_ok=True)
    return Club(tmp_path, is_new=False)


def lend(club: Club, month: str, amount: str, **answers: Any) -> None:
    club.meet(month, n_loans_new="1", amount=amount, **{"term_months": "6", "voted": "yes"} | answers)


# -- founding


def test_founding_puts_the_club_and_its_members_into_the_lists(club):
    outcome = club.found()

    assert outcome.problems == []
    assert outcome.refused == []
    assert [row["commune_code"] for row in club.rows("clubs")] == [NHON_SON]
    assert club.club()["open_cash"] == "20000000"
    members = club.rows("members")
    assert [row["member_no"] for row in members] == [str(number) for number in range(1, 11)]
    assert {row["club_id"] for row in members} == {club.club()["id"]}
    assert {row["joined_on"] for row in members} == {"2019-05-15"}


def test_the_form_counts_its_members(founded):
    answers = founded.answers()

    assert (answers["n_members"], answers["n_women"], answers["n_disadvantaged"]) == ("10", "10", "10")
    assert (answers["n_older55"], answers["n_older60"], answers["n_young"]) == ("10", "10", "0")
    assert (answers["n_board"], answers["pct_women"]) == ("2", "100")
    assert "w_women" in answers


def test_only_units_in_force_on_the_founding_day_are_offered(club):
    outcome = club.found(founding_date="2026-01-15", district_old=None)

    assert [refusal["answer"] for refusal in outcome.refused] == [NINH_THUAN]


def test_a_club_founded_after_the_reform_lies_in_a_new_commune(club):
    club.found(founding_date="2026-01-15", province=KHANH_HOA, district_old=None, commune=PHUOC_DINH)

    assert club.club()["commune_code"] == PHUOC_DINH
    assert "district_old" not in club.answers()


def test_a_club_older_than_the_register_finds_its_commune(club):
    outcome = club.found(founding_date="2008-03-01")

    assert outcome.problems == []
    assert club.club()["commune_code"] == NHON_SON


def test_a_club_has_one_chair_and_one_treasurer(club):
    outcome = club.found(**{"m_relation_board[2]": "deputy"})

    assert "chair_phone" in outcome.problems[0]
    assert club.rows("clubs") == []


def test_a_fund_below_the_level_of_the_province_is_remarked_not_refused(club):
    outcome = club.found(fs_amount="15000000")

    assert outcome.problems == []
    assert "w_fund_income" in club.answers()


# -- meetings


def test_a_loan_is_due_after_its_term_and_appears_in_the_list(founded):
    lend(founded, "2019-06", "5000000", term_months="8")

    loan = founded.rows("loans")[0]
    assert (loan["outstanding"], loan["due_date"], loan["status"]) == ("5000000", "2020-02-20", "open")
    assert loan["label"].endswith(" – 5.000.000 đ – 20/06/2019")
    assert loan["member_id"] in founded.tablet.entities("members")


def test_a_month_opens_with_the_closing_of_the_month_before(founded):
    lend(founded, "2019-06", "5000000", if_in="3000000")

    founded.meet("2019-07")

    answers = founded.answers()
    # 20 + 3 - 5 = 18 million in cash, 5 million lent; 1.000.000 + 2 × (200.000 - 50.000) in the operating fund
    assert (answers["if_open_cash"], answers["if_open_loans"]) == ("18000000", "5000000")
    assert (answers["of_open"], answers["of_close"]) == ("1150000", "1300000")
    assert founded.club()["last_report_month"] == "2019-07-01"


def test_an_opening_is_corrected_with_a_reason(founded):
    wrong = founded.meet("2019-06", if_open_right="no", if_open_cash_fixed="19500000", if_open_reason=None)
    founded.meet("2019-06", if_open_right="no", if_open_cash_fixed="19500000", if_open_loans_fixed="0")

    assert "if_open_reason" in wrong.problems[0]
    assert founded.answers()["if_close_cash"] == "19500000"


def test_a_repayment_lowers_the_debt_and_its_interest_enters_the_operating_fund(founded):
    lend(founded, "2019-06", "5000000")

    founded.meet("2019-07", n_repayments="1", principal="2000000", interest="40000", rescheduled_to=None)

    answers, loan = founded.answers(), founded.rows("loans")[0]
    assert (loan["outstanding"], loan["status"], loan["due_date"]) == ("3000000", "open", "2019-12-20")
    assert (answers["if_close_cash"], answers["if_close_loans"]) == ("17000000", "3000000")
    assert (answers["of_interest"], answers["of_close"]) == ("40000", "1340000")


def test_more_than_the_debt_cannot_be_repaid(founded):
    lend(founded, "2019-06", "5000000")

    outcome = founded.meet("2019-07", n_repayments="1", principal="6000000", interest="0")

    assert [refusal["reason"] for refusal in outcome.refused] == ["constraint"]


def test_a_loan_above_the_rule_of_the_club_is_refused(founded):
    outcome = founded.meet("2019-06", n_loans_new="1", amount="12000000")

    assert [refusal["answer"] for refusal in outcome.refused] == ["12000000"]


def test_debts_past_their_day_are_counted_until_rescheduled(founded):
    lend(founded, "2019-06", "5000000", term_months="1")

    founded.meet("2019-08")
    late = founded.answers()
    founded.meet("2019-09", n_repayments="1", principal="0", interest="0", rescheduled_to="2020-03-01")
    agreed = founded.answers()

    assert (late["n_overdue"], late["amount_overdue"]) == ("1", "5000000")
    assert (agreed["n_overdue"], agreed["amount_overdue"]) == ("0", "0")
    assert founded.rows("loans")[0]["due_date"] == "2020-03-01"


def test_a_loan_written_off_leaves_the_books(founded):
    lend(founded, "2019-06", "5000000")
    loan = founded.rows("loans")[0]["id"]

    founded.meet("2019-07", written_off="5000000", written_off_loans=loan)

    assert founded.rows("loans")[0]["status"] == "written_off"
    assert founded.answers()["if_close_loans"] == "0"


def test_joining_and_leaving_change_the_member_list(founded):
    gone = founded.rows("members")[4]["id"]

    founded.meet(
        "2019-06", n_joined="2", n_left="1", left_member=gone, left_reason="died", left_date="2019-06-02"
    )

    members = {row["id"]: row for row in founded.rows("members")}
    assert (members[gone]["status"], members[gone]["left_on"]) == ("died", "2019-06-02")
    assert members[gone]["full_name"]
    assert [row["joined_on"] for row in members.values()][-2:] == ["2019-06-20", "2019-06-20"]
    assert founded.club()["n_members"] == "11"


def test_nobody_leaves_twice(founded):
    gone = founded.rows("members")[4]["id"]

    outcome = founded.meet("2019-06", n_left="2", left_member=gone)

    assert [refusal["reason"] for refusal in outcome.refused] == ["value"]


def test_a_new_care_recipient_can_be_chosen_the_month_after(founded):
    founded.meet("2019-06", a3_done="yes", n_care="1", recipient_new="yes", r_is_member="no")
    known = founded.rows("care_recipients")[0]

    founded.meet("2019-07", a3_done="yes", n_care="1", recipient_new="no", visits="7")

    assert known["club_id"] == founded.club()["id"]
    assert founded.answers()["recipient"] == known["id"]
    assert founded.answers()["n_visits"] == "7"
    assert len(founded.rows("care_recipients")) == 1


def test_a_recipient_who_needs_no_more_care_is_not_offered_again(founded):
    founded.meet("2019-06", a3_done="yes", n_care="1", recipient_new="yes", r_full_name="Đàng Thị Mai")
    founded.meet("2019-07", a3_done="yes", n_care="1", recipient_new="no", care_continues="no")

    outcome = founded.meet("2019-08", a3_done="yes", n_care="1", recipient_new="no")

    ended = founded.rows("care_recipients")[0]
    assert (ended["status"], ended["label"], ended["full_name"]) == ("ended", "Đàng Thị Mai", "Đàng Thị Mai")
    assert [refusal["reason"] for refusal in outcome.refused] == ["constraint"]


def test_a_person_already_on_the_list_is_remarked(founded):
    known = founded.rows("members")[4]

    founded.meet("2019-06", n_joined="1", j_full_name=known["full_name"], j_birth_year=known["birth_year"])

    assert "w_joined_known" in founded.answers()


def test_a_month_without_meeting_still_keeps_the_books(founded):
    outcome = founded.meet("2019-06", meeting_held="no", if_in="1000000")

    answers = founded.answers()
    assert outcome.problems == []
    assert "present" not in answers
    assert "meeting_date" not in answers
    assert answers["book_date"] == "2019-06-30"
    assert answers["if_close_cash"] == "21000000"


def test_a_late_report_leaves_the_newer_figures_alone(founded):
    founded.meet("2019-08", if_in="1000000")

    founded.meet("2019-07", if_in="500000")

    assert "w_month_late" in founded.answers()
    assert founded.club()["last_report_month"] == "2019-08-01"
    assert founded.club()["open_cash"] == "21000000"


def test_the_meeting_lies_in_the_month_reported(founded):
    outcome = founded.meet("2019-06", meeting_date="2019-07-01")

    assert [refusal["answer"] for refusal in outcome.refused] == ["2019-07-01"]


def test_whatever_is_answered_a_form_can_be_finished(club):
    board = {name: FOUNDING[name] for name in FOUNDING if name.startswith("m_relation_board")}
    foundings = club.tablet.fill("club_founding", answers=board, submissions=4, seed=7)
    meetings = club.tablet.fill("club_meeting", submissions=6, seed=7)

    assert (foundings.problems, foundings.counts["finalised"]) == ([], 4)
    assert (meetings.problems, meetings.counts["finalised"]) == ([], 6)
