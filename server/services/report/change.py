"""What has come in since a report was issued: its frozen figures against the same report computed today."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from reports import changes
from reports.changes import Change
from server.blobs import BlobStore
from server.scope import Scope
from server.services.report import draft, paper
from server.services.report.paper import Paper


@dataclass(frozen=True, slots=True)
class Since:
    """Cells that read otherwise today. was_on, now_on: the last day whose submissions are in, then and now."""

    was_on: date
    now_on: date
    changes: tuple[Change, ...]

    @property
    def by_table(self) -> list[tuple[str, list[Change]]]:
        """The same, table by table in the order of the report."""
        return changes.by_table(self.changes)


def since(session: Session, scope: Scope, blobs: BlobStore, of: Paper, today: date, language: str) -> Since:
    """The same report with today as its cut-off, compared cell by cell. Raises ContentUnreadable."""
    was = paper.content(blobs, of.row)
    now = draft.again(session, scope, of, today, today).report
    return Since(was.scope.cut_off, today, changes.compare(was, now, language))
