"""The survey form on the form engine of ODK Collect: what is asked, what is refused, what it changes."""

from pathlib import Path

import pytest
from pyxform.xls2xform import convert

from tests.tablet import Outcome, Tablet

WORKBOOK = Path(__file__).parents[1] / "xlsforms" / "member_survey.xlsx"

UNITS = """name,label,level,parent,code,valid_from,valid_to,province,district,urban,lat,lon
22789@2016-01-01,Xã Nhơn Sơn,c,,22789,2016-01-01,2025-06-30,,,0,,
22738@2016-01-01,Phường Đô Vinh,c,,22738,2016-01-01,2025-06-30,,,1,,
22741@2016-01-01,Phường Phước Mỹ,c,,22741,2016-01-01,2025-06-30,,,1,,
"""
HOPE, CLOSED, JOY = (f"{number}1111111-1111-4111-8111-111111111111" for number in "123")
AN, BINH, GONE = (f"{number}2222222-2222-4222-8222-222222222222" for number in "123")
CLUBS = {
    HOPE: {"label": "CLB Hy Vọng", "commune_code": "22789@2016-01-01", "status": "active"},
    CLOSED: {"label": "CLB Đã Nghỉ", "commune_code": "22741@2016-01-01", "status": "closed"},
    JOY: {"label": "CLB Vui Khỏe", "commune_code": "22738@2016-01-01", "status": "active"},
}


def person(name: str, club: str, status: str = "active") -> dict[str, str]:
    return {
        "label": name,
        "full_name": name,
        "club_id": club,
        "status": status,
        "sex": "female",
        "birth_year": "1950",
        "ethnicity": "cham",
        "hardship": "none",
        "disability": "mild",
    }


MEMBERS = {
    AN: person("Đàng Thị An", HOPE),
    BINH: person("Trần Văn Bình", JOY),
    GONE: person("Lê Thị Ca", HOPE, status="left"),
}


class Interview:
    """The form on one tablet that carries three clubs and three members."""

    def __init__(self, xform: bytes, home: Path) -> None:
        self.tablet = Tablet("http://offline.invalid", home)
        self.tablet.install(xform, {"admin_unit.csv": UNITS.encode()})
        self.tablet.carry("clubs", CLUBS)
        self.tablet.carry("members", MEMBERS)

    def answer(self, **answers: object) -> Outcome:
        """Fill one form: question name -> answer; what is not named is made up."""
        standard: dict[str, object] = {
            "commune": "22789@2016-01-01",
            "club": HOPE,
            "member": AN,
            "consent": "yes",
        }
        return self.tablet.fill(answers={**standard, **answers})

    def answers(self) -> dict[str, str]:
        """The last form filled: question name -> answer; a question not asked is absent."""
        return self.tablet.answers(self.tablet.ledger()[-1].instance_id)


def not_offered(outcome: Outcome) -> set[str]:
    """Answers that stood in no list of choices at that moment."""
    return {refusal["answer"] for refusal in outcome.refused if refusal["reason"] == "value"}


@pytest.fixture(scope="module")
def xform() -> bytes:
    return convert(WORKBOOK, validate=False).xform.encode()


@pytest.fixture
def interview(xform: bytes, tmp_path: Path) -> Interview:
    return Interview(xform, tmp_path)


def test_a_member_who_does_not_agree_is_asked_nothing_more(interview):
    outcome = interview.answer(consent="no")

    answers = interview.answers()
    assert outcome.problems == []
    assert answers["member"] == AN
    assert answers["sign"].endswith(".jpg")
    assert not {"pre_name", "respondent", "marital", "k_rights_score", "complaint", "gps"} & answers.keys()
    assert interview.tablet.entities("members")[AN]["version"] == 1


def test_a_commune_is_offered_only_when_a_club_is_active_there(interview):
    outcome = interview.answer(commune="22741@2016-01-01")

    assert not_offered(outcome) >= {"22741@2016-01-01"}


def test_a_club_of_another_commune_is_not_offered(interview):
    outcome = interview.answer(club=JOY)

    assert not_offered(outcome) >= {JOY}


@pytest.mark.parametrize("member", [BINH, GONE], ids=["of another club", "who left"])
def test_a_member_is_not_offered(interview, member):
    outcome = interview.answer(member=member)

    assert not_offered(outcome) == {member}


def test_what_the_list_knows_of_the_member_stands_in_the_form(interview):
    interview.answer(info_correct="yes")

    answers = interview.answers()
    assert (answers["pre_name"], answers["pre_sex"], answers["pre_birth_year"]) == (
        "Đàng Thị An",
        "female",
        "1950",
    )
    assert "c_full_name" not in answers
    assert interview.tablet.entities("members")[AN]["version"] == 1


def test_a_correction_changes_the_member_on_the_tablet_at_once(interview):
    interview.answer(info_correct="no", c_full_name="Đàng Thị Ân", c_birth_year="1951", c_hardship="sick")

    member = interview.tablet.entities("members")[AN]
    assert (member["label"], member["version"]) == ("Đàng Thị Ân", 2)
    assert member["properties"]["birth_year"] == "1951"
    assert member["properties"]["hardship"] == "sick"
    assert member["properties"]["club_id"] == HOPE


def test_corrections_begin_with_what_the_list_says(interview):
    refused = interview.answer(info_correct="no", c_full_name="Ân 2", c_birth_year="1890").refused

    assert {refusal["answer"]: refusal["message"] for refusal in refused} == {
        "Ân 2": "Ghi đủ họ và tên (ít nhất hai từ), không có chữ số.",
        "1890": "Năm sinh từ 1900 và thành viên phải từ 10 tuổi trở lên.",
    }
    answers = interview.answers()
    assert (answers["c_full_name"], answers["c_birth_year"]) == ("Đàng Thị An", "1950")


# The answers the law and medicine give, written down here once more by hand.
HEALTH_KEY = ["false", "true", "true", "false"]
RIGHTS_KEY = ["true", "true", "false", "false", "true", "true", "false", "false"]


def knowledge(health: list[str], rights: list[str]) -> dict[str, str]:
    answers = {f"k_health_{number}": answer for number, answer in enumerate(health, start=1)}
    return answers | {f"k_rights_{number}": answer for number, answer in enumerate(rights, start=1)}


@pytest.mark.parametrize(
    ("answers", "health", "rights"),
    [
        (knowledge(HEALTH_KEY, RIGHTS_KEY), "4", "8"),
        (knowledge(["dk"] * 4, ["dk"] * 8), "0", "0"),
        (knowledge(["true"] * 4, ["true"] * 8), "2", "4"),
        (knowledge(["false"] * 4, ["false"] * 8), "2", "4"),
    ],
    ids=["all right", "knows nothing", "says yes to all", "says no to all"],
)
def test_knowledge_counts_right_answers_only(interview, answers, health, rights):
    interview.answer(**answers)

    scored = interview.answers()
    assert (scored["k_health_score"], scored["k_rights_score"]) == (health, rights)


def test_income_may_be_refused(interview):
    interview.answer(income_refused="yes")

    assert "income_month" not in interview.answers()


def test_a_borrower_is_asked_about_the_loan_and_others_why_not(interview):
    interview.answer(ever_loan="yes", loan_last_amount="5000000")
    borrower = interview.answers()
    interview.answer(ever_loan="no")
    other = interview.answers()

    assert borrower["loan_last_amount"] == "5000000"
    assert "no_loan_reason" not in borrower
    assert other["no_loan_reason"]
    assert "loan_times" not in other


def test_answers_out_of_bounds_are_refused_in_vietnamese(interview):
    outcome = interview.answer(
        hh_size="3",
        hh_under16="4",
        income_refused="no",
        income_month="200000001",
        exercise_days_week="8",
        attend_months="7",
        is_volunteer="yes",
        vol_hours="121",
        chronic="none diabetes",
        info_correct="no",
        c_phone="12345",
    )

    reasons = {refusal["path"].rpartition("/")[2]: refusal["message"] for refusal in outcome.refused}
    assert reasons == {
        "hh_under16": "Không lớn hơn số người trong hộ.",
        "income_month": "Số tiền từ 0 đến 200.000.000 đồng.",
        "exercise_days_week": "Từ 0 đến 7 ngày.",
        "attend_months": "Từ 0 đến 6 tháng.",
        "vol_hours": "Từ 0 đến 120 giờ.",
        "chronic": 'Đã chọn "Không" thì không chọn thêm mục khác.',
        "c_phone": "Số điện thoại Việt Nam bắt đầu bằng 0, di động 10 số, cố định 11 số.",
    }


def test_any_mix_of_answers_can_be_finalised(interview):
    outcome = interview.tablet.fill(submissions=40, seed=7)

    assert (outcome.counts["finalised"], outcome.problems) == (40, [])
