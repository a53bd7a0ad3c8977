"""A workbook becomes a form, or is refused with reasons."""

import io
import time
import unicodedata
import zipfile
from hashlib import md5

import pytest

from forms import schema
from forms.errors import Finding, FormRejected, NotAnXForm
from forms.schema import Choice
from forms.xlsform import RequiredQuestion, convert, read_xform

from .workbooks import workbook

MEETING = """
| survey |
| | type | name | label::Tiếng Việt (vi) | label::English (en) | parameters | calculation | save_to | repeat_count |
| | start | start | | | | | | |
| | select_one_from_file clubs.csv | club | Câu lạc bộ | Club | | | | |
| | begin_group | health | Sức khỏe ${club} | Health | | | | |
| | select_one yes_no | a2_done | Có đo? | Done? | | | | |
| | select_multiple service | services | Dịch vụ | Services | | | | |
| | integer | n_bp | Số người | People | | | | |
| | note | health_note | Ghi chú | Note | | | | |
| | end_group | | | | | | | |
| | calculate | n_all | | | | ${n_bp} + 1 | | |
| | begin_repeat | loans_new | Cho vay | Loans | | | | 2 |
| | decimal | rate_month | Lãi | Rate | | | loans#rate_month | |
| | image | proof | Chứng từ | Proof | max-pixels=1280 | | | |
| | end_repeat | | | | | | | |
| | geopoint | gps | Vị trí | Place | | | | |
| | audit | | | | | | | |
| choices |
| | list_name | name | label::Tiếng Việt (vi) | label::English (en) |
| | yes_no | yes | Có | Yes |
| | yes_no | no | Không | No |
| | service | meal | Bữa ăn | Meal |
| entities |
| | list_name | label |
| | loans | ${rate_month} |
"""
ONE_QUESTION = """
| survey |
| | type | name | label |
| | integer | n_present | Số có mặt |
"""


def needs(name: str, repeat: str | None = None, form: str = "club_test") -> RequiredQuestion:
    return RequiredQuestion(form, name, repeat, ("D02 Tỷ lệ tham dự",))


def findings(content: bytes, **options) -> tuple[Finding, ...]:
    with pytest.raises(FormRejected) as refusal:
        convert(content, **options)
    return refusal.value.findings


@pytest.fixture(scope="module")
def meeting():
    return convert(workbook(MEETING))


def test_a_form_is_what_its_workbook_says(meeting):
    assert (meeting.xml_form_id, meeting.version) == ("club_test", "2026112201")
    assert meeting.title == "Biểu mẫu thử"
    assert meeting.languages == ("Tiếng Việt (vi)", "English (en)")
    assert meeting.default_language == "Tiếng Việt (vi)"
    assert meeting.md5 == md5(meeting.xml).hexdigest()
    assert meeting.media == ("clubs.csv",)
    assert meeting.entity_lists_read == ("clubs",)
    assert [e.list_name for e in meeting.entity_lists_written] == ["loans"]
    assert meeting.warnings == ()


def test_the_same_workbook_gives_the_same_bytes(meeting):
    assert convert(workbook(MEETING)).xml == meeting.xml


def test_fields_stand_in_document_order_with_kind_and_repeat(meeting):
    assert [("/".join(f.path), f.kind, f.repeat) for f in meeting.fields] == [
        ("start", "datetime", None),
        ("club", "select", None),
        ("health", "group", None),
        ("health/a2_done", "select", None),
        ("health/services", "selectmulti", None),
        ("health/n_bp", "int", None),
        ("health/health_note", "note", None),
        ("n_all", "string", None),
        ("loans_new_count", "string", None),
        ("loans_new", "repeat", None),
        ("loans_new/rate_month", "decimal", ("loans_new",)),
        ("loans_new/proof", "binary", ("loans_new",)),
        ("loans_new/meta/entity", "entity", ("loans_new",)),
        ("gps", "geopoint", None),
        ("meta/audit", "binary", None),
        ("meta/instanceID", "string", None),
    ]


def test_fields_carry_labels_choices_and_where_they_are_saved(meeting):
    by_name = {f.name: f for f in meeting.fields}

    assert by_name["health"].label == {"Tiếng Việt (vi)": "Sức khỏe ${club}", "English (en)": "Health"}
    assert by_name["a2_done"].choice_list == "yes_no"
    assert by_name["a2_done"].choices == (
        Choice("yes", {"Tiếng Việt (vi)": "Có", "English (en)": "Yes"}),
        Choice("no", {"Tiếng Việt (vi)": "Không", "English (en)": "No"}),
    )
    assert (by_name["club"].choice_list, by_name["club"].choices) == ("clubs", ())
    assert by_name["n_all"].calculated
    assert by_name["rate_month"].saveto == "rate_month"


def test_a_field_list_survives_its_way_through_json(meeting):
    text = schema.to_json(meeting.fields)

    assert schema.from_json(text) == meeting.fields
    assert schema.from_json(text) is schema.from_json("".join(text))
    assert text.count('"Bữa ăn"') == 1


def test_a_field_list_of_another_format_is_refused():
    with pytest.raises(ValueError, match="unknown format 2"):
        schema.from_json('{"format":2,"lists":{},"fields":[]}')


def test_questions_are_what_people_answer(meeting):
    assert [f.name for f in schema.questions(meeting.fields)] == [
        "start", "club", "a2_done", "services", "n_bp", "n_all", "loans_new_count", "rate_month", "proof", "gps",
    ]  # fmt: skip
    assert [f.name for f in schema.repeats(meeting.fields)] == ["loans_new"]


def test_a_form_without_languages_has_none():
    form = convert(workbook(ONE_QUESTION))

    assert (form.languages, form.default_language) == ((), None)
    assert form.title_by_language == {"default": "Biểu mẫu thử"}
    assert form.fields[0].label == {"default": "Số có mặt"}


def test_titles_in_several_languages_are_kept_and_the_default_is_served():
    settings = """
    | settings |
    | | form_id | form_title::Tiếng Việt (vi) | form_title::English (en) | version | default_language |
    | | club_test | Sinh hoạt | Meeting | 1 | Tiếng Việt (vi) |
    """

    form = convert(workbook(MEETING, settings))

    assert form.title == "Sinh hoạt"
    assert form.title_by_language == {"Tiếng Việt (vi)": "Sinh hoạt", "English (en)": "Meeting"}
    assert b"<h:title>Sinh ho\xe1\xba\xa1t</h:title>" in form.xml


def test_settings_that_phones_need_are_asked_for_all_at_once_with_their_cells():
    settings = """
    | settings |
    | | form_title | version | form_id |
    | | Biểu mẫu | | club.XLSX |
    """

    found = findings(workbook(ONE_QUESTION, settings))

    assert [(f.code, f.sheet, f.cell, f.severity) for f in found] == [
        ("version_missing", "settings", "B2", "error"),
        ("form_id_suffix", "settings", "C2", "error"),
    ]


def test_a_workbook_without_settings_is_refused():
    book = workbook(f"{ONE_QUESTION.strip()}\n| settings |\n| | style |")

    assert [f.code for f in findings(book)] == ["form_id_missing", "version_missing", "title_missing"]


def test_a_survey_without_questions_is_refused():
    assert [f.code for f in findings(workbook("| survey |\n| | type | name | label |"))] == ["no_questions"]


def test_a_form_that_lost_a_mapped_question_is_refused_with_sheet_row_and_indicator():
    book = workbook(
        """
        | survey |
        | | type | name | label |
        | | text | remarks | Ghi chú |
        | | integer | n_presents | Số có mặt |
        """
    )

    (finding,) = findings(book, required=[needs("n_present")])

    assert (finding.code, finding.severity) == ("required_question_missing", "error")
    assert (finding.sheet, finding.row, finding.cell) == ("survey", 3, "B3")
    assert (finding.question, finding.value) == ("n_present", "n_presents")
    assert "D02 Tỷ lệ tham dự" in finding.vi
    assert "đổi tên thành “n_presents”" in finding.vi
    assert "renamed" in finding.en


def test_a_lost_question_without_a_similar_one_points_to_the_last_row():
    (finding,) = findings(workbook(ONE_QUESTION), required=[needs("if_close_cash")])

    assert (finding.row, finding.value) == (2, None)


def test_a_required_question_that_others_refer_to_is_told_with_who_needs_it():
    """The converter stops at the reference; that a report needs the question is the better reason."""
    book = workbook(
        """
        | survey |
        | | type | name | label | calculation |
        | | integer | n_on_list | Số có tên | |
        | | integer | n_here | Số có mặt | |
        | | calculate | share | | ${n_present} div ${n_on_list} |
        """
    )

    found = findings(book, required=[needs("n_present"), needs("n_on_list")])

    assert [finding.code for finding in found] == ["required_question_missing", "reference_unknown"]
    assert "D02 Tỷ lệ tham dự" in found[0].vi
    assert found[1].cell == "D4"


def test_a_lost_question_is_not_said_to_be_another_one_that_reports_need():
    book = workbook("| survey |\n| | type | name | label |\n| | integer | of_counted | Tiền kiểm |")

    (finding,) = findings(book, required=[needs("if_counted"), needs("of_counted")])

    assert "đổi tên" not in finding.vi


def test_a_mapped_question_in_another_repeat_is_refused_where_it_stands():
    found = findings(workbook(MEETING), required=[needs("rate_month"), needs("n_bp", "loans_new")])

    assert [(f.code, f.cell, f.question) for f in found] == [
        ("required_question_moved", "B7", "n_bp"),
        ("required_question_moved", "B12", "rate_month"),
    ]
    assert "nhóm lặp “loans_new”" in found[0].vi
    assert "ngoài các nhóm lặp" in found[1].vi


def test_a_form_with_all_mapped_questions_passes_and_other_forms_are_not_asked():
    required = [
        needs("n_bp"),
        needs("rate_month", "loans_new"),
        needs("weight_kg", "measures", "club_meeting"),
    ]

    assert convert(workbook(MEETING), required=required).xml_form_id == "club_test"


def test_a_select_whose_choices_would_not_reach_phones_is_refused():
    book = workbook(
        """
        | survey |
        | | type | name | label | choice_filter |
        | | text | tinh | Tỉnh | |
        | | select_one_external xa | xa | Xã | tinh=${tinh} |
        | external_choices |
        | | list_name | name | label | tinh |
        | | xa | a | A | 12 |
        """
    )

    (finding,) = findings(book)

    assert (finding.code, finding.cell, finding.question) == ("external_select", "A3", "xa")


def archive(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as writer:
        for name in names:
            writer.writestr(name, "x")
    return file.getvalue()


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as writer:
        writer.writestr("xl/workbook.xml", "x")
        writer.writestr("xl/worksheets/sheet1.xml", b" " * 210 * 2**20)
    return file.getvalue()


OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
NO_FORMS = {
    "empty_file": b"",
    "not_a_workbook": b"type,name,label\ntext,a,A\n",
    "damaged": workbook(ONE_QUESTION)[:3000],
    "password": OLE + "EncryptedPackage".encode("utf-16-le"),
    "old_excel": OLE + "Workbook".encode("utf-16-le"),
    "word_document": archive("[Content_Types].xml", "word/document.xml"),
    "other_office_file": archive("mimetype", "content.xml"),
    "no_survey_sheet": workbook("| sheet1 |\n| | type | name | label |\n| | text | a | A |"),
    "too_large": bytes(20 * 2**20 + 1),
    "bomb": bomb(),
}


@pytest.mark.parametrize("code", NO_FORMS)
def test_a_file_that_is_no_xlsform_is_refused_with_what_it_is(code):
    (finding,) = findings(NO_FORMS[code])

    assert (finding.code, finding.severity) == (code, "error")
    assert finding.vi != finding.en


def test_a_zip_of_something_else_and_a_workbook_of_nothing_are_refused():
    assert findings(archive("photo.jpg"))[0].code == "not_a_workbook"
    assert findings(archive("xl/workbook.xml"))[0].code == "damaged"


def test_sheet_names_may_be_in_capitals():
    book = workbook(ONE_QUESTION.replace("survey", "Survey"))

    assert convert(book).fields[0].name == "n_present"


def test_file_names_in_an_xform_are_nfc_as_the_manifest_writes_them():
    name = "ảnh câu lạc bộ.jpg"
    book = workbook(
        f"""
        | survey |
        | | type | name | label | image |
        | | text | a | A | {unicodedata.normalize("NFD", name)} |
        """
    )

    form = convert(book)

    assert form.media == (name,)
    assert name.encode() in form.xml


def edited(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """The workbook with one of its XML parts changed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(file, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            assert name != part or old in data
            target.writestr(name, data.replace(old, new) if name == part else data)
    return file.getvalue()


def test_a_stray_cell_at_the_far_end_of_a_sheet_costs_nothing():
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    book = edited(workbook(ONE_QUESTION), "xl/worksheets/sheet1.xml", b"</sheetData>", far)

    assert convert(book, required=[needs("n_present")]).fields[0].name == "n_present"
    assert findings(book, required=[needs("n_absent")])[0].cell == "B2"


LAUGHS = b'?><!DOCTYPE x [<!ENTITY a0 "ha">%b]>' % b"".join(
    b'<!ENTITY a%d "%b">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10)
)
PARTS = {
    "xl/workbook.xml": b'name="survey"',
    "xl/worksheets/sheet1.xml": b"</row>",
    "xl/sharedStrings.xml": b"<t>type",
}


@pytest.mark.parametrize("part", PARTS)
def test_entities_in_a_workbook_are_refused_before_they_are_expanded(part):
    used = {b'name="survey"': b'name="&a9;"', b"<t>type": b"<t>&a9;"}
    used[b"</row>"] = b'<c r="Z1" t="inlineStr"><is><t>&a9;</t></is></c></row>'
    hostile = edited(workbook(ONE_QUESTION), part, PARTS[part], used[PARTS[part]])
    started = time.process_time()

    (finding,) = findings(edited(hostile, part, b"?>", LAUGHS))

    assert finding.code == "doctype"
    assert time.process_time() - started < 2


def test_an_xform_is_taken_as_it_is_but_for_a_byte_order_mark(meeting):
    form = read_xform(b"\xef\xbb\xbf" + meeting.xml)

    assert form.xml == meeting.xml
    assert form.fields == meeting.fields
    assert form.title_by_language == {"Tiếng Việt (vi)": "Biểu mẫu thử"}
    with pytest.raises(NotAnXForm):
        read_xform(b"<data id='f'/>")


def test_every_form_of_the_programme_converts(forms_folder):
    for path in sorted(forms_folder.glob("*.xlsx")):
        form = convert(path.read_bytes())

        assert form.xml_form_id == path.stem
        assert form.default_language == "Tiếng Việt (vi)"
        assert not [name for name in schema.keys(form.fields).values() if "/" in name]


@pytest.fixture
def forms_folder(request):
    return request.config.rootpath / "xlsforms"
