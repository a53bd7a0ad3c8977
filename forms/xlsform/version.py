"""Gives a workbook another version: one cell of the sheet settings changes, all else stays as it was written."""

import io
import posixpath
import zipfile

from lxml import etree

from ..xml import find, find_all, parse
from .workbook import open_workbook

SETTINGS_ROW = 2
BOOK = "xl/workbook.xml"
LINKS = "xl/_rels/workbook.xml.rels"
LINK_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def with_version(workbook: bytes, version: str) -> bytes | None:
    """The same workbook (.xlsx) with another version at its settings; None when that cell is a formula.

    Colours, widths, notes and all other sheets stay, because only that cell is written anew.
    Raises FormRejected for what is no workbook.
    """
    book = open_workbook(workbook)
    name, place = book.sheet("settings").name, book.cell("settings", "version", SETTINGS_ROW)
    if place is None:
        return None
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        part = _part_of(archive, name)
        sheet = parse(archive.read(part))
        if not _write(sheet, place, version):
            return None
        changed = etree.tostring(sheet, xml_declaration=True, encoding="UTF-8", standalone=True)
        return _with_part(archive, part, changed)


def _part_of(archive: zipfile.ZipFile, sheet_name: str) -> str:
    """The file in the archive that holds a sheet."""
    sheets = find(parse(archive.read(BOOK)), "sheets")
    ids = {} if sheets is None else {one.get("name"): one.get(LINK_ID) for one in find_all(sheets, "sheet")}
    links = find_all(parse(archive.read(LINKS)), "Relationship")
    target = next(one.get("Target", "") for one in links if one.get("Id") == ids[sheet_name])
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")


def _write(sheet: etree._Element, place: str, text: str) -> bool:
    """Put a text into a cell that has one already, and is no formula; whether that could be done."""
    cells = [one for one in sheet.iter("{*}c") if one.get("r") == place]
    if len(cells) != 1 or find(cells[0], "f") is not None:
        return False
    cell = cells[0]
    for child in list(cell):
        cell.remove(child)
    cell.set("t", "inlineStr")
    namespace = etree.QName(cell).namespace
    holder = etree.SubElement(cell, f"{{{namespace}}}is")
    etree.SubElement(holder, f"{{{namespace}}}t").text = text
    return True


def _with_part(archive: zipfile.ZipFile, part: str, content: bytes) -> bytes:
    """The archive again, with another content of one file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as written:
        for item in archive.infolist():
            written.writestr(item, content if item.filename == part else archive.read(item))
    return file.getvalue()
