"""The tables of an export: spooled to disk while submissions are read, in the columns of all versions of the form."""

import csv
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import TextIOWrapper
from types import TracebackType
from typing import Any, BinaryIO, Self

from forms import flat
from forms.flat import FlatRow, Table
from forms.rows import Rows
from forms.schema import Field, Path
from server.clock import VIETNAM
from server.services.export.opening import FAILURES, TROUBLES, Opened, Trouble
from server.services.export.selection import Text

FIRST = ("SubmissionDate", "UpdatedAt")
LAST = (
    "meta-instanceID",
    "meta-instanceName",
    "KEY",
    "SubmitterID",
    "SubmitterName",
    "AttachmentsPresent",
    "AttachmentsExpected",
    "Status",
    "ReviewState",
    "DeviceID",
    "Edits",
    "FormVersion",
    "IsCurrent",
)
"""What is known of a submission besides its answers; ODK Central's names where it has them."""
KEYS = ("PARENT_KEY", "KEY")
Place = tuple[Path, int]
"""A row of a submission: its table, and its number there."""
PROBLEMS = ("KEY", "Problem", "Place", "Text", "Tiếng Việt", "English")


@dataclass(slots=True)
class Report:
    """What an export came to. texts: how many there are; closed: keys of those without answers; faults: how often a
    trouble came, by its code."""

    texts: int = 0
    closed: list[str] = field(default_factory=list)
    faults: dict[str, int] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether every answer and every stored file is in it."""
        return not FAILURES & self.faults.keys()


class Tables:
    """One file for each table, and one for what there is to tell; deleted at the end."""

    def __init__(self, tables: Sequence[Table], *, bom: bool) -> None:
        self.tables = tables
        self._encoding = "utf-8-sig" if bom else "utf-8"
        self._files: list[BinaryIO] = []
        self._writers: list[Any] = [self._start(self._header(table)) for table in tables]
        self._problems = self._start(PROBLEMS)
        self.report = Report()

    def _start(self, header: Sequence[str]) -> Any:
        file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__
        self._files.append(file)
        text = TextIOWrapper(file, self._encoding, newline="", write_through=True)
        writer = csv.writer(text)
        writer.writerow(header)
        return writer

    def _header(self, table: Table) -> list[str]:
        """Our own columns keep their names, a question of the same name gets a number."""
        ours = (*FIRST, *LAST) if table.parent is None else KEYS
        named = flat.unique([*ours, *table.headers])[len(ours) :]
        return [*FIRST, *named, *LAST] if table.parent is None else [*named, *KEYS]

    def add(self, key: str, text: Text, opened: Opened, rows: Rows | None, fields: Sequence[Field]) -> None:
        """The rows of one text; rows None: only what is known of it without its answers."""
        self.report.texts += 1
        if rows is None:
            self.report.closed.append(key)
            blank = [""] * len(self.tables[0].headers)
            self._write(0, [*_first(text), *blank, *_last(key, text, opened)])
        else:
            self._add_rows(key, text, opened, rows, fields)
        for trouble in opened.troubles:
            self._tell(key, trouble)

    def _add_rows(self, key: str, text: Text, opened: Opened, rows: Rows, fields: Sequence[Field]) -> None:
        numbers = {id(table): number for number, table in enumerate(self.tables)}
        known: dict[Place, str] = {((), 0): key}
        for table, row in flat.flatten(rows, fields, self.tables):
            number = numbers[id(table)]
            if table.parent is None:
                self._write(number, [*_first(text), *row.cells, *_last(key, text, opened)])
            else:
                above, own = _keys(known, table, row)
                self._write(number, [*row.cells, above, own])

    def _write(self, number: int, cells: Sequence[str]) -> None:
        self._writers[number].writerow([flat.guarded(cell) for cell in cells])

    def _tell(self, key: str, trouble: Trouble) -> None:
        faults = self.report.faults
        faults[trouble.code] = faults.get(trouble.code, 0) + 1
        cells = [key, trouble.code, trouble.place, trouble.text, *TROUBLES[trouble.code]]
        self._problems.writerow([flat.guarded(cell) for cell in cells])

    def finished(self, xml_form_id: str) -> list[tuple[str, BinaryIO]]:
        """Each table's file from its beginning, with its name; that of problems only when there are any."""
        names = [
            f"{xml_form_id}-{table.name}.csv" if table.name else f"{xml_form_id}.csv" for table in self.tables
        ]
        if self.report.faults:
            names.append("problems.csv")
        for file in self._files:
            file.seek(0)
        return list(zip(names, self._files, strict=False))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in self._files:
            file.close()


def _keys(known: dict[Place, str], table: Table, row: FlatRow) -> tuple[str, str]:
    """The key of the row around an instance of a repeat, and its own: `uuid:…/members[2]`."""
    above = known[table.parent or (), row.parent or 0]
    own = f"{above}/{table.name}[{row.position}]"
    known[table.path, row.number] = own
    return above, own


def _first(text: Text) -> list[str]:
    return [_moment(text.submission.received_at), _moment(text.version.received_at)]


def _last(key: str, text: Text, opened: Opened) -> list[str]:
    version, expected = text.version, [row for row in text.files if row.is_expected]
    return [
        version.instance_id,
        version.instance_name or "",
        key,
        "" if version.actor_id is None else str(version.actor_id),
        text.submitter or "",
        str(sum(row.sha256 is not None for row in expected)),
        str(len(expected)),
        opened.status,
        text.submission.review_state or "",
        version.device_id or "",
        str(text.edits),
        version.version,
        str(int(text.is_current)),
    ]


def _moment(moment: datetime) -> str:
    return moment.astimezone(VIETNAM).isoformat(timespec="milliseconds")
