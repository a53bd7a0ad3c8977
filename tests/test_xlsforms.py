"""The workbooks in xlsforms/: what they ask, in which words, and how they look to the admin who edits them.

The names below are the data dictionary: club tables and reports read answers by these names.
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from lxml import etree
from openpyxl.worksheet.worksheet import Worksheet
from pyxform.xls2xform import convert

FOLDER = Path(__file__).parents[1] / "xlsforms"
WORKBOOKS = sorted(FOLDER.glob("*.xlsx"))
VIETNAMESE, ENGLISH = "Tiếng Việt (vi)", "English (en)"
METADATA = ["start", "end", "today", "deviceid", "username", "audit", "form_version"]
SHEETS = {"survey", "choices", "settings", "huong_dan"}

DICTIONARY = {
    "club_founding": """
        province district_old commune village_kind village_name club_name scheme_phase funding_project
        founding_date decision_no decision_date decision_issuer decision_photo minutes_photo minutes_photo_2
        charter_adopted charter_photo gps place_kind place_photo meeting_day meeting_time n_attend_founding
        n_member_list members m_full_name m_sex m_birth_year m_ethnicity m_poverty_status m_hardship m_disability
        m_phone m_insurance m_allowance m_volunteer m_relation_board m_consent n_members n_women n_older55
        n_older60 n_young n_disadvantaged n_disabled composition_note n_board chair_member chair_phone
        deputy_role_links n_sub_groups fund_income_created fund_sources fs_source fs_amount fs_kind fs_document
        fund_income_initial fund_operating_initial money_keeping loan_max loan_rate_month loan_term_max
        member_fee_month equipment books trained_board training_days photo_group sign_chair sign_officer remarks
    """,
    "club_meeting": """
        commune club report_month meeting_held not_held_reason meeting_date duration_min gps n_on_list present
        n_present attend_rate n_guests guests_kind board_present agenda_done
        members_joined j_full_name j_sex j_birth_year j_ethnicity j_poverty_status j_hardship j_disability
        members_left left_member left_reason left_date
        a1_done a1_topic a1_coach_pairs a2_done n_bp n_weight n_bp_high n_bmi_low n_bmi_high
        measures ms_member weight_kg height_cm sys dia n_clinic_check check_provider n_referred exercise_days
        a3_done n_care_vol care recipient recipient_new r_full_name r_birth_year r_sex r_is_member r_need
        visits services volunteer_n n_recipients n_visits a4_done n_sudden_help help_forms help_value
        n_community community_kind n_participants a5_done a5_topics n_counselled n_claims a6_done a6_topics
        a6_speaker a7_done a7_kinds n_sick_visits n_birthdays a8_done mob_cash mob_kind_value mob_days
        mob_sources n_areas_done
        loans_new borrower amount loan_kind purpose term_months rate_month due_date voted
        repayments loan principal interest paid_on new_outstanding rescheduled_to
        sum_disbursed sum_principal sum_interest n_overdue amount_overdue
        if_open_cash if_open_loans if_in if_in_source if_out if_out_reason written_off if_close_cash
        if_close_loans if_counted if_bank if_diff if_diff_reason of_open of_interest of_fees of_donation of_other
        of_visit of_meeting of_care of_other_out of_close of_counted of_diff of_diff_reason supervised sup_level
        sup_checklist sup_comment difficulties requests next_meeting next_plan photo_meeting photo_attendance
        photo_fund_book sign_chair sign_accountant remarks
    """,
    "member_survey": """
        commune club member survey_round consent respondent pre_name pre_sex pre_birth_year info_correct
        c_full_name c_sex c_birth_year c_ethnicity c_disability c_hardship c_phone marital
        education living_with hh_size hh_under16 poverty_now poverty_change work_now income_sources income_refused
        income_month income_change income_enough pension ever_loan loan_times loan_last_amount loan_use loan_result
        loan_extra_income loan_repay_problem no_loan_reason other_credit h_mobility h_selfcare h_usual h_pain
        h_mood h_scale health_change chronic know_bp bp_treated check_12m check_place insurance
        exercise_days_week wg_see wg_hear wg_walk wg_remember wg_selfcare wg_communicate need_care care_from
        home_care_club home_care_rating attend_months areas_joined is_volunteer vol_hours
        k_health_1 k_health_2 k_health_3 k_health_4 k_health_score
        k_rights_1 k_rights_2 k_rights_3 k_rights_4 k_rights_5 k_rights_6 k_rights_7 k_rights_8 k_rights_score
        rights_helped rights_what s_talk s_money s_care s_respect s_belong lonely
        intergen sat_overall sat_board sat_fund sat_open best improve complaint complaint_text
        interviewer_note gps sign
    """,
}
SAVED = {
    "club_founding": {
        "clubs": """province_code commune_code village founding_date phase status n_members open_cash
            open_outstanding open_operating loan_max loan_rate_month loan_term_max meeting_day geometry
            chair_name""",
        "members": """member_no club_id full_name sex birth_year ethnicity poverty_status hardship disability
            groups volunteer status joined_on""",
    },
    "club_meeting": {
        "clubs": "n_members open_cash open_outstanding open_operating last_report_month",
        "members": """club_id full_name sex birth_year ethnicity poverty_status hardship disability status
            joined_on left_on""",
        "loans": """club_id member_id member_name amount disbursed_on due_date rate_month outstanding
            status""",
        "care_recipients": "club_id full_name birth_year sex is_member need status",
    },
    "member_survey": {"members": "full_name sex birth_year ethnicity disability hardship"},
}

Row = dict[str, str]


@dataclass(frozen=True)
class Workbook:
    """One form as the admin sees it: rows by column name, with their line in the sheet under "line"."""

    path: Path
    sheets: dict[str, Worksheet]

    def rows(self, sheet: str) -> list[Row]:
        header, *lines = self.sheets[sheet].iter_rows(values_only=True)
        named = (
            {
                str(column): str(cell)
                for column, cell in zip(header, line, strict=True)
                if cell not in (None, "")
            }
            | {"line": str(number)}
            for number, line in enumerate(lines, start=2)
        )
        return [row for row in named if len(row) > 1]

    @property
    def form_id(self) -> str:
        return self.rows("settings")[0]["form_id"]


@cache
def workbook(path: Path) -> Workbook:
    book = openpyxl.load_workbook(path)
    return Workbook(path, {sheet.title: sheet for sheet in book.worksheets})


@cache
def xform(path: Path) -> etree._Element:
    return etree.fromstring(convert(str(path), validate=False).xform.encode())


@pytest.fixture(params=WORKBOOKS, ids=lambda path: path.stem)
def form(request: pytest.FixtureRequest) -> Workbook:
    return workbook(request.param)


def tables(form: Workbook) -> dict[str, Worksheet]:
    """The sheets that pyxform reads."""
    return {name: sheet for name, sheet in form.sheets.items() if name != "huong_dan"}


def in_one_language_only(row: Row, column: str) -> bool:
    return (f"{column}::{VIETNAMESE}" in row) != (f"{column}::{ENGLISH}" in row)


def is_shown(row: Row) -> bool:
    """Whether somebody reads this row on the tablet."""
    return not row["type"].startswith("end_") and row["name"] not in METADATA and row["type"] != "calculate"


# -- what pyxform and the form engine say


def test_the_three_forms_are_there():
    assert {path.stem for path in WORKBOOKS} == set(DICTIONARY)


def test_it_converts_without_a_warning_and_passes_odk_validate(form):
    converted = convert(str(form.path), validate=True)

    assert converted.warnings == []


def test_its_id_is_its_file_name_and_its_version_is_a_day_with_a_number(form):
    settings = form.rows("settings")[0]

    assert form.form_id == form.path.stem
    assert re.fullmatch(r"20\d{6}\d{2}", settings["version"])
    assert settings["default_language"] == VIETNAMESE
    assert settings["form_title"]
    assert settings["instance_name"]


# -- what it asks


def test_a_form_can_be_corrected_after_it_was_sent_unless_it_reads_what_it_has_written(form):
    """Opened again, a monthly meeting would take the closing balances that it put into the lists for opening ones."""
    is_editable = form.form_id != "club_meeting"

    assert form.rows("settings")[0].get("client_editable") == ("yes" if is_editable else None)
    submissions = xform(form.path).xpath("//*[local-name()='submission']")
    marks = [one.get("{http://www.opendatakit.org/xforms}client-editable") for one in submissions]
    assert marks == (["true"] if is_editable else [])


def test_every_question_of_the_dictionary_is_asked(form):
    names = {row["name"] for row in form.rows("survey") if "name" in row}

    assert set(DICTIONARY[form.form_id].split()) - names == set()


def test_every_form_records_when_where_and_by_whom_it_was_filled(form):
    names = [row.get("name") for row in form.rows("survey")]

    assert names[: len(METADATA)] == METADATA


def test_no_name_is_used_twice(form):
    names = Counter(row["name"] for row in form.rows("survey") if not row["type"].startswith("end_"))

    assert [name for name, times in names.items() if times > 1] == []


def test_groups_close_in_the_order_they_opened(form):
    opened: list[str] = []
    for row in form.rows("survey"):
        if row["type"].startswith("begin_"):
            opened.append(row["name"])
        elif row["type"].startswith("end_"):
            name = opened.pop()
            assert row.get("name", name) == name, row["line"]
    assert opened == []


def test_choices_of_a_list_have_codes_of_their_own(form):
    codes = Counter((row["list_name"], row["name"]) for row in form.rows("choices"))

    assert [code for code, times in codes.items() if times > 1] == []
    assert [name for _, name in codes if not re.fullmatch(r"[a-z0-9_]+", name)] == []


def test_every_list_that_is_asked_exists(form):
    listed = {row["list_name"] for row in form.rows("choices")}
    asked = {
        row["type"].split()[1]
        for row in form.rows("survey")
        if re.match(r"select_(one|multiple) ", row["type"])
    }

    assert asked - listed == set()


def test_amounts_name_their_unit(form):
    amounts = [row for row in form.rows("survey") if "thousands-sep" in row.get("appearance", "")]

    assert amounts
    assert [row["name"] for row in amounts if "đồng" not in row.get(f"hint::{VIETNAMESE}", "").lower()] == []


def test_photos_are_reduced_on_the_tablet(form):
    photos = [row for row in form.rows("survey") if row["type"] == "image"]

    assert [row["name"] for row in photos if "max-pixels=" not in row.get("parameters", "")] == []


# -- in which words


@pytest.mark.parametrize("column", ["label", "hint", "constraint_message", "required_message"])
def test_words_are_there_in_vietnamese_and_in_english(form, column):
    assert [row["line"] for row in form.rows("survey") if in_one_language_only(row, column)] == []


def test_every_row_on_the_tablet_has_a_label(form):
    rows = [row for row in form.rows("survey") if is_shown(row)]

    assert [row["name"] for row in rows if f"label::{VIETNAMESE}" not in row] == []


def test_every_choice_is_labelled_in_both_languages(form):
    for language in (VIETNAMESE, ENGLISH):
        assert [row["line"] for row in form.rows("choices") if f"label::{language}" not in row] == []


@pytest.mark.parametrize(
    ("rule", "message"), [("constraint", "constraint_message"), ("required", "required_message")]
)
def test_every_rule_says_what_to_do(form, rule, message):
    rows = [row for row in form.rows("survey") if rule in row]

    assert rows
    assert [row["name"] for row in rows if f"{message}::{VIETNAMESE}" not in row] == []


def test_nobody_is_told_to_write_0_where_0_is_refused(form):
    """A year of birth that is not known was to be written as 0, which the same row then refused."""
    rows = [row for row in form.rows("survey") if re.match(r"\. (> 0|>= [1-9])", row.get("constraint", ""))]

    assert [row["name"] for row in rows if "ghi 0" in row.get(f"required_message::{VIETNAMESE}", "")] == []


def test_vietnamese_words_are_in_composed_letters(form):
    texts = [text for sheet in ("survey", "choices") for row in form.rows(sheet) for text in row.values()]

    assert [text for text in texts if unicodedata.normalize("NFC", text) != text] == []


# -- what it writes into lists


@pytest.mark.parametrize("form_id", SAVED)
def test_it_declares_its_entity_lists(form_id):
    form = workbook(FOLDER / f"{form_id}.xlsx")
    declared = {row["list_name"] for row in form.rows("entities")}
    saved: dict[str, set[str]] = {}
    for row in form.rows("survey"):
        if "save_to" in row:
            list_name, _, prop = row["save_to"].partition("#")
            saved.setdefault(list_name, set()).add(prop)

    assert declared == set(SAVED[form_id])
    assert saved == {list_name: set(names.split()) for list_name, names in SAVED[form_id].items()}


def test_lists_read_from_a_file_have_the_id_of_their_list(form):
    instances = xform(form.path).findall(".//{http://www.w3.org/2002/xforms}instance[@src]")
    sources = {instance.get("id"): instance.get("src") for instance in instances}

    assert sources
    assert all(source == f"jr://file-csv/{name}.csv" for name, source in sources.items())


# -- how it looks to the admin


def test_the_admin_finds_the_sheets_and_a_guide(form):
    assert set(form.sheets) >= SHEETS
    assert len(list(form.sheets["huong_dan"].iter_rows())) > 5


def test_headers_stay_in_sight_and_can_be_filtered(form):
    for name, sheet in form.sheets.items():
        assert sheet.freeze_panes is not None, name
        assert sheet.auto_filter.ref is not None, name


def test_headers_are_bold_filled_and_explained(form):
    for name, sheet in tables(form).items():
        for cell in sheet[1]:
            where = f"{name}!{cell.coordinate}"
            assert cell.font.bold, where
            assert cell.fill.fill_type == "solid", where
            assert cell.comment is not None, where
            assert len(cell.comment.text) > 10, where


def test_columns_are_wide_enough_to_read(form):
    for name, sheet in tables(form).items():
        for cell in sheet[1]:
            assert width(sheet, cell.column) >= 10, f"{name}!{cell.coordinate}"


def test_long_texts_wrap_and_no_cells_are_merged(form):
    for name, sheet in form.sheets.items():
        assert not sheet.merged_cells.ranges, name
        assert [c.coordinate for c in filled_cells(sheet) if not c.alignment.wrap_text] == [], name


def test_groups_and_repeats_are_marked_by_colour(form):
    sheet = form.sheets["survey"]
    depth, ends, inside = 0, set(), set()
    for row in form.rows("survey"):
        cell = sheet.cell(int(row["line"]), 1)
        depth += row["type"].startswith("begin_")
        if row["type"].startswith(("begin_", "end_")):
            assert is_tinted(cell), cell.coordinate
            ends.add(cell.fill.fgColor.rgb)
        elif depth:
            assert is_tinted(cell), cell.coordinate
            inside.add(cell.fill.fgColor.rgb)
        depth -= row["type"].startswith("end_")
    assert not ends & inside


def width(sheet: Worksheet, column: int) -> float:
    """The width set for a column; openpyxl keeps neighbours of equal width under the first one."""
    for dimension in sheet.column_dimensions.values():
        if dimension.min <= column <= dimension.max and dimension.customWidth:
            return float(dimension.width)
    return 0.0


def filled_cells(sheet: Worksheet) -> list[Any]:
    return [cell for row in sheet.iter_rows() for cell in row if cell.value not in (None, "")]


def is_tinted(cell: Any) -> bool:
    return bool(cell.fill.fill_type == "solid" and cell.fill.fgColor.rgb != "FFFFFFFF")
