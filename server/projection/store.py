"""Writing rows in bulk and replacing exactly those that came from one submission."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Table, bindparam, delete, select, union, update

from server import db
from server.models.club import BoardPosition, CareRecipient, Member, MembershipEvent
from server.models.meeting import Attendance, CareVisit, Loan, LoanWriteOff, Measure, Repayment
from server.models.survey import Survey

Values = dict[str, Any]


def add(conn: Connection, table: Table, rows: Sequence[Values]) -> None:
    """Insert rows that all have the same columns, every one that needs a value; none at all is fine."""
    db.add_rows(conn, table, rows)


def remove(conn: Connection, table: Table, column: Column[Any], value: Any) -> None:
    """Delete the rows of a table with this value."""
    conn.execute(delete(table).where(column == value))


def replace(conn: Connection, table: Table, submission_id: int, rows: Sequence[Values]) -> set[str]:
    """Make the rows that a submission created exactly these, keeping rows that others point at in place.

    Returns the IDs that are no more; they are still there, for `forget`.
    """
    owner = owner_of(table)
    old = set(conn.execute(select(table.c.id).where(owner == submission_id)).scalars())
    add(conn, table, [row for row in rows if row["id"] not in old])
    change(conn, table, [row for row in rows if row["id"] in old])
    return old - {row["id"] for row in rows}


def owner_of(table: Table) -> Column[Any]:
    """The column that says which submission made a row: of a loan its meeting, which has its submission's ID."""
    return table.c.meeting_id if table is Loan.__table__ else table.c.submission_id


def change(conn: Connection, table: Table, rows: Sequence[Values]) -> None:
    """Set all columns of rows known by `id`."""
    if not rows:
        return
    columns = [name for name in rows[0] if name != "id"]
    statement = (
        update(table)
        .where(table.c.id == bindparam("row_id"))
        .values({name: bindparam(f"new_{name}") for name in columns})
    )
    conn.execute(
        statement, [{"row_id": row["id"], **{f"new_{name}": row[name] for name in columns}} for row in rows]
    )


REFERENCES: dict[Table, tuple[tuple[Column[Any], Column[Any] | None], ...]] = {
    Member.__table__: (
        (Attendance.__table__.c.member_id, Attendance.__table__.c.meeting_id),
        (Measure.__table__.c.member_id, Measure.__table__.c.meeting_id),
        (Loan.__table__.c.member_id, Loan.__table__.c.meeting_id),
        (MembershipEvent.__table__.c.member_id, MembershipEvent.__table__.c.submission_id),
        (BoardPosition.__table__.c.member_id, None),
        (Survey.__table__.c.member_id, Survey.__table__.c.submission_id),
    ),
    Loan.__table__: (
        (Repayment.__table__.c.loan_id, Repayment.__table__.c.meeting_id),
        (LoanWriteOff.__table__.c.loan_id, LoanWriteOff.__table__.c.meeting_id),
    ),
    CareRecipient.__table__: ((CareVisit.__table__.c.recipient_id, CareVisit.__table__.c.meeting_id),),
}
"""Columns that point at a table, each with the column that says which submission its row came from."""


def forget(conn: Connection, table: Table, ids: Collection[str]) -> set[int]:
    """Delete rows, loosening first what points at them: a reference becomes NULL, or its row goes where it must not.

    Returns the submissions that pointed at them; projected again, they say which reference is unknown.
    """
    if not ids:
        return set()
    owners = _owners(conn, table, ids)
    for column, _ in REFERENCES[table]:
        pointing = column.in_(ids)
        if column.nullable:
            conn.execute(update(column.table).where(pointing).values({column: None}))
        else:
            conn.execute(delete(column.table).where(pointing))
    conn.execute(delete(table).where(table.c.id.in_(ids)))
    return owners


def _owners(conn: Connection, table: Table, ids: Collection[str]) -> set[int]:
    """IDs of the submissions whose rows point at these; a meeting has the ID of its submission."""
    parts = [select(owner).where(column.in_(ids)) for column, owner in REFERENCES[table] if owner is not None]
    return set(conn.execute(union(*parts)).scalars())
