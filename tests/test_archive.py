"""PDF/UA-1 and PDF/A-3a, judged by page-validation, which passes veraPDF's corpus; and files made of many parts."""

import io
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import page as validator
import pdfplumber
import pikepdf
import pytest
import segno

from reports import fonts, pdf, render
from reports.pdf import layout
from tests.builders_report import club_row, province_report
from tests.test_cards import card
from tests.test_cards import printed as cards

ROOT = Path(__file__).resolve().parent.parent
MADE_ON = date(2021, 2, 5)
PROFILES = ("ua1", "3a")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ATTACHED = (
    pdf.Attachment("số liệu.json", "application/json", b'{"clubs": 20}', "Số liệu của báo cáo", "Source"),
    pdf.Attachment("bang.xlsx", XLSX, b"PK\x03\x04", "Các bảng của báo cáo", "Data"),
)


def faults(made: bytes) -> set[str]:
    """What the validator finds against either standard: short names of rules, such as METADATA-TITLE."""
    found = (
        failure.rule_id
        for profile in PROFILES
        for failure in validator.validate_pdf_bytes(made, profile=profile).failures
    )
    return {re.sub(r"^PDF[A-Z0-9]+-|-\d+$", "", rule) for rule in found}


@pytest.fixture(scope="module")
def report() -> bytes:
    return render.printed(render.html(province_report(), MADE_ON), attachments=ATTACHED)


def test_the_province_report_is_accessible_and_archivable_at_once(report):
    assert faults(report) == set()
    with pikepdf.open(io.BytesIO(report)) as document:
        assert document.check_pdf_syntax() == []
        with document.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
            assert metadata["pdfuaid:part"] == "1"


def test_cards_with_pictures_are_accessible_and_archivable_too():
    assert faults(cards(card(1), card(2))) == set()


def _no_language(document: pikepdf.Pdf) -> None:
    del document.Root.Lang


def _no_alternatives(document: pikepdf.Pdf) -> None:
    for element in elements(document, "/Figure"):
        del element.Alt


def _no_scopes(document: pikepdf.Pdf) -> None:
    for element in elements(document, "/TH"):
        del element.A


def _no_colours(document: pikepdf.Pdf) -> None:
    del document.Root.OutputIntents


def _no_relationship(document: pikepdf.Pdf) -> None:
    for specification in document.Root.AF:
        del specification.AFRelationship


def _another_standard(document: pikepdf.Pdf) -> None:
    packet = document.Root.Metadata.read_bytes()
    document.Root.Metadata.write(packet.replace(b"pdfuaid:part>1<", b"pdfuaid:part>x<"))


def _no_tree(document: pikepdf.Pdf) -> None:
    del document.Root.StructTreeRoot


@pytest.mark.parametrize(
    ("plant", "rule"),
    [
        (_no_language, "LANGUAGE"),
        (_no_alternatives, "FIGURE-ALTERNATIVE-TEXT"),
        (_no_scopes, "TABLE-HEADERS-SCOPE"),
        (_no_colours, "DEVICE-RGB"),
        (_no_relationship, "AF-RELATIONSHIP"),
        (_another_standard, "ID-PART"),
        (_no_tree, "STRUCT-TREE-ROOT"),
    ],
)
def test_a_planted_fault_is_found(report, plant, rule):
    with pikepdf.open(io.BytesIO(report)) as document:
        plant(document)
        out = io.BytesIO()
        document.save(out)

    assert [fault for fault in faults(out.getvalue()) if rule in fault]


def test_a_page_without_language_or_alternative_text_is_refused():
    picture = segno.make("x").png_data_uri()

    with pytest.raises(pdf.RenderProblem, match="lang"):
        pdf.render("<html><title>x</title><p>chữ</p></html>", "", fonts.find())
    with pytest.raises(pdf.RenderProblem, match="alt"):
        pdf.render(f'<html lang="vi"><title>x</title><img src="{picture}"></html>', "", fonts.find())


def test_attachments_travel_with_what_they_are(report):
    with pikepdf.open(io.BytesIO(report)) as document:
        held = {
            str(specification.UF): (str(specification.AFRelationship), specification.EF.F)
            for specification in document.Root.AF
        }
        assert {name: relationship for name, (relationship, _) in held.items()} == {
            "bang.xlsx": "/Data",
            "số liệu.json": "/Source",
        }
        assert json.loads(held["số liệu.json"][1].read_bytes()) == {"clubs": 20}
        assert str(held["bang.xlsx"][1].Subtype) == "/" + XLSX
        assert sorted(document.attachments) == ["bang.xlsx", "số liệu.json"]


def test_page_numbers_are_artifacts_and_everything_else_is_tagged(report):
    with pikepdf.open(io.BytesIO(report)) as document:
        for number, page in enumerate(document.pages, 1):
            marks = [
                (str(operands[0]), operands[1] if len(operands) > 1 else {})
                for operands, operator in pikepdf.parse_content_stream(page)
                if str(operator) in ("BDC", "BMC")
            ]
            headers = [mark for mark in marks if mark[1].get("/Type") == "/Pagination"]
            assert {name for name, _ in headers} == {"/Artifact"}, number
            assert not any("/MCID" in properties for _, properties in headers), number


def test_header_cells_say_what_they_head_and_figures_stand_on_their_page(report):
    with pikepdf.open(io.BytesIO(report)) as document:
        scopes = [str(cell.A.Scope) for cell in elements(document, "/TH")]
        figures = list(elements(document, "/Figure"))
        inside = [
            0 < float(bottom) < float(top) < float(figure.Pg.MediaBox[3])
            for figure in figures
            for _, bottom, _, top in [figure.A.BBox]
        ]

    assert set(scopes) == {"/Column", "/Row"}
    assert figures
    assert all(inside)


SCRIPT = """
import sys
from datetime import date
from hashlib import sha256
from reports import render
from tests.builders_report import province_report
from tests.test_archive import ATTACHED, MADE_ON
made = render.printed(render.html(province_report(), MADE_ON), attachments=ATTACHED)
print(date.today(), sha256(made).hexdigest())
"""


def test_another_process_on_another_day_in_another_place_makes_the_same_bytes(report):
    elsewhere = {
        **os.environ,
        "PYTHONHASHSEED": "4711",
        "TZ": "America/Lima",
        "LC_ALL": "C",
        "HOME": "/nowhere",
    }
    command = ["faketime", "2031-03-04 23:59:00", sys.executable, "-c", SCRIPT]

    said = subprocess.run(command, env=elsewhere, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert said.split() == ["2031-03-04", sha256(report).hexdigest()]


def test_a_table_laid_out_in_pieces_has_every_row_once_on_full_pages_numbered_on(monkeypatch):
    monkeypatch.setattr(layout, "ROWS_AT_ONCE", 35)
    rows = 80

    made = pdf.joined([front(), pdf.Rows(annex(rows), rows), front()], stylesheet(), fonts.find())

    assert faults(made) == set()
    with pdfplumber.open(io.BytesIO(made)) as opened:
        texts = [" ".join((page.extract_text() or "").split()) for page in opened.pages]
        lowest = [max(word["bottom"] for word in page.extract_words()) for page in opened.pages]
    numbers = [int(found) for text in texts for found in re.findall(r"LTH-(\d{6})", text)]
    assert numbers == list(range(1, rows + 1))
    assert texts[1].startswith("Phụ lục I ")
    own = [str(number) for number in range(2, len(texts) - 1)]
    assert [text.split()[0] for text in texts[2:]] == [*own, str(len(texts))]
    assert len(texts) > 5
    assert min(lowest[1:-2]) > 0.7 * 595, (
        "a page of the table is not full: two rows that stay together may move on"
    )
    assert sum("DANH SÁCH CÂU LẠC BỘ" in text for text in texts) == 1


def test_joined_parts_share_fonts_bookmarks_and_one_tree_of_tags():
    made = pdf.joined([front(), front()], stylesheet(), fonts.find())

    with pikepdf.open(io.BytesIO(made)) as document:
        fonts_of = [
            {name: font.objgen for name, font in page.Resources.Font.items()} for page in document.pages
        ]
        assert fonts_of[0] == fonts_of[1]
        with document.open_outline() as outline:
            assert [(item.title, len(item.children)) for item in outline.root] == [("Đầu", 1), ("Đầu", 1)]
        assert [str(one.S) for one in document.Root.StructTreeRoot.K[0].K] == ["/H1", "/H2", "/P"] * 2
        parents = [leaf for kid in document.Root.StructTreeRoot.ParentTree.Kids for leaf in kid.Nums]
        assert (
            [int(key) for key in parents[::2]]
            == [int(page.StructParents) for page in document.pages]
            == [0, 1]
        )


MEMORY = """
import sys
from reports import fonts, pdf
from tests.test_archive import annex, front, stylesheet
made = pdf.joined([front(), pdf.Rows(annex(3000), 3000)], stylesheet(), fonts.find())
open(sys.argv[1], "wb").write(made)
(most,) = [line for line in open("/proc/self/status") if line.startswith("VmHWM:")]
print(int(most.split()[1]) // 1024)
"""


@pytest.mark.soak
def test_an_annex_of_3000_clubs_takes_200_mb_at_most(tmp_path):
    out = tmp_path / "annex.pdf"

    said = subprocess.run(
        [sys.executable, "-c", MEMORY, str(out)], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout

    assert int(said) <= 200
    assert faults(out.read_bytes()) == set()


def elements(document: pikepdf.Pdf, kind: str):
    return (one for one in document.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == kind)


def stylesheet() -> str:
    return (pdf.TEMPLATES / "report.css").read_text(encoding="utf-8")


def front() -> str:
    return '<!DOCTYPE html><html lang="vi"><title>Thử</title><h1>Đầu</h1><h2>Mục</h2><p>Chữ đầu.</p></html>'


def annex(count: int):
    """Phụ lục I of that many clubs, row by row: (start, stop) → HTML."""
    whole = province_report(clubs=())
    page = render.environment("vi").from_string(
        '<!DOCTYPE html><html lang="vi"><title>Phụ lục I</title>{% include "parts/annex_clubs.html" %}</html>'
    )

    def html(start: int, stop: int) -> str:
        clubs = tuple(club_row(number + 1) for number in range(start, stop))
        part = replace(whole, clubs=clubs, failing_counts=whole.failing_counts if stop == count else ())
        given = {"report": part, "scope": part.scope, "made_on": MADE_ON, "trace": render.PLAIN_TRACE}
        return page.render(**given, is_first=start == 0)

    return html
