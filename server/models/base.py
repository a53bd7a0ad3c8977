"""What every table shares: one metadata, constraint names that migrations can rely on, and the column kinds."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import DateTime, Dialect, MetaData, Table, TypeDecorator
from sqlalchemy.orm import DeclarativeBase

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Parent of all models; its metadata is what a migrated database must look like."""

    metadata = MetaData(naming_convention=NAMING)

    if TYPE_CHECKING:
        __table__: ClassVar[Table]  # every model here is one table, never a join or a subquery


class UTCDateTime(TypeDecorator[datetime]):
    """A moment in time, always aware, always UTC in the database.

    SQLite's driver drops time zones, so the column stores naive UTC there and puts the zone back on reading.
    A naive value is refused: nobody can say which moment it means.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """One function for both steps: of moments there are as many as rows, and each call more is felt."""
        read = self.impl_instance.result_processor(dialect, coltype)

        def aware(told: Any) -> datetime | None:
            value = read(told) if read else told
            if value is None:
                return None
            if value.tzinfo is None:  # Put together: `replace` takes seven times as long.
                return datetime.combine(value.date(), value.time(), UTC)
            return value.astimezone(UTC)

        return aware
