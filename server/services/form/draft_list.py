"""What testers of a draft see of entity lists: rows of a file given with it, else a few made-up ones.

A test address needs no key but its own, and may be passed on: it never shows a row of a real person.
"""

import csv
import io
import uuid
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms import csvlist, schema
from forms.csvlist import ListRow
from forms.entities import is_property_name
from server.models import EntityList
from server.services.form import media
from server.services.form.media import BadFile

SAMPLES = 3
NEEDED = ("name", "label")
VERSION = "__version"


def names(session: Session, project_id: int, schema_text: str) -> dict[str, list[str]]:
    """The entity lists a draft can meet, those of the project and those it would make: name → properties."""
    rows = session.execute(
        select(EntityList.name, EntityList.properties).where(EntityList.project_id == project_id)
    )
    known = {row.name: list(row.properties) for row in rows}
    for declared in schema.declarations(schema.from_json(schema_text)):
        properties = known.setdefault(declared.list_name, [])
        properties += [name for name in declared.properties if name not in properties]
    return known


def of(name: str) -> str | None:
    """The entity list that a file name may stand for; None when it is no table."""
    return name.removesuffix(media.CSV) if name.endswith(media.CSV) else None


def check(files: Mapping[str, bytes], named: Collection[str], lists: Collection[str]) -> None:
    """Refuse rows for an entity list that tablets could not read as one. Raises BadFile."""
    for name, content in files.items():
        if media.nfc(name) in named and of(media.nfc(name)) in lists:
            read(name, content)


def read(name: str, content: bytes) -> tuple[list[str], list[ListRow]]:
    """The properties and rows of a file that stands for an entity list. Raises BadFile."""
    media.check(name, content)
    header = media.columns(name, content)
    if any(column not in header for column in NEEDED):
        raise BadFile(
            name=name,
            why_vi="tệp thay cho danh sách dùng chung phải có cột name và label",
            why_en="a file in place of an entity list needs the columns name and label",
        )
    properties = [one for one in header if one not in NEEDED and is_property_name(one)]
    text = content.decode().removeprefix(media.BOM)
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    next(lines)
    rows = [dict(zip(header, line, strict=False)) for line in lines if any(line)]
    return properties, [_row(row) for row in rows if row.get("name")]


def written(name: str, properties: Sequence[str], content: bytes | None) -> bytes:
    """The list as a tablet gets it. content: the file given for it; None: made-up rows, with the properties blank."""
    if content is not None:
        given, rows = read(name, content)
        columns = [*properties, *(one for one in given if one not in properties)]
        return b"".join(csvlist.write_list(columns, rows))
    return b"".join(
        csvlist.write_list(properties, [_sample(name, number) for number in range(1, SAMPLES + 1)])
    )


def _row(row: Mapping[str, str]) -> ListRow:
    version = row.get(VERSION, "")
    number = int(version) if version.isascii() and version.isdigit() else 1
    return ListRow(row["name"], row.get("label") or row["name"], number, row)


def _sample(name: str, number: int) -> ListRow:
    """The same each time, because a list that changes is fetched again; a UUID as tablets make them, of version 4."""
    digest = uuid.uuid5(uuid.NAMESPACE_URL, f"{name}/{number}").bytes
    return ListRow(str(uuid.UUID(bytes=digest, version=4)), f"Mẫu thử {number} · Sample {number}", 1, {})
