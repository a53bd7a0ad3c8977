"""Titles in several languages, which pyxform cannot read."""

from .workbook import Workbook, header_in

TITLE_PREFIXES = ("form_title::", "title::")
SETTINGS_ROW = 2


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
