"""What pyxform and ODK Validate say, as findings with a cell and plain words."""

import re
import shutil
from string import Formatter

import pytest
from pyxform.errors import ErrorCode

from forms.errors import FormRejected, JavaMissing, ValidateFailed
from forms.xlsform import convert
from forms.xlsform.messages import explain
from forms.xlsform.sentences import CODED, PARAMETER_CODES, WORDED
from forms.xlsform.workbook import open_workbook

from .workbooks import workbook

HEAD = """| survey |
| | type | name | label::Tiếng Việt (vi) | calculation | relevant | constraint | parameters | save_to |
"""
CHOICES = "| choices |\n| | list_name | name | label |\n"

# Rows of the survey from row 2 on: the finding expected, as code, cell, value, question.
FAULTS = {
    "| | integr | n | N |": ("type_unknown", "A2", "integr", "n"),
    "\n\n| | text | a | A |\n| | | n | N |": ("type_missing", "A5", None, "n"),
    "| | text | | A |": ("name_missing", "B2", None, None),
    "| | text | 1a | A |": ("name_characters", "B2", "1a", "1a"),
    "| | text | a | A |\n| | text | a | A |": ("name_duplicate", "B3", "a", "a"),
    "| | text | meta | A |": ("name_meta", "B2", "meta", "meta"),
    "| | text | a | |": ("label_missing", "C2", None, "a"),
    "| | calculate | a | |": ("calculation_missing", "D2", None, "a"),
    "| | text | a | Tên ${nope} |": ("reference_unknown", "C2", "Tên ${nope}", "a"),
    "| | text | a | A | | ${nope} = 1 |": ("reference_unknown", "E2", "${nope} = 1", "a"),
    "| | text | a | A | | | . > ${a b} |": ("reference_syntax", "F2", ". > ${a b}", "a"),
    "| | begin_group | g | G |\n| | text | a | A |": ("begin_unmatched", "A2", "begin_group", "g"),
    "| | text | a | A |\n| | end_repeat | | |": ("end_unmatched", "A3", "end_repeat", None),
    "| | range | a | A | | | | start=1 end=x |": ("parameters_value", "G2", "start=1 end=x", "a"),
    "| | range | a | A | | | | begin=1 |": ("parameters_unknown", "G2", "begin=1", "a"),
    "| | text | a | A | | | | | full_name |": ("save_to_without_entities", "H2", "full_name", "a"),
    "| | select_one x | a | A |\n" + CHOICES + "| | y | 1 | Một |": ("list_unknown", "A2", "select_one x", "a"),
    "| | select_one y | a | A |": ("choices_missing", "A2", "select_one y", "a"),
    "| | select_multiple y | a | A |\n" + CHOICES + "| | y | 1 2 | Một |": (
        "choice_name_spaces", "B2", "1 2", None,
    ),
    "| | select_one y | a | A |\n" + CHOICES + "| | y | 1 | Một |\n| | y | 1 | Một |": (
        "choice_name_duplicate", "B3", "1", None,
    ),
    "| | text | a | A |\n| entities |\n| | list_name | label |\n| | a.b | ${a} |": (
        "entity_name_period", "A2", "a.b", None,
    ),
}  # fmt: skip


def refused(markdown: str, **options):
    with pytest.raises(FormRejected) as refusal:
        convert(workbook(markdown), **options)
    return [finding for finding in refusal.value.findings if finding.severity == "error"]


@pytest.mark.parametrize("rows", FAULTS)
def test_a_fault_is_told_with_its_cell_value_and_question(rows):
    (finding,) = refused(HEAD + rows)

    assert (finding.code, finding.cell, finding.value, finding.question) == FAULTS[rows]
    assert finding.vi != finding.en
    assert "{" not in finding.vi.replace("${", "") + finding.en.replace("${", "")


ONLY_THE_CONVERTER = (
    "parameters_value",
    "parameters_unknown",
    "save_to_without_entities",
    "entity_name_period",
)


def test_what_only_the_converter_sees_keeps_its_words():
    told = [refused(HEAD + rows)[0] for rows, (code, *_) in FAULTS.items() if code in ONLY_THE_CONVERTER]

    assert [finding.code for finding in told] == [*ONLY_THE_CONVERTER]
    assert all(finding.detail and "…" not in finding.vi + finding.en for finding in told)


def test_two_columns_of_one_name_are_told_by_name():
    (finding,) = refused("| survey |\n| | type | name | label | | label |\n| | text | a | A | | B |")

    assert (finding.code, finding.sheet, finding.cell, finding.value) == (
        "header_twice",
        "survey",
        "E1",
        "label",
    )


def test_a_message_nobody_has_seen_keeps_its_place_and_its_words():
    book = open_workbook(workbook(HEAD + "| | text | a | A |"))

    (finding,) = explain("[row : 2] On the 'survey' sheet, frobnicate.", "error", book)

    assert (finding.code, finding.sheet, finding.row, finding.question) == ("pyxform", "survey", 2, "a")
    assert finding.detail == "[row : 2] On the 'survey' sheet, frobnicate."


def test_several_messages_in_one_are_several_findings():
    book = open_workbook(workbook(HEAD + "| | text | a | A |\n" + CHOICES + "| | y | 1 | Một |"))
    message = "\n".join(ErrorCode.NAMES_007.value.format(row=row) for row in (2, 3))

    assert [finding.row for finding in explain(message, "error", book)] == [2, 3]


def test_a_crash_of_the_converter_is_a_finding_and_no_crash():
    # pyxform 4.5 raises TypeError for a searched list under a header of colons only
    (finding,) = refused(
        "| survey |\n| | type | name | label | appearance |\n| | select_one y | a | A | search('y') |\n"
        "| choices |\n| | list_name | name | :: |\n| | y | 1 | Một |"
    )

    assert finding.code == "pyxform_failed"
    assert finding.detail


def test_warnings_are_in_plain_words_too():
    form = convert(
        workbook(
            "| survey |\n| | type | name | label::Tiếng Việt (vi) | label::English |\n"
            "| | image | photo | Ảnh | Photo |\n| | text | Photo | Ảnh | Photo |"
        )
    )

    assert {(w.code, w.cell, w.severity) for w in form.warnings} == {
        ("max_pixels", "A2", "warning"),
        ("name_case", "B3", "warning"),
        ("language_code", "D1", "warning"),
    }
    assert all("…" not in w.vi + w.en for w in form.warnings)


def test_every_code_of_pyxform_has_our_sentence():
    internal = {name for name in ErrorCode.__members__ if name.startswith("INTERNAL_")}

    assert set(ErrorCode.__members__) - internal == {*CODED, *PARAMETER_CODES}


@pytest.mark.parametrize("name", [*CODED, *PARAMETER_CODES])
def test_every_coded_message_is_recognised_and_fully_worded(name):
    template = ErrorCode[name].value
    words = {word: f"w_{word}" for _, word, _, _ in Formatter().parse(template.msg) if word}
    words.update({"row": "2", "sheet": "survey", "column": "name"} if "row" in words else {})
    book = open_workbook(workbook(HEAD + "| | text | a | A |"))

    (finding,) = explain(template.format(**words), "error", book)

    assert finding.code != "pyxform"
    assert "…" not in finding.vi + finding.en
    assert finding.vi != finding.en


@pytest.mark.parametrize("pattern", WORDED)
def test_every_sentence_uses_only_words_its_message_has(pattern):
    _, _, vi, en = WORDED[pattern]
    known = {*re.compile(pattern).groupindex, "cell", "column"}

    used = {word for text in (vi, en) for _, word, _, _ in Formatter().parse(text) if word}

    assert used <= known


needs_java = pytest.mark.skipif(shutil.which("java") is None, reason="needs Java")

INVALID = {
    "| | text | t | T |\n| | begin_group | g | G |\n| | end_group | | |": ("empty_group", "B3", "g"),
    "| | text | a | A |\n| | calculate | c | | date('abc') |": ("bad_calculation", "D3", "c"),
}


@needs_java
@pytest.mark.parametrize("rows", INVALID)
def test_what_only_odk_validate_sees_is_told_with_its_cell(rows):
    (finding,) = refused(HEAD + rows, validate=True)

    assert (finding.code, finding.cell, finding.question) == INVALID[rows]
    assert ".java" not in finding.detail
    assert "Exception" not in finding.detail


@needs_java
def test_a_valid_form_passes_odk_validate_with_vietnamese_in_it():
    form = convert(workbook(HEAD + "| | text | a | Tên câu lạc bộ | | | . != 'Đông' |"), validate=True)

    assert form.warnings == ()


def test_a_validator_that_breaks_down_says_nothing_against_the_form(monkeypatch, tmp_path):
    java = tmp_path / "java"
    java.write_text("#!/bin/sh\necho 'Error: Unable to access jarfile' >&2\nexit 3\n")
    java.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    with pytest.raises(ValidateFailed, match="jarfile"):
        convert(workbook(HEAD + "| | text | a | A |"), validate=True)


def test_without_java_validation_says_so_and_conversion_still_works(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    book = workbook(HEAD + "| | text | a | A |")

    with pytest.raises(JavaMissing, match="Java"):
        convert(book, validate=True)
    assert convert(book).xml_form_id == "club_test"
