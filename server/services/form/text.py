"""The text of a form version: made ready once, before it is published, and never changed again."""

import hashlib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from forms import schema
from forms.schema import EntityDeclaration
from forms.xform import Facts, read_facts
from server.blobs import BlobStore
from server.errors import Problem

if TYPE_CHECKING:  # pyxform takes a third of a second to import, and only the command line converts.
    from forms.xlsform import ConvertedForm

MAX_CHARACTERS = 200
"""Of a form ID, a version and a title: what their columns hold."""


class NameRefused(Problem):
    """A form ID, version or title that tablets or addresses cannot bear."""

    code = "400.8"
    message_vi = "Không dùng được {what_vi} “{name}”: {why_vi}. Xin sửa ở trang settings của tệp Excel."
    message_en = "The {what_en} “{name}” cannot be used: {why_en}. Please correct it on the sheet settings."


@dataclass(frozen=True, slots=True)
class Source:
    """What a version is made from: a converted workbook, a draft, or an older version.

    xml is the text as it was converted; schema the JSON of forms.schema; warnings those of the conversion.
    workbook_sha256: the workbook, stored; None: there is none that says just this.
    """

    xml: bytes
    schema: str
    warnings: list[Any]
    workbook_sha256: str | None


@dataclass(frozen=True, slots=True)
class Text:
    """A form as tablets get it: xml byte for byte, md5 of those bytes in hex, and what the XML says of itself.

    media: the files it names, NFC, entity lists as name.csv among them.
    """

    version: str
    title: str
    xml: bytes
    md5: str
    media: tuple[str, ...]


def of_workbook(blobs: BlobStore, converted: "ConvertedForm", workbook: bytes) -> Source:
    """A form that was just converted; its workbook is stored."""
    return Source(
        converted.xml,
        schema.to_json(converted.fields),
        [asdict(finding) for finding in converted.warnings],
        blobs.store(workbook).sha256,
    )


def finish(xml: bytes) -> Text:
    """The text as it is served, with the hash of those very bytes: the one place where both are made.

    Raises NameRefused.
    """
    facts = check(xml)
    digest = hashlib.md5(xml, usedforsecurity=False).hexdigest()
    return Text(facts.version, facts.title, xml, digest, facts.media)


def check(xml: bytes) -> Facts:
    """What a text says of itself, once nothing in it would break a list, an address or a column.

    Raises NameRefused.
    """
    facts = read_facts(xml)
    _check_names(facts.xml_form_id, facts.version, facts.title)
    return facts


def entity_lists_written(source: Source) -> tuple[EntityDeclaration, ...]:
    """The entity lists that the form makes or changes rows of."""
    return schema.declarations(schema.from_json(source.schema))


def _check_names(xml_form_id: str, version: str, title: str) -> None:
    """Raises NameRefused."""
    form_id, form_title = ("mã biểu mẫu", "form ID"), ("tên biểu mẫu", "form title")
    for what, name in ((form_id, xml_form_id), (("phiên bản", "version"), version), (form_title, title)):
        if len(name) > MAX_CHARACTERS:
            raise _refused(
                what, name, f"dài quá {MAX_CHARACTERS} ký tự", f"longer than {MAX_CHARACTERS} characters"
            )
        if name != name.strip():
            # Tablets trim what the list says, and would not find that form or version in the text.
            raise _refused(what, name, "có dấu cách ở đầu hoặc cuối", "it begins or ends with a space")
    if not title:
        raise _refused(form_title, title, "đang trống", "it is blank")
    if xml_form_id in (".", "..") or xml_form_id.endswith("/manifest") or "/attachments/" in xml_form_id:
        raise _refused(form_id, xml_form_id, "không đặt được vào địa chỉ", "it cannot stand in an address")


def _refused(what: tuple[str, str], name: str, why_vi: str, why_en: str) -> NameRefused:
    shown = name if len(name) <= MAX_CHARACTERS else name[:40] + "…"
    return NameRefused(what_vi=what[0], what_en=what[1], name=shown, why_vi=why_vi, why_en=why_en)
