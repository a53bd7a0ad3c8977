"""The province report: its facts from the database, its pages, long lists, and many at once."""

import io
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pdfplumber
from sqlalchemy import Select, select
from weasyprint import HTML

from bench.figures import Figure
from bench.measure import median_ms
from bench.place import Place
from bench.timed import timed
from reports import period, render
from server import models
from server.cli.demo import SAMPLE_DAY
from server.clock import today
from server.scope import Scope
from server.services import pool, report
from server.services.actor import SYSTEM_ID
from server.services.facts.geography import Area, area
from server.services.report import batch

PROVINCE, PERIOD = "58", "2017..2020"
ANOTHER, FIVE_YEARS = "12", "2017..2021"
FACTS_MS = 300
PAGE_MS = 130
ANNEX_MB = 200
CLUBS, CLUBS_QUICKLY = 3000, 600
REPORTS, REPORTS_QUICKLY = 63, 8
AT_ONCE_RATIO = 1 / 1.7
"""Of the time that as many reports take one after the other."""
ALONE = 3
"""Reports made alone to know what one takes."""


def figures(place: Place, runs: int, is_quick: bool) -> Iterator[Figure]:
    """Everything about printed reports."""
    yield from _one(place, runs)
    yield _two_provinces(place, runs)
    yield _long_list(CLUBS_QUICKLY if is_quick else CLUBS)
    yield _at_once(place, REPORTS_QUICKLY if is_quick else REPORTS)


def _one(place: Place, runs: int) -> Iterator[Figure]:
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


def _two_provinces(place: Place, runs: int) -> Figure:
    """Facts of some fifty clubs over five years: those of two provinces, as if they were one."""
    when, everything = period.parse(FIVE_YEARS), Scope(None, SYSTEM_ID, today())
    with place.database.reading() as session:
        one, other = area(session, PROVINCE, SAMPLE_DAY), area(session, ANOTHER, SAMPLE_DAY)
        of = replace(one, own={**one.own, **other.own}, became={**one.became, **other.became})
        clubs = len(report.facts(session, everything, of, when, today()).clubs)
        return Figure(
            f"Số liệu của {clubs} CLB trong 5 năm",
            f"facts of {clubs} clubs over five years",
            median_ms(lambda: report.facts(session, everything, of, when, today()), runs),
            median_ms(lambda: [session.execute(statement).all() for statement in _bare_rows(of)], runs),
            "the same tables' columns fetched as bare rows",
            goal=FACTS_MS,
        )


def _long_list(clubs: int) -> Figure:
    """The most memory that a process takes which lays out a list of clubs."""
    said = subprocess.run(
        [sys.executable, "-m", "bench.annex", str(clubs)], capture_output=True, text=True, check=True
    )
    before, most = map(float, said.stdout.split())
    return Figure(
        f"Bộ nhớ để in phụ lục {clubs} CLB",
        f"most memory taken by printing the list of {clubs} clubs",
        most,
        before,
        "the same process after printing one club",
        unit="MB",
        goal=ANNEX_MB,
    )


def _at_once(place: Place, many: int) -> Figure:
    """Many reports on all cores: the processor time of all processes, their start included, by the number of cores.

    That is how long it takes where the machine has nothing else to do. By the clock, whatever else runs on it would
    count against the processes that share its cores, and hardly against the one that is measured alone.
    """
    url = place.database.url.render_as_string(hide_password=False)
    when = period.parse(PERIOD)
    with tempfile.TemporaryDirectory(prefix="clb-bench-") as folder:
        orders = [batch.Order(PROVINCE, when, Path(folder) / str(number), today()) for number in range(many)]
        for order in orders:
            order.folder.mkdir()
        alone = median_ms(lambda: batch.write(place.database, orders[0]), ALONE)
        made = [one.made for one in pool.each(url, timed, orders)]
        whole = {spent.process: 0.0 for spent in made if spent is not None}
        for spent in filter(None, made):
            whole[spent.process] = max(whole[spent.process], spent.spent_ms)
        alone = (alone + median_ms(lambda: batch.write(place.database, orders[0]), ALONE)) / 2
    return Figure(
        f"{many} báo cáo tỉnh cùng lúc trên mọi lõi, mỗi báo cáo",
        f"each of {many} province reports made at once on all cores: processor time by cores",
        sum(whole.values()) / len(whole) / many,
        alone,
        "one report made alone",
        goal=AT_ONCE_RATIO,
        goal_is_ratio=True,
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
