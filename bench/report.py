"""The province report: its facts from the database, and its pages."""

import io
from collections.abc import Iterator

import pdfplumber
from sqlalchemy import Select, select
from weasyprint import HTML

from bench.figures import Figure
from bench.measure import median_ms
from bench.place import Place
from reports import period, render
from server import models
from server.cli.demo import SAMPLE_DAY
from server.clock import today
from server.scope import Scope
from server.services import report
from server.services.actor import SYSTEM_ID
from server.services.report.geography import Area, area

PROVINCE, PERIOD = "58", "2017..2020"
FACTS_MS = 300
PAGE_MS = 150


def figures(place: Place, runs: int) -> Iterator[Figure]:
    """Facts of a province, and the whole report of it by the page."""
    when, everything = period.parse(PERIOD), Scope(None, SYSTEM_ID, today())
    with place.database.reading() as session:
        of = area(session, PROVINCE, SAMPLE_DAY)
        yield Figure(
            f"Số liệu của tỉnh {PROVINCE}, {PERIOD}",
            f"facts of province {PROVINCE} from the database",
            median_ms(lambda: report.facts(session, everything, of, when, today()), runs),
            median_ms(lambda: [session.execute(statement).all() for statement in _bare_rows(of)], runs),
            "the same tables' columns fetched as bare rows",
            goal=FACTS_MS,
        )

        def whole() -> bytes:
            return report.pdf(report.province(session, everything, PROVINCE, when, today=today()), today())

        pages = _pages(whole())
        content = report.province(session, everything, PROVINCE, when, today=today())
        html = render.html(content, today())
        yield Figure(
            f"Báo cáo tỉnh, mỗi trang ({pages} trang)",
            f"province report, each of {pages} pages: facts, indicators, HTML, tagged PDF",
            median_ms(whole, runs) / pages,
            median_ms(lambda: HTML(string=html).write_pdf(), runs) / pages,
            "WeasyPrint on the same HTML, no style sheet",
            goal=PAGE_MS,
        )


def _pages(pdf: bytes) -> int:
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        return len(document.pages)


def _bare_rows(of: Area) -> Iterator[Select[tuple[object, ...]]]:
    """The rows that facts are made of, one plain query a table."""
    clubs = select(models.ClubUnit.club_id).where(models.ClubUnit.unit_id.in_(of.unit_ids))
    meetings = select(models.Meeting.id).where(models.Meeting.club_id.in_(clubs))
    yield select(models.Club.__table__).where(models.Club.id.in_(clubs))
    for by_club in (models.Member, models.MembershipEvent, models.Meeting, models.Loan):
        yield select(by_club.__table__).where(by_club.club_id.in_(clubs))
    for by_meeting in (
        models.MeetingActivity,
        models.IncomeFundMonth,
        models.OperatingFundMonth,
        models.Repayment,
        models.LoanWriteOff,
    ):
        yield select(by_meeting.__table__).where(by_meeting.meeting_id.in_(meetings))
