"""club_meeting: which question fills which column, and which indicators would miss it."""

from server.models.club import CareRecipient, Member, MembershipEvent
from server.models.meeting import (
    CareVisit,
    IncomeFundMonth,
    Loan,
    Measure,
    Meeting,
    MeetingActivity,
    OperatingFundMonth,
    Repayment,
)
from server.projection.mapping import (
    THOUSANDS,
    Question,
    TableMapping,
    code,
    codes,
    day,
    decimal,
    lat,
    lon,
    month,
    text,
    whole,
    yes,
)

INTEREST = 1_000
"""VND: one member's interest of a month is seldom below this; 0,5 % of a million is 5.000."""
WRITTEN_OFF_LOANS = "written_off_loans"
QUALITY = ("D04", "D05", "D07")
FUND = ("C06", "C07")

MEETING = TableMapping(
    Meeting.__table__,
    (
        Question("report_month", "report_month", month, ("D01", "D03", "A03", "A08")),
        Question("meeting_held", "held", yes, ("D01", "A03", "D07")),
        Question("not_held_reason", "not_held_reason", code),
        Question("meeting_date", "meeting_date", day, ("D01",)),
        Question("duration_min", "duration_min", whole),
        Question("gps", "lat", lat),
        Question("gps", "lon", lon),
        Question("n_on_list", "n_on_list", whole, ("D02", "D07")),
        Question("n_present", "n_present", whole, ("D02", "D07")),
        Question("n_guests", "n_guests", whole),
        Question("guests_kind", "guests_kind", codes),
        Question("board_present", "board_present", whole),
        Question("agenda_done", "agenda_done", codes, QUALITY),
        Question("supervised", "supervised", yes, ("D09", "D10")),
        Question("sup_level", "sup_level", codes),
        Question("sup_checklist", "sup_checklist", codes),
        Question("sup_comment", "sup_comment", text),
        Question("difficulties", "difficulties", codes),
        Question("requests", "requests", text),
        Question("next_meeting", "next_meeting", day),
        Question("next_plan", "next_plan", text, ("D06",)),
        Question("remarks", "remarks", text),
    ),
    keys={"club": ("A03", "D01", "C01"), "present": ("D02",)},
)
ACTIVITY = TableMapping(
    MeetingActivity.__table__,
    (
        Question("a1_done", "a1_done", yes, QUALITY),
        Question("a1_topic", "a1_topic", text, QUALITY),
        Question("a1_coach_pairs", "a1_coach_pairs", whole),
        Question("a2_done", "a2_done", yes, QUALITY),
        Question("n_bp", "n_bp", whole, (*QUALITY, "D14")),
        Question("n_weight", "n_weight", whole, (*QUALITY, "D14")),
        Question("n_bp_high", "n_bp_high", whole, ("D14",)),
        Question("n_bmi_low", "n_bmi_low", whole, ("D14",)),
        Question("n_bmi_high", "n_bmi_high", whole, ("D14",)),
        Question("n_clinic_check", "n_clinic_check", whole, (*QUALITY, "D13")),
        Question("check_provider", "check_provider", code),
        Question("n_referred", "n_referred", whole),
        Question("exercise_days", "exercise_days", whole),
        Question("a3_done", "a3_done", yes, QUALITY),
        Question("n_care_vol", "n_care_vol", whole, (*QUALITY, "D11")),
        Question("n_recipients", "n_recipients", whole),
        Question("n_visits", "n_visits", whole, ("D12",)),
        Question("a4_done", "a4_done", yes, QUALITY),
        Question("n_sudden_help", "n_sudden_help", whole, (*QUALITY, "D16")),
        Question("help_forms", "help_forms", codes),
        Question("help_value", "help_value", whole, below=THOUSANDS),
        Question("n_community", "n_community", whole, (*QUALITY, "D16")),
        Question("community_kind", "community_kind", codes),
        Question("n_participants", "n_participants", whole),
        Question("a5_done", "a5_done", yes, QUALITY),
        Question("a5_topics", "a5_topics", codes, QUALITY),
        Question("n_counselled", "n_counselled", whole, QUALITY),
        Question("n_claims", "n_claims", whole),
        Question("a6_done", "a6_done", yes, QUALITY),
        Question("a6_topics", "a6_topics", codes, QUALITY),
        Question("a6_speaker", "a6_speaker", codes),
        Question("a7_done", "a7_done", yes, QUALITY),
        Question("a7_kinds", "a7_kinds", codes, QUALITY),
        Question("n_sick_visits", "n_sick_visits", whole),
        Question("n_birthdays", "n_birthdays", whole),
        Question("a8_done", "a8_done", yes, QUALITY),
        Question("mob_cash", "mob_cash", whole, (*QUALITY, "D15"), below=THOUSANDS),
        Question("mob_kind_value", "mob_kind_value", whole, ("D15",), below=THOUSANDS),
        Question("mob_days", "mob_days", whole, ("D15",)),
        Question("mob_sources", "mob_sources", codes, ("D15",)),
    ),
)
INCOME_FUND = TableMapping(
    IncomeFundMonth.__table__,
    (
        Question("if_open_cash", "open_cash", whole, FUND),
        Question("if_open_loans", "open_loans", whole, FUND),
        Question("if_open_reason", "open_reason", text),
        Question("if_in", "added", whole, FUND, below=THOUSANDS),
        Question("if_in_source", "added_source", codes),
        Question("if_out", "withdrawn", whole, FUND, below=THOUSANDS),
        Question("if_out_reason", "withdrawn_reason", text),
        Question("written_off", "written_off", whole, FUND, below=THOUSANDS),
        Question("sum_disbursed", "disbursed", whole, ("C06",)),
        Question("sum_disbursed_cash", "disbursed_cash", whole),
        Question("sum_principal", "principal", whole, ("C06",)),
        Question("sum_interest", "interest", whole, ("C06",)),
        Question("if_close_cash", "close_cash", whole, ("C01", "C04", *FUND, "C10")),
        Question("if_close_loans", "close_loans", whole, ("C01", "C04", *FUND, "C09")),
        Question("if_counted", "counted", whole, ("C10",), below=THOUSANDS),
        Question("if_bank", "bank", whole, ("C10",), below=THOUSANDS),
        Question("if_diff", "difference", whole, ("C10", "D06", "D07")),
        Question("if_diff_reason", "difference_reason", text, ("D06", "D07")),
        Question("n_overdue", "n_overdue", whole),
        Question("amount_overdue", "amount_overdue", whole),
    ),
    keys={WRITTEN_OFF_LOANS: ("C09",)},
)
OPERATING_FUND = TableMapping(
    OperatingFundMonth.__table__,
    (
        Question("of_open", "opening", whole, ("C02",)),
        Question("of_interest", "in_interest", whole),
        Question("of_fees", "in_fees", whole, below=INTEREST),
        Question("of_donation", "in_donation", whole, below=THOUSANDS),
        Question("of_other", "in_other", whole, below=THOUSANDS),
        Question("of_visit", "out_visit", whole, below=THOUSANDS),
        Question("of_meeting", "out_meeting", whole, below=THOUSANDS),
        Question("of_care", "out_care", whole, below=THOUSANDS),
        Question("of_other_out", "out_other", whole, below=THOUSANDS),
        Question("of_close", "closing", whole, ("C02", "C10")),
        Question("of_counted", "counted", whole, ("C10",), below=THOUSANDS),
        Question("of_diff", "difference", whole, ("C10", "D06", "D07")),
        Question("of_diff_reason", "difference_reason", text, ("D06", "D07")),
    ),
)
JOINED = TableMapping(
    Member.__table__,
    (
        Question("j_full_name", "full_name", text, ("A06",)),
        Question("j_sex", "sex", code, ("B02", "B06")),
        Question("j_birth_year", "birth_year", whole, ("A07", "B03", "B04", "B06")),
        Question("j_ethnicity", "ethnicity", code),
        Question("j_poverty_status", "poverty_status", code, ("B05", "B06")),
        Question("j_hardship", "hardship", codes, ("B05", "B06")),
        Question("j_disability", "disability", code),
    ),
    repeat="members_joined",
)
LEFT = TableMapping(
    MembershipEvent.__table__,
    (
        Question("left_member", "member_id", code, ("A06",)),
        Question("left_reason", "reason", code),
        Question("left_date", "on_date", day, ("A06",)),
    ),
    repeat="members_left",
)
MEASURE = TableMapping(
    Measure.__table__,
    (
        Question("ms_member", "member_id", code),
        Question("weight_kg", "weight_kg", decimal),
        Question("height_cm", "height_cm", decimal),
        Question("sys", "sys", whole),
        Question("dia", "dia", whole),
    ),
    repeat="measures",
)
CARE = TableMapping(
    CareVisit.__table__,
    (
        Question("recipient", "recipient_id", code, ("D12",)),
        Question("visits", "visits", whole, ("D04", "D07", "D12")),
        Question("services", "services", codes),
        Question("volunteer_n", "volunteers", whole),
    ),
    repeat="care",
)
RECIPIENT = TableMapping(
    CareRecipient.__table__,
    (
        Question("r_full_name", "full_name", text),
        Question("r_birth_year", "birth_year", whole),
        Question("r_sex", "sex", code),
        Question("r_is_member", "is_member", yes),
        Question("r_need", "need", codes),
    ),
    repeat="care",
)
LOAN = TableMapping(
    Loan.__table__,
    (
        Question("borrower", "member_id", code, ("C05", "D07")),
        Question("amount", "amount", whole, ("C05", "C06", "C09"), below=THOUSANDS),
        Question("loan_kind", "kind", code),
        Question("purpose", "purpose", code),
        Question("term_months", "term_months", whole),
        Question("rate_month", "rate_month", decimal),
        Question("due_date", "due_date", day, ("C08", "C09")),
        Question("voted", "voted", yes),
    ),
    repeat="loans_new",
)
REPAYMENT = TableMapping(
    Repayment.__table__,
    (
        Question("loan", "loan_id", code, ("C08", "C09")),
        Question("principal", "principal", whole, ("C06", "C08", "C09"), below=THOUSANDS),
        Question("interest", "interest", whole, below=INTEREST),
        Question("paid_on", "paid_on", day, ("C08",)),
        Question("new_outstanding", "new_outstanding", whole),
        Question("rescheduled_to", "rescheduled_to", day),
    ),
    repeat="repayments",
)
MAPPINGS = (
    MEETING,
    ACTIVITY,
    INCOME_FUND,
    OPERATING_FUND,
    JOINED,
    LEFT,
    MEASURE,
    CARE,
    RECIPIENT,
    LOAN,
    REPAYMENT,
)
