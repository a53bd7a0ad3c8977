"""The first sheet of the workbooks of the other documents: the report of the country, and the commune page."""

from datetime import date

from reports import catalogue, issuing, words
from reports.commune import CommunePage
from reports.nation import NationReport
from reports.workbook.front import Facts, Front, reading


def of_nation(report: NationReport, made_on: date, code: str) -> Front:
    """The front of the report of the country."""
    _ = catalogue.of(code).gettext
    period = report.period.name_en if code == "en" else report.period.name_vi
    boundaries = report.geography_en if code == "en" else report.geography_vi
    subject = _(
        "Kết quả thực hiện Đề án nhân rộng mô hình Câu lạc bộ Liên thế hệ tự giúp nhau %(period)s trên phạm vi cả nước"
    ) % {"period": period}
    facts: Facts = [
        (_("Kỳ báo cáo"), words.capital(period)),
        (_("Địa bàn"), _("Cả nước")),
        (_("Địa giới"), words.capital(boundaries)),
        (_("Ngày chốt số liệu"), report.cut_off),
        (_("Ngày lập tệp"), made_on),
    ]
    head = report.header
    author = words.office(head.issuing, lang=code)
    facts.insert(0, (_("Cơ quan lập"), author))
    if head.number and head.issued_on:
        facts.insert(1, (_("Số văn bản"), f"{issuing.number(head.number)}/{head.issuing.symbol}"))
        facts.insert(2, (_("Ngày ban hành"), head.issued_on))
    facts += [("", words.capital(line[1] if code == "en" else line[0])) for line in report.chosen]
    lines = reading(
        _("Số tiền ở Bảng 1 và Bảng 2 ghi bằng triệu đồng theo cột ĐVT; ở Bảng 3 ghi bằng đồng."), _
    )
    if report.has_invented:
        lines.append(_("Báo cáo này có số liệu minh họa, không phải số liệu thật."))
    about = f"{_('Cả nước')}, {period}"
    return Front(subject, about, author, facts, lines, words.page_mark(head, lang=code))


def of_commune(page: CommunePage, made_on: date, code: str) -> Front:
    """The front of a commune page, which is no letter: it is marked only where its figures are made up."""
    _ = catalogue.of(code).gettext
    period = page.period.name_en if code == "en" else page.period.name_vi
    boundaries = page.geography_en if code == "en" else page.geography_vi
    place = ", ".join(filter(None, (page.unit.full_name, page.above)))
    facts: Facts = [
        (_("Kỳ báo cáo"), words.capital(period)),
        (_("Địa bàn"), place),
        (_("Địa giới"), words.capital(boundaries)),
        (_("Ngày chốt số liệu"), page.cut_off),
        (_("Ngày lập tệp"), made_on),
    ]
    title = f"{_('Tình hình Câu lạc bộ Liên thế hệ tự giúp nhau')}, {period}: {page.unit.full_name}"
    mark = _("SỐ LIỆU MINH HỌA") if page.has_sample else ""
    return Front(title, f"{place}, {period}", "", facts, reading(_("Số tiền ghi bằng đồng."), _), mark)
