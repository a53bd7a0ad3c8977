"""What a checker should have seen before putting a name to a report: nothing here stops a step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports import papers
from reports.frozen import Content
from reports.nation import NationReport
from reports.period import Period
from reports.province import ClubName, ProvinceReport
from server.models import Report
from server.scope import Scope
from server.services import finding
from server.services.report import paper
from server.services.report.paper import OUT, Paper
from server.services.report.text import Written

NAMED = 5
"""Clubs named in a warning; of more, the first."""


@dataclass(frozen=True, slots=True)
class Caution:
    """Something to look at. code: for the audit log, with how many. sentences: in Vietnamese and in English."""

    code: str
    count: int
    sentences: tuple[str, str]


def cautions(
    session: Session,
    scope: Scope,
    of: Paper,
    report: Content,
    written: Mapping[str, Written],
) -> list[Caution]:
    """What stands against a draft, the gravest first."""
    return [
        *_invented(report),
        *_translated(of),
        *_open_period(of.period, report),
        *(_of_nation(report) if isinstance(report, NationReport) else _of_province(report)),
        *_findings(session, scope, of),
        *_issued_before(session, scope, of),
        *_other_age(session, of, report),
        *_unwritten(written, papers.keys(report)),
    ]


def _of_province(report: ProvinceReport) -> list[Caution]:
    return [*_silent(report), *_unbalanced(report), *_undecided(report)]


def _of_nation(report: NationReport) -> list[Caution]:
    """The same in numbers: ten thousand clubs have no names on one page."""
    found = []
    if silent := report.total.silent:
        vi = (
            f"{silent} CLB không gửi báo cáo tháng nào trong kỳ (kỳ nhiều năm: trong năm cuối; kỳ ngắn: cả các tháng "
            "xét đang hoạt động); xem Phụ lục I."
        )
        en = (
            f"{silent} clubs sent no report of any month (of several years: in the last one; of a short period: nor of "
            "the months by which clubs count as active); see Annex I."
        )
        found.append(Caution("silent", silent, (vi, en)))
    undecided = sum(row.standing for row in report.provinces if row.kind == "undecided")
    if undecided:
        vi = f"{undecided} CLB chưa xác định được thuộc tỉnh nào."
        found.append(
            Caution("undecided", undecided, (vi, f"No province can be named for {undecided} clubs."))
        )
    return found


def _invented(report: Content) -> list[Caution]:
    if not report.scope.has_invented:
        return []
    vi = "Báo cáo có số liệu minh họa, không phải số liệu thật; chỉ ban hành được với dấu “SỐ LIỆU MINH HỌA”."
    return [
        Caution(
            "invented",
            1,
            (vi, "Some figures are made up for showing; it can only be issued under that mark."),
        )
    ]


def _translated(of: Paper) -> list[Caution]:
    if of.basis.language == "vi":
        return []
    vi = "Dự thảo này là bản dịch tiếng Anh; văn bản gốc để ký và ban hành là bản tiếng Việt."
    en = "This draft is the English translation; the text to be signed and issued is the Vietnamese one."
    return [Caution("translation", 1, (vi, en))]


def _open_period(period: Period, report: Content) -> list[Caution]:
    if report.scope.cut_off > period.last:
        return []
    day = report.scope.cut_off.strftime("%d/%m/%Y")
    vi = f"Kỳ báo cáo chưa kết thúc vào ngày chốt số liệu {day}: số liệu là của một phần kỳ."
    return [Caution("period_open", 1, (vi, f"The period was not over on {day}, the day of the figures."))]


def _silent(report: ProvinceReport) -> list[Caution]:
    found = []
    silent, late = report.scope.silent, report.scope.late
    if silent:
        names = _names(silent)
        vi = f"{len(silent)} CLB không gửi báo cáo tháng nào trong kỳ: {names}"
        found.append(
            Caution("silent", len(silent), (vi, f"{len(silent)} clubs sent no report of any month: {names}"))
        )
    if late:
        names = _names(late)
        vi = f"{len(late)} CLB chưa gửi báo cáo tháng cuối kỳ: {names}"
        found.append(
            Caution("late", len(late), (vi, f"{len(late)} clubs have not reported the last month: {names}"))
        )
    return found


def _unbalanced(report: ProvinceReport) -> list[Caution]:
    if not report.unbalanced:
        return []
    count, names = len(report.unbalanced), _names([row.club for row in report.unbalanced])
    vi = f"{count} CLB có số kiểm quỹ chênh với sổ: {names}"
    return [
        Caution(
            "unbalanced", count, (vi, f"In {count} clubs the money counted differs from the books: {names}")
        )
    ]


def _undecided(report: ProvinceReport) -> list[Caution]:
    if not report.scope.undecided:
        return []
    count, names = len(report.scope.undecided), _names(report.scope.undecided)
    vi = f"{count} CLB chưa xác định xã, phường mới: {names}"
    return [Caution("undecided", count, (vi, f"For {count} clubs the new commune is not decided: {names}"))]


def _findings(session: Session, scope: Scope, of: Paper) -> list[Caution]:
    counted = finding.count(session, scope, of.row.project_id, "" if of.is_of_nation else of.unit.code)
    errors = sum(one.found for one in counted if one.severity == "error")
    total = sum(one.found for one in counted)
    if not total:
        return []
    where = ("cả nước", "the country") if of.is_of_nation else ("tỉnh này", "this province")
    vi = f"Trang “Kiểm tra số liệu” còn {total} điểm của {where[0]}, trong đó {errors} điểm làm sai số liệu."
    en = f"The checks still show {total} findings of {where[1]}, {errors} of which make figures wrong."
    return [Caution("findings", total, (vi, en))]


def _issued_before(session: Session, scope: Scope, of: Paper) -> list[Caution]:
    if of.row.replaces_id is not None:
        return []
    same = select(Report).where(
        Report.unit_id == of.row.unit_id, Report.period == of.row.period, Report.state.in_(OUT)
    )
    found = session.scalars(scope.reports(same).order_by(Report.id)).all()
    if not found:
        return []
    numbers = ", ".join(paper.full_number(row) for row in found)
    vi = f"Cùng phạm vi, cùng kỳ đã ban hành báo cáo {numbers}; nếu để sửa, nên lập báo cáo điều chỉnh từ báo cáo đó."
    en = f"Report {numbers} was issued for the same area and period; to correct it, amend that one instead."
    return [Caution("issued_before", len(found), (vi, en))]


def _other_age(session: Session, of: Paper, report: Content) -> list[Caution]:
    """What `issue.draw` will refuse; told before anybody checks it. Reports issued before ages were kept are left to
    that."""
    own = papers.older_age(report)
    kept = {
        paper.full_number(row): (row.summary or {}).get("older_age", own)
        for row in paper.of_same_day(session, of)
    }
    other = {number: age for number, age in kept.items() if age != own}
    if not other:
        return []
    number, age = next(iter(other.items()))
    vi = (
        f"Báo cáo {number} cùng địa bàn, cùng tháng cuối kỳ đã ban hành theo tuổi {age}; dự thảo này tính theo tuổi "
        f"{own} nên sẽ không ban hành được."
    )
    en = (
        f"Report {number} of the same area and last month is issued by the age of {age}; this draft counts from {own}, "
        "so it cannot be issued."
    )
    return [Caution("other_age", len(other), (vi, en))]


def _unwritten(written: Mapping[str, Written], keys: Sequence[str]) -> list[Caution]:
    missing = [key for key in keys if key not in written or not written[key].text]
    if not missing:
        return []
    count = len(missing)
    vi = f"{count} phần do người viết (hạn chế, nguyên nhân, phương hướng, kiến nghị …) chưa có nội dung."
    return [Caution("unwritten", count, (vi, f"{count} parts that people write are still empty."))]


def _names(clubs: Sequence[ClubName]) -> str:
    shown = "; ".join(f"{club.name} ({club.code})" for club in clubs[:NAMED])
    return shown + ("; …" if len(clubs) > NAMED else ".")
