"""Reports as papers in tests: a small world in Ninh Thuận, and the steps of a report's life taken by a clerk."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from reports.period import parse
from server.blobs import BlobStore
from server.db import Database
from server.models import Club, Meeting, Report, Submission
from server.scope import Scope
from server.services import plan
from server.services.actor import SYSTEM_ID
from server.services.report import caution, draft, issue, paper, text
from server.services.report.issue import Signing
from server.services.report.paper import Paper
from server.services.report.sign import Certificate
from tests.builders import a_club, new_instance_id

STANDARDS = Path(__file__).resolve().parent.parent / "xlsforms" / "plans" / "tieu_chuan.xlsx"
TODAY = date(2021, 2, 10)
NOW = datetime(2021, 2, 10, 2, tzinfo=UTC)
ISSUED_ON = date(2021, 2, 5)
CUT_OFF = date(2021, 1, 10)
URL = "https://clb.example.vn"
EVERYTHING = Scope(None, SYSTEM_ID, TODAY)
SIGNING = Signing(5, ISSUED_ON, "GIÁM ĐỐC", "Nguyễn Văn Bình")


def a_world(database: Database, units: dict[str, int]) -> None:
    """The standards of the scheme and two clubs of Thuận Bắc in Ninh Thuận."""
    with database.transaction() as session:
        plan.import_workbook(session, STANDARDS, actor_id=SYSTEM_ID)
    two_clubs(database, units)


def two_clubs(database: Database, units: dict[str, int]) -> None:
    """The clubs of `a_world`, for a database that has its standards already."""
    with database.transaction() as session:
        for name in ("CLB LTHTGN Lợi Hải", "CLB LTHTGN Bỉnh Nghĩa"):
            a_club(session, units["22837@2004-01-01"], name, date(2018, 5, 1)).phase = "p1"


def a_late_month(session: Session, club: Club, month: date, received_at: datetime) -> None:
    """A monthly report, held, that came on some day."""
    founding = session.get_one(Submission, club.submission_id)
    sent = Submission(
        form_id=founding.form_id,
        instance_id=new_instance_id(),
        received_at=received_at,
        projection_state="done",
    )
    session.add(sent)
    session.flush()
    session.add(
        Meeting(
            id=sent.id,
            submission_id=sent.id,
            club_id=club.id,
            report_month=month,
            received_at=received_at,
            held=True,
            meeting_date=month.replace(day=15),
        )
    )


@dataclass(frozen=True)
class Clerk:
    """Somebody who takes steps in reports; by default one who may see everything."""

    database: Database
    blobs: BlobStore
    scope: Scope = EVERYTHING

    def compute(self, period: str = "2017..2020"):
        """Figures of Ninh Thuận with their content stored."""
        with self.database.reading() as session:
            span = parse(period)
            computed = draft.compute(session, self.scope, "58", span, TODAY, cut_off=CUT_OFF)
        return computed, draft.keep(self.blobs, computed.report)

    def draft(self, period: str = "2017..2020") -> int:
        """A new draft; its id."""
        computed, stored = self.compute(period)
        with self.database.transaction() as session:
            return draft.make(session, 1, computed, stored, self.scope.actor_id, NOW).id

    def get(self, report_id: int) -> Paper:
        """The report as it stands."""
        with self.database.reading() as session:
            return paper.get(session, self.scope, 1, report_id)

    def write(self, report_id: int, key: str, words: str, seen: int | None = None) -> None:
        """Save a part."""
        with self.database.transaction() as session:
            text.write(
                session, paper.get(session, self.scope, 1, report_id), key, words, seen, SYSTEM_ID, NOW
            )

    def refresh(self, report_id: int, cut_off: date) -> None:
        """New figures."""
        with self.database.reading() as session:
            of = paper.get(session, self.scope, 1, report_id)
            computed = draft.again(session, self.scope, of, cut_off, TODAY)
        stored = draft.keep(self.blobs, computed.report)
        with self.database.transaction() as session:
            of = paper.get(session, self.scope, 1, report_id)
            draft.refresh(session, of, of.row.revision, computed, stored, SYSTEM_ID, NOW)

    def cautions(self, report_id: int) -> dict[str, int]:
        """What a checker is warned of."""
        with self.database.reading() as session:
            of = paper.get(session, self.scope, 1, report_id)
            written = text.current(session, report_id)
            found = caution.cautions(session, self.scope, of, paper.content(self.blobs, of.row), written)
        return {one.code: one.count for one in found}

    def check(self, report_id: int, revision: int | None = None) -> None:
        """Mark a draft checked."""
        with self.database.transaction() as session:
            of = paper.get(session, self.scope, 1, report_id)
            draft.check(session, of, revision or of.row.revision, {}, SYSTEM_ID, NOW)

    def ready(self, report_id: int, certificate: Certificate | None = None, **changes: object):
        """Look and draw, so that only recording is left."""
        with self.database.reading() as session:
            of = paper.get(session, self.scope, 1, report_id)
            looked = issue.look(session, of, replace(SIGNING, **changes), TODAY)  # type: ignore[arg-type]
        return issue.draw(self.blobs, looked, URL, certificate), looked

    def record(self, ready, looked) -> None:
        """Issue what was made ready."""
        with self.database.transaction() as session:
            issue.record(session, ready, looked, SYSTEM_ID, NOW)

    def issue(self, report_id: int, **changes: object) -> Report:
        """Check a draft and issue it; its row."""
        self.check(report_id)
        self.record(*self.ready(report_id, **changes))
        return self.get(report_id).row

    def amend(self, report_id: int, cut_off: date) -> int:
        """Begin the report that is to replace an issued one; its id."""
        with self.database.reading() as session:
            of = paper.get(session, self.scope, 1, report_id)
            computed = draft.again(session, self.scope, of, cut_off, TODAY)
        written = paper.content(self.blobs, of.row).written
        stored = draft.keep(self.blobs, computed.report)
        with self.database.transaction() as session:
            of = paper.get(session, self.scope, 1, report_id)
            return draft.amend(session, of, computed, stored, written, SYSTEM_ID, NOW).id
