"""Everything wrong with a workbook is found in one pass, with its cell, in both languages; and nothing else is."""

import inspect
import io
import re
import tracemalloc
import zipfile
from string import Formatter

import pytest
from openpyxl import load_workbook

from forms import gate
from forms.errors import FormRejected
from forms.lint import Published, vocabulary, xpath
from forms.lint.mark import mark
from forms.lint.words import SENTENCES
from forms.xlsform import examine
from forms.xlsform.required import check_written

from .lint_workbooks import BROKEN, EXCEL, FILES, SURVEY, VALID, YES_NO, excel
from .workbooks import workbook

ADVICE = ("max_pixels",)
"""What the converter says of every photo."""
WITH_JAVA = ("entities, made and updated", "dates, texts and numbers", "choices from a repeat")


def places(findings):
    return tuple(f"{one.sheet}!{one.cell} {one.code}" for one in findings)


@pytest.mark.parametrize("name", BROKEN)
def test_all_that_is_wrong_with_a_workbook_is_found_at_once(name):
    broken = BROKEN[name]

    attached = None if broken.files is None else {file: FILES[file] for file in broken.files}
    findings = examine(workbook(broken.markdown), attached=attached).findings

    assert places(findings) == broken.found
    assert broken.vi in findings[0].vi
    assert broken.en in findings[0].en


@pytest.mark.parametrize("name", EXCEL)
def test_what_excel_did_to_a_cell_is_told(name):
    content, found, vi, en = EXCEL[name]

    findings = examine(content).findings

    assert places(findings) == found
    assert vi in findings[0].vi
    assert en in findings[0].en


def test_the_collection_is_as_large_as_it_says():
    assert len(BROKEN) + len(EXCEL) >= 60
    assert len(VALID) >= 20


@pytest.mark.parametrize("name", VALID)
def test_nothing_is_found_in_a_valid_workbook(name):
    examined = examine(workbook(VALID[name]), attached=FILES, validate=name in WITH_JAVA)

    assert [one for one in examined.findings if one.code not in ADVICE] == []
    assert examined.form is not None


@pytest.mark.parametrize("form", ["club_founding", "club_meeting", "member_survey"])
def test_nothing_is_found_in_the_forms_of_the_programme(form, request):
    folder = request.config.rootpath / "xlsforms"
    media = {path.name: path.read_bytes() for path in (folder / "media").glob("*.csv")}
    lists = ("clubs", "members", "loans", "care_recipients")

    examined = examine((folder / f"{form}.xlsx").read_bytes(), attached=media, entity_lists=lists)

    assert examined.findings == ()


def test_many_errors_of_every_kind_in_one_workbook_are_all_found():
    book = workbook(
        """
        | survey |
        | | type | name | label | relevant | calculation | parameters | relevent |
        | | integr | a | A | | | | |
        | | text | họ tên | B | ${nobody} = 1 | | | |
        | | range | c | C | | | begin=1 | |
        | | begin_group | g | G | | | | |
        | | calculate | d | | | if(1 = 1, 2 | | |
        | | select_one yes_no | e | E | ${a} == 1 | | | |
        | | calculate | f | | | date('yesterday') | | |
        """
    )

    examined = examine(book, validate=True)

    assert examined.form is None
    assert places(examined.findings) == (
        "survey!G1 column_unknown",
        "survey!A2 type_unknown",
        "survey!B3 name_characters",
        "survey!D3 reference_unknown",
        "survey!F4 parameters_unknown",
        "survey!A5 begin_unmatched",
        "survey!E6 bracket_open",
        "survey!A7 choices_missing",
        "survey!D7 operator_foreign",
        "survey!E8 bad_calculation",
    )


def test_the_version_of_a_form_that_is_published_stands_for_its_text_only():
    book = workbook(SURVEY + "| | text | a | A |")
    form = examine(book).form
    published = Published("club_test", {form.version: form.md5, "2026112202": "x"})

    same = examine(book, published=published)
    (finding,) = examine(workbook(SURVEY + "| | text | b | B |"), published=published).findings

    assert same.findings == ()
    assert (finding.code, finding.cell) == ("version_same", "C2")
    assert "ví dụ “2026112203”" in finding.vi
    assert examine(book, published=Published("another", {form.version: "x"})).findings == ()


def test_every_sentence_says_what_to_do_and_uses_the_same_words_in_both_languages():
    for code, (severity, vi, en) in SENTENCES.items():
        words = [{word for _, word, _, _ in Formatter().parse(text) if word} for text in (vi, en)]
        differing = {word.removesuffix("_vi").removesuffix("_en") for word in words[0] ^ words[1]}
        assert differing <= {"meant", "needed", "near", "where"} or code == "invisible_character", code
        assert severity in ("error", "warning")
        assert re.search(r"[Hh]ãy|nên |phải ", vi), code
        assert vi != en
        assert max(len(vi), len(en)) < 220, code


def test_every_message_the_guide_explains_is_one_that_is_given(request):
    guide = (request.config.rootpath / "docs" / "huong-dan-quan-tri.md").read_text(encoding="utf-8")
    required = inspect.getsource(check_written.__globals__["_gone"])
    said = "\n".join(
        [*(vi for _, vi, _ in SENTENCES.values()), *(vi for vi, _ in gate.REFUSALS.values()), required]
    )
    rows = [row for row in guide.split("| Máy báo |")[1].splitlines() if row.startswith("| ")]

    messages = [part.strip() for row in rows for part in row.split("|")[1].split(";") if part.strip("… ")]
    patterns = {one: re.sub("“[^”]*”", "“[^”]*”", re.escape(one)) for one in messages}

    assert len(messages) > 20
    assert [one for one, pattern in patterns.items() if not re.search(pattern, said)] == []


@pytest.mark.parametrize(
    "text",
    [
        ". >= 0 and . <= 120", "../a[position() = 1]", "${a} mod 2 = 0 or not(${b})", "-1", "3 * (2 + 1)",
        "div div div",
        "instance('x')/root/item[name=current()/../a and n > 1]/label", "concat(\"it's\", ' \"x\"')", "../../b/c",
    ],
)  # fmt: skip
def test_what_xpath_allows_is_well_formed(text):
    assert xpath.read(text).faults == []


def test_brackets_without_end_are_refused_before_what_stands_in_them_is_looked_at():
    """One cell of them took ten seconds, and a workbook holds thousands."""
    depth = xpath.DEEPEST
    assert len(xpath.read("not(" * depth + "1" + ")" * depth).calls) == depth

    found = xpath.read("not(" * 6000 + "1" + ")" * 6000)

    assert ([code for code, _ in found.faults], found.calls) == (["expression"], [])


def test_an_expression_knows_what_it_calls_and_asks():
    found = xpath.read(
        "if(selected(${a}, 'x'), sum(${b}) + c, instance('l')/root/item[d = ${e}]/f) = '' or ${g} != 'y'"
    )

    assert [(call.name, len(call.arguments)) for call in found.calls] == [
        ("selected", 2), ("sum", 1), ("instance", 1), ("if", 3),
    ]  # fmt: skip
    assert [(one.name, one.within) for one in found.references] == [
        ("a", ("selected", "if")), ("b", ("sum", "if")), ("e", ("[", "if")), ("g", ()),
    ]  # fmt: skip
    assert found.names == ["c"]
    assert [(one.question, one.word) for one in found.comparisons] == [("a", "x"), ("g", "y")]


def test_the_functions_that_are_known_are_those_of_the_engine():
    """Each is asked of the real engine elsewhere; here, that the table knows what the three forms call."""
    assert {"indexed-repeat", "pulldata", "jr:choice-name", "once"} <= set(vocabulary.FUNCTIONS)
    assert not {"floor", "ceiling", "substring", "last"} & set(vocabulary.FUNCTIONS)


def edited(content: bytes, extra: dict[str, bytes], **changed: tuple[str, bytes, bytes]) -> bytes:
    """The workbook with more parts, and with bytes replaced in some."""
    file = io.BytesIO()
    edits = {part: (old, new) for part, old, new in changed.values()}
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, data.replace(*edits[name]) if name in edits else data)
        for name, data in extra.items():
            target.writestr(name, data)
    return file.getvalue()


PLAIN = workbook(SURVEY + "| | select_one yes_no | a | A |\n" + YES_NO)
SHEET = "xl/worksheets/sheet1.xml"


def million_rows() -> bytes:
    return "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(9, 1_000_009)).encode()


def harmful(name: str) -> bytes:
    if name == "too_many_rows":
        return edited(PLAIN, {}, rows=(SHEET, b"</sheetData>", million_rows() + b"</sheetData>"))
    if name == "bomb":
        return edited(PLAIN, {"xl/media/image1.png": bytes(90 * 2**20)})
    if name == "too_large":
        return edited(PLAIN, {f"xl/media/{n}.xml": b"" for n in range(gate.MAX_PARTS)})
    if name == "macros":
        return edited(PLAIN, {"xl/vbaProject.bin": b"x"})
    if name == "external_links":
        return edited(PLAIN, {"xl/externalLinks/externalLink1.xml": b"<x/>"})
    return edited(PLAIN, {}, dtd=(SHEET, b"?>", b'?><!DOCTYPE x [<!ENTITY a "b">]>'))


@pytest.mark.parametrize(
    "name", ["too_many_rows", "bomb", "too_large", "macros", "external_links", "doctype"]
)
def test_a_file_that_could_harm_is_refused_before_it_is_parsed_and_costs_little(name):
    content = harmful(name)
    tracemalloc.start()
    try:
        with pytest.raises(FormRejected) as refusal:
            examine(content)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    (finding,) = refusal.value.findings
    assert finding.code == name
    assert "hãy" in finding.vi
    assert most < 20 * 2**20


EVERYWHERE = b"A1:XFD1048576"
"""All cells of a sheet, which whoever makes them one by one never ends with."""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="%s"/></mergeCells>' % EVERYWHERE),
        (
            b"</sheetData>",
            b"</sheetData><hyperlinks><hyperlink display='>' ref='%s'/></hyperlinks>" % EVERYWHERE,
        ),
        (b"</sheetData>", b'</sheetData><x:hyperlink\tref = "A1&#58;C9"/>'),
        (
            b"</sheetData>",
            b"".join(b"<c\tr='B%d'/>" % n for n in range(gate.MAX_CELLS + 1)) + b"</sheetData>",
        ),
    ],
    ids=["merged", "linked", "disguised", "blank"],
)
def test_more_cells_than_a_form_has_are_refused_however_few_bytes_name_them(before, after):
    with pytest.raises(FormRejected) as refusal:
        gate.check(edited(PLAIN, {}, sheet=(SHEET, before, after)))

    assert [one.code for one in refusal.value.findings] == ["too_many_rows"]


def test_a_sheet_that_hides_under_another_name_is_refused():
    links = "xl/_rels/workbook.xml.rels"

    with pytest.raises(FormRejected) as refusal:
        gate.check(edited(PLAIN, {}, link=(links, b"sheet1.xml", b"sheet1.dat")))

    assert [one.code for one in refusal.value.findings] == ["damaged"]


def test_a_long_list_that_a_form_may_have_is_not_refused():
    rows = "".join(f"| | c | {n} | Xã {n} |\n" for n in range(12_000))
    book = workbook(
        SURVEY + f"| | select_one c | a | A |\n| choices |\n| | list_name | name | label |\n{rows}"
    )

    gate.check(book)


def test_a_workbook_comes_back_with_its_cells_coloured_a_note_in_each_and_a_list_with_links():
    content = excel(
        SURVEY + "| | integr | a | A |\n| | text | thôn | B |\n| | text | c | C |",
        ("survey", "C4", "=1+1"),
        ("survey", "C2:C3", "merge"),
        ("settings", "A2", "=danger"),
    )
    findings = examine(content).findings

    marked = mark(content, findings, "vi")
    again = mark(marked.content, examine(marked.content).findings, "en")

    book = load_workbook(io.BytesIO(marked.content))
    survey = book["survey"]
    assert (survey["A2"].fill.start_color.rgb, survey["B3"].fill.start_color.rgb) == ("FFFFC7CE", "FFFFEB9C")
    assert "có phải “integer”?" in survey["A2"].comment.text
    assert survey["C4"].value == "=1+1"
    assert book.sheetnames == ["Lỗi", "survey", "settings"]
    rows = [[cell.value for cell in row] for row in book["Lỗi"].iter_rows(min_row=5)]
    assert [row[2:4] for row in rows] == [[one.sheet, one.cell] for one in findings]
    assert book["Lỗi"]["D5"].hyperlink.location == "'survey'!A2"
    assert all(cell.data_type != "f" for row in book["Lỗi"].iter_rows() for cell in row)
    second = load_workbook(io.BytesIO(again.content))
    assert second.sheetnames == ["Errors", "survey", "settings"]
    assert second["survey"]["A2"].comment.text.count("integer") == 2
    assert (marked.lost, mark(edited(content, {"xl/charts/chart1.xml": b"<c/>"}), findings, "en").lost) == (
        (),
        (("biểu đồ", "charts"),),
    )


def test_a_question_that_many_cells_call_is_one_mistake():
    rows = "".join(f"| | text | q{n} | Q | ${{gone}} = {n} |\n" for n in range(20))

    (finding,) = examine(workbook(SURVEY + rows)).findings

    assert (finding.code, finding.cell) == ("reference_unknown", "D2")
    assert "Còn gọi ở 19 ô khác: survey!D3, survey!D4" in finding.vi
    assert "Also in 19 other cells" in finding.en
