"""What the settings sheet must say before phones can use a form."""

from collections.abc import Iterator
from typing import Any

from ..errors import Finding
from .workbook import Workbook, header_in, value_in

REFUSED_SUFFIXES = (".xml", ".xls", ".xlsx")
TITLE_PREFIXES = ("form_title::", "title::")
SETTINGS_ROW = 2


def check_settings(workbook: Workbook) -> Iterator[Finding]:
    """Errors in form ID and version, and a warning without a title."""
    settings = workbook.sheet("settings")
    row = settings.row(SETTINGS_ROW)
    xml_form_id = value_in(row, "form_id")
    if not xml_form_id:
        yield _finding(
            workbook,
            "form_id_missing",
            "form_id",
            "Thiếu mã biểu mẫu: cột form_id của trang “settings” đang trống.",
            "The form ID is missing: form_id on the sheet “settings” is blank.",
        )
    elif xml_form_id.lower().endswith(REFUSED_SUFFIXES):
        yield _finding(
            workbook,
            "form_id_suffix",
            "form_id",
            f"Mã biểu mẫu “{xml_form_id}” không được kết thúc bằng .xml, .xls hoặc .xlsx.",
            f"The form ID “{xml_form_id}” must not end in .xml, .xls or .xlsx.",
        )
    if not value_in(row, "version"):
        yield _finding(
            workbook,
            "version_missing",
            "version",
            "Thiếu phiên bản: cột version của trang “settings” đang trống, máy tính bảng không biết có bản mới.",
            "The version is missing on the sheet “settings”: tablets cannot tell versions apart.",
        )
    if not value_in(row, "form_title"):
        yield _finding(
            workbook,
            "title_missing",
            "form_title",
            "Thiếu tên biểu mẫu (form_title) trên trang “settings”; máy tính bảng sẽ hiện mã biểu mẫu.",
            "form_title on the sheet “settings” is blank; tablets will show the form ID.",
            severity="warning",
        )


def _finding(
    workbook: Workbook, code: str, column: str, vi: str, en: str, severity: Any = "error"
) -> Finding:
    settings = workbook.sheet("settings")
    return Finding(
        code,
        severity,
        settings.name,
        workbook.cell("settings", column, SETTINGS_ROW),
        SETTINGS_ROW,
        value_in(settings.row(SETTINGS_ROW), column),
        None,
        vi,
        en,
    )


def take_titles(workbook: Workbook) -> dict[str, str]:
    """Titles by language, from columns `form_title::Language`, which pyxform cannot read.

    They are taken out of the definition; the title of the default language
    stands in for a blank `form_title`.
    """
    rows = workbook.definition.get("settings") or []
    titles: dict[str, str] = {}
    if rows:
        row = rows[0]
        for header in [h for h in row if h.lower().startswith(TITLE_PREFIXES)]:
            titles[header.partition("::")[2].strip()] = row.pop(header)
        if titles and header_in(list(row), "form_title") is None:
            row["form_title"] = titles.get(row.get("default_language", ""), next(iter(titles.values())))
            _header(workbook)["form_title"] = None
    for header in [h for h in _header(workbook) if h.lower().startswith(TITLE_PREFIXES)]:
        del _header(workbook)[header]
    return titles


def _header(workbook: Workbook) -> dict[str, None]:
    headers = workbook.definition.get("settings_header") or [{}]
    return headers[0]
