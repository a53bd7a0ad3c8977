"""Broken workbooks, each with all that must be found in it; and valid ones, in which nothing must be."""

import io
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from openpyxl import load_workbook

from .workbooks import workbook

SURVEY = "| survey |\n| | type | name | label | relevant | constraint | calculation | choice_filter |\n"
YES_NO = "| choices |\n| | list_name | name | label |\n| | yes_no | yes | Có |\n| | yes_no | no | Không |\n"
FOLDER = Path(__file__).parent / "lint"


@dataclass(frozen=True)
class Broken:
    """A workbook and its findings, "survey!E29 code" in their order; vi and en: what the first of them must say.

    files: names of the files attached; None: not asked.
    """

    markdown: str
    found: tuple[str, ...]
    vi: str
    en: str
    files: tuple[str, ...] | None


def sections(name: str) -> dict[str, str]:
    """The sections of a Markdown file by heading."""
    parts = re.split(r"^## (.+)$", (FOLDER / name).read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def _broken(section: str) -> Broken:
    lines = section.strip().splitlines()
    table = "\n".join(line for line in lines if line.startswith("|"))
    notes = [line.removeprefix("- ") for line in lines if line.startswith("- ")]
    said = dict(note.split(": ", 1) for note in notes if re.match(r"(vi|en|files): ", note))
    found = tuple(note for note in notes if "!" in note.split(" ")[0])
    files = tuple(said["files"].split()) if "files" in said else None
    return Broken(table, found, said["vi"], said["en"], files)


BROKEN = {name: _broken(section) for name, section in sections("broken.md").items()}
VALID = {name: section.strip() for name, section in sections("valid.md").items()}
TEXT = SURVEY + "| | text | a | A |\n| | text | b | B |"


def excel(markdown: str, *edits: tuple[str, str, object]) -> bytes:
    """A workbook in which some cells were set by other means: sheet, cell, value; "merge", "hide" act on the sheet."""
    book = load_workbook(io.BytesIO(workbook(markdown)))
    for sheet, place, value in edits:
        if value == "merge":
            book[sheet].merge_cells(place)
        elif value == "hide":
            book[sheet].sheet_state = "hidden"
        else:
            book[sheet][place] = value
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


ZERO_WIDTH, NFD = "text\u200b", "Ho\u0323 te\u0302n"
EXCEL: dict[str, tuple[bytes, tuple[str, ...], str, str]] = {
    "a formula, and one that Excel never computed": (
        excel(TEXT, ("survey", "C2", "=1+1")),
        ("survey!C2 formula_empty",),
        "công thức Excel chưa có giá trị",
        "an Excel formula without a saved value",
    ),
    "an error of Excel": (
        excel(TEXT, ("survey", "C3", "#REF!")),
        ("survey!C3 cell_error",),
        "lỗi của Excel “#REF!”",
        "the Excel error “#REF!”",
    ),
    "a date that Excel made": (
        excel(TEXT, ("survey", "C3", datetime(2026, 1, 2))),
        ("survey!C3 cell_date",),
        "định dạng ô là Text",
        "format the cell as Text",
    ),
    "merged cells": (
        excel(TEXT, ("survey", "C2:C3", "merge")),
        ("survey!C2 merged_cells", "survey!C3 label_missing"),
        "Các ô C2:C3 bị gộp",
        "The cells C2:C3 are merged",
    ),
    "a hidden sheet": (
        excel(SURVEY + "| | select_one yes_no | a | A |\n" + YES_NO, ("choices", "A1", "hide")),
        ("choices!A1 sheet_hidden",),
        "đang bị ẩn",
        "is hidden",
    ),
    "a sign nobody sees": (
        excel(TEXT, ("survey", "A2", ZERO_WIDTH)),
        ("survey!A2 invisible_character", "survey!A2 type_unknown"),
        "xóa hết ô và gõ lại “text”",
        "type “text” again",
    ),
    "letters apart from their marks": (
        excel(TEXT, ("survey", "C2", NFD)),
        ("survey!C2 letters_apart",),
        "dấu rời",
        "apart from their marks",
    ),
    "a column without a name": (
        excel(TEXT, ("survey", "J2", "ghi chú")),
        ("survey!J2 header_blank",),
        "không có tên ở dòng 1",
        "no name in row 1",
    ),
    "questions far below": (
        excel(TEXT, ("survey", "A70", "text"), ("survey", "B70", "c"), ("survey", "C70", "C")),
        ("survey!A70 rows_dropped",),
        "hơn 60 dòng trống",
        "more than 60 blank rows",
    ),
    "a text too long for a screen": (
        excel(TEXT, ("survey", "C2", "rất dài " * 130)),
        ("survey!C2 text_long",),
        "dài 1039 ký tự",
        "has 1039 characters",
    ),
}

FILES = {
    "villages.csv": b"code,title,name,label,region_code\n1,A,1,A,x\n",
    "prices.csv": b"crop,price\n",
    "units.xml": b"<root/>",
    "clubs.csv": b"code_key,owner\n",
    "fruits.csv": b"name_key,name\n",
    "logo.png": b"",
    "hello.mp3": b"",
    "trees.csv": b"name,label\n",
    "xa.csv": b"name,ten\n1,Mot\n",
}
