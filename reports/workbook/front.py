"""The first sheet: which report, and how its figures read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from reports import catalogue, issuing, words
from reports.province import ProvinceReport
from reports.tables import Table
from reports.tables.model import Say
from reports.workbook.sheet import Styles, lines_of

WIDTHS = (26, 66)


Facts = list[tuple[str, str | date]]


@dataclass(frozen=True, slots=True)
class Front:
    """What a workbook says of itself. about: of when and where its figures are, as below the head of each table; mark:
    that it is a draft, or nothing."""

    title: str
    about: str
    author: str
    facts: Facts
    reading: list[str]
    mark: str = ""


def of_province(report: ProvinceReport, made_on: date, code: str) -> Front:
    """The front of a province report."""
    _ = catalogue.of(code).gettext
    return Front(
        title(report, code),
        about(report, code),
        words.office(report.header.issuing, lang=code),
        _about(report, made_on, code, _),
        _reading(report, _),
        words.page_mark(report.header, lang=code),
    )


def write_front(sheet: Any, styles: Styles, front: Front, tables: Sequence[Table], code: str) -> None:
    """Fill the sheet: title, what the report is, how its cells read, and links to the tables."""
    _ = catalogue.of(code).gettext
    sheet.set_column(0, 0, WIDTHS[0], styles.of())
    sheet.set_column(1, 1, WIDTHS[1], styles.of())
    sheet.hide_gridlines(2)
    sheet.set_paper(9)
    sheet.set_margins(left=1.18, right=0.59, top=0.79, bottom=0.79)
    sheet.fit_to_pages(1, 0)
    heading = styles.of(bold=True, font_size=14, text_wrap=True, align="center", valign="vcenter")
    sheet.merge_range(0, 0, 0, 1, "", heading)
    sheet.write_string(0, 0, front.title, heading)
    sheet.set_row(0, 44)
    at = _facts(sheet, styles, front.facts, 2)
    at = _paragraphs(sheet, styles, _("Cách đọc các bảng"), front.reading, at + 1)
    _links(sheet, styles, _("Các bảng"), tables, at + 1)


def title(report: ProvinceReport, code: str) -> str:
    """The subject of the report, as on its first page."""
    _ = catalogue.of(code).gettext
    said = (_("Kết quả thực hiện Đề án nhân rộng mô hình"), _("Câu lạc bộ Liên thế hệ tự giúp nhau"))
    return " ".join((*said, about(report, code)))


def about(report: ProvinceReport, code: str) -> str:
    """Of when and where its figures are."""
    _ = catalogue.of(code).gettext
    scope, area = report.scope, words.spoken(report.scope, "area", lang=code)
    where = area if scope.geography.is_former else _("địa bàn %(area)s") % {"area": area}
    during = words.during(scope.period, lang=code)
    return _("%(period)s trên %(area)s") % {"period": during, "area": where}


def _about(report: ProvinceReport, made_on: date, code: str, _: Say) -> Facts:
    head, scope = report.header, report.scope
    signed = f"{issuing.number(head.number or '')}/{head.issuing.symbol}"
    status = _("DỰ THẢO") if head.is_draft else signed
    said: Facts = [
        (_("Cơ quan lập"), words.office(head.issuing, lang=code)),
        (_("Số, ký hiệu"), status),
        (_("Ngày ban hành"), head.issued_on) if head.issued_on else (_("Ngày lập tệp"), made_on),
        (_("Kỳ báo cáo"), words.capital(words.during(scope.period, lang=code))),
        (_("Địa bàn"), words.capital(words.spoken(scope, "area", lang=code))),
        (_("Địa giới"), words.capital(words.spoken(scope, "geography", lang=code))),
        (_("Ngày chốt số liệu"), scope.cut_off),
    ]
    lines = [line[0] if code == "vi" else line[1] for line in report.chosen]
    if lines:
        said.append((_("Cách tính"), words.capital("; ".join(lines)) + "."))
    return said


def _facts(sheet: Any, styles: Styles, said: Facts, at: int) -> int:
    label = styles.of(bold=True, valign="top")
    for row, (name, value) in enumerate(said, start=at):
        sheet.write_string(row, 0, name, label)
        if isinstance(value, date):
            sheet.write_datetime(row, 1, value, styles.of(num_format="dd/mm/yyyy", align="left"))
        else:
            sheet.write_string(row, 1, value, styles.of(text_wrap=True, valign="top"))
            sheet.set_row(row, 15.5 * lines_of(value, WIDTHS[1]))
    return at + len(said)


def _reading(report: ProvinceReport, _: Say) -> list[str]:
    lines = reading(_("Số tiền ở Bảng 1 ghi bằng triệu đồng theo cột ĐVT; ở các bảng khác ghi bằng đồng."), _)
    if report.header.is_draft:
        lines.append(_("Báo cáo chưa có số và ngày ban hành nên mọi tờ in ra đều ghi DỰ THẢO."))
    if report.scope.has_invented:
        lines.append(_("Báo cáo này có số liệu minh họa, không phải số liệu thật."))
    return lines


def reading(money: str, _: Say) -> list[str]:
    """How the cells of every workbook read. money: in which unit amounts stand where."""
    return [
        _("Số trong bảng là số thật của báo cáo, không làm tròn; ô chỉ hiển thị số chữ số như bản in."),
        money,
        _(
            "Số của dòng tổng và các tỷ lệ là công thức, tự tính lại khi sửa số; ô nào không có công thức thì dưới "
            "bảng có ghi lý do. Tỷ lệ của dòng tổng tính từ tổng tử số và tổng mẫu số, không lấy trung bình các tỷ lệ."
        ),
        _(
            "Dấu “–” là chưa có số liệu hoặc không giao, không phải số 0. Dấu này là chữ: các hàm SUM, AVERAGE bỏ qua, "
            "nên số còn thiếu không bị tính như số 0."
        ),
        _(
            "Dấu “<5” (từ 1 đến 4 người) và “*” (từ đó suy ra được số bị che) thay cho số không in để bảo vệ thông tin "
            "cá nhân. Tổng của các ô này là số của báo cáo, không phải công thức."
        ),
    ]


def _paragraphs(sheet: Any, styles: Styles, heading: str, lines: Sequence[str], at: int) -> int:
    sheet.write_string(at, 0, heading, styles.of(bold=True))
    style = styles.of(text_wrap=True, valign="top")
    for row, line in enumerate(lines, start=at + 1):
        sheet.merge_range(row, 0, row, 1, "", style)
        sheet.write_string(row, 0, line, style)
        sheet.set_row(row, 15.5 * lines_of(line, sum(WIDTHS)))
    return at + 1 + len(lines)


def _links(sheet: Any, styles: Styles, heading: str, tables: Sequence[Table], at: int) -> None:
    sheet.write_string(at, 0, heading, styles.of(bold=True))
    for row, table in enumerate(tables, start=at + 1):
        link = styles.of(underline=1, font_color="#0000EE", valign="top")
        sheet.write_url(row, 0, f"internal:'{table.name}'!A1", link, table.name)
        sheet.write_string(row, 1, table.title, styles.of(text_wrap=True, valign="top"))
        sheet.set_row(row, 15.5 * lines_of(table.title, WIDTHS[1]))
