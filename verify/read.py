"""Reading an exported folder: every submission's XML parsed with lxml, and all of it laid into DuckDB tables."""

import csv
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
from lxml import etree

from verify.calendar import Days

REPEATS = frozenset(
    (
        "members",
        "fund_sources",
        "members_joined",
        "members_left",
        "measures",
        "care",
        "loans_new",
        "repayments",
    )
)
"""Repeats whose instances are rows of their own; every other element with children is a group."""
TABLES = (
    *("submission", "unit", "unit_link", "club_place", "club_status", "club_number"),
    *("phase", "phase_rule", "target", "context_fact", "training"),
)
"""The files beside the XML, one table each."""
SQL = Path(__file__).with_name("sql")
Answer = tuple[str, int, str, str]
"""Repeat ('' outside any), instance from 1 (0 outside), question, answer."""


@dataclass(frozen=True, slots=True)
class Case:
    """What a report is asked about. place: the code of a province, or of the country. as_of: geography. cut_off: the
    last day (in Vietnam) whose submissions are in.

    first, last: whole months, or by the decree from a 15th to a 14th. phase: the one to measure all by; None: those of
    the period. older_age: in place of every phase's own. rules: lower and upper end (None: open) of the report's own.
    shade: the indicator that the map of the country shows; none of a province's does.
    """

    place: str
    first: date
    last: date
    as_of: date
    cut_off: date
    phase: str | None = None
    older_age: int | None = None
    rules: Mapping[str, tuple[Decimal | None, Decimal | None]] = field(default_factory=dict)
    shade: str = "A03"

    @property
    def days(self) -> Days:
        """First and last day."""
        return self.first, self.last


def load(folder: Path) -> duckdb.DuckDBPyConnection:
    """Parse an exported folder once; any number of reports can be computed from what comes back.

    Writes answers.csv into the folder: one line an answer, which people can look into as well.
    """
    _write_answers(folder)
    connection = duckdb.connect()
    connection.execute(
        "SET enable_progress_bar = false"
    )  # On a slow machine it would be written into the answer.
    for name in (*TABLES, "answers"):
        file = connection.read_csv(
            str(folder / f"{name}.csv"),
            header=True,
            all_varchar=True,
            delimiter=",",
            quotechar='"',
            escapechar='"',
        )
        file.create(f"raw_{name}")
    run(connection, "macros")
    run(connection, "register")
    return connection


def run(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Execute one of the files in verify/sql."""
    connection.execute((SQL / f"{name}.sql").read_text(encoding="utf-8"))


def _write_answers(folder: Path) -> None:
    with (folder / "submission.csv").open(encoding="utf-8", newline="") as index:
        ids = [row["id"] for row in csv.DictReader(index)]
    with (folder / "answers.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(("submission", "repeat", "position", "question", "answer"))
        for key in ids:
            xml = (folder / "submissions" / f"{key}.xml").read_bytes()
            writer.writerows((key, *answer) for answer in answers(xml))


def answers(xml: bytes) -> Iterator[Answer]:
    """The answers of one submission; blank ones are left out, texts are NFC.

    An entity that the submission creates counts as an answer too: `entity:members`, with its id.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True)
    yield from _walk(etree.fromstring(xml, parser), "", 0)


def _walk(element: etree._Element, repeat: str, position: int) -> Iterator[Answer]:
    seen: dict[str, int] = {}
    for child in element:
        name = etree.QName(child).localname
        if name == "entity":
            if (child.get("create") or "") in ("1", "true"):
                yield repeat, position, f"entity:{child.get('dataset')}", _uuid(child.get("id") or "")
        elif name in REPEATS:
            seen[name] = seen.get(name, 0) + 1
            yield from _walk(child, name, seen[name])
        elif len(child):
            yield from _walk(child, repeat, position)
        elif text := unicodedata.normalize("NFC", (child.text or "").strip()):
            yield repeat, position, name, text


def _uuid(text: str) -> str:
    return text.strip().removeprefix("uuid:").lower()
