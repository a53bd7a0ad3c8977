"""One workbook to one form, or to everything that is wrong with it."""

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from hashlib import md5
from typing import Any

from openpyxl.utils import column_index_from_string
from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert as run_pyxform

from .. import gate, lint
from ..errors import Finding, FormRejected
from ..lint import Published
from ..lint.book import Cell
from ..schema import EntityDeclaration, Field, declarations
from ..xform import NO_LANGUAGE, languages_of, model_of, primary_instance, read_facts
from ..xform_fields import read_fields
from ..xml import BOM, parse
from .fold import fold
from .mend import Mended
from .messages import explain
from .required import RequiredQuestion, check_required, check_written
from .settings import take_titles
from .validate import validate as run_validate
from .workbook import FIRST_ROW, Workbook, open_workbook, value_in

ROUNDS = 40
"""Errors the converter is asked for, one at a time, before it is left at that."""


@dataclass(frozen=True, slots=True)
class ConvertedForm:
    """A form ready to be published.

    xml is what phones are served, byte for byte, and md5 its hash in lower-case
    hex. title is the title in the default language; title_by_language has at
    least that one. languages are in the order of the workbook, () when it has
    none; default_language then is None. media are the file names the form
    refers to, entity lists as `name.csv` among them; entity_lists_read are the
    names of `.csv` files it reads, without extension: a list or a plain file.
    """

    xml_form_id: str
    version: str
    title: str
    title_by_language: dict[str, str]
    xml: bytes
    md5: str
    fields: tuple[Field, ...]
    languages: tuple[str, ...]
    default_language: str | None
    media: tuple[str, ...]
    entity_lists_read: tuple[str, ...]
    entity_lists_written: tuple[EntityDeclaration, ...]
    warnings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Examined:
    """All that was found in a workbook, by sheet, row and column, and the form; None while there is an error.

    written is the form as the workbook says it, also where an error forbids it, such as a question lost that reports
    need; None where the workbook cannot be converted.
    """

    findings: tuple[Finding, ...]
    form: ConvertedForm | None
    written: ConvertedForm | None = None


def convert(
    workbook: bytes, *, validate: bool = False, required: Collection[RequiredQuestion] = ()
) -> ConvertedForm:
    """Turn an XLSForm workbook (.xlsx) into a form.

    validate runs ODK Validate too, which needs Java. required are the questions
    reports live on: a form that lost one is refused.
    Raises FormRejected with all findings, JavaMissing, ValidateFailed.
    Source: https://xlsform.org/en/ref-table/
    """
    examined = examine(workbook, validate=validate, required=required)
    if examined.form is None:
        raise FormRejected(examined.findings)
    return examined.form


def examine(
    workbook: bytes,
    *,
    validate: bool = False,
    required: Collection[RequiredQuestion] = (),
    attached: Mapping[str, bytes] | None = None,
    entity_lists: Collection[str] = (),
    published: Published | None = None,
) -> Examined:
    """Everything that lint, pyxform, the reports and, if asked for, ODK Validate have against a workbook, in one pass.

    Each thing is said once: what the converter says of a cell that lint names already is kept as its detail. An error
    is put right in a copy, so that those behind it are found as well. attached, entity_lists: as `lint.check`.
    published: texts of this form, whose versions stand for nothing else.
    Raises FormRejected for a file that is no harmless workbook, JavaMissing, ValidateFailed.
    """
    gate.check(workbook)
    found = _lint(workbook, attached=attached, entity_lists=entity_lists)
    try:
        book = open_workbook(workbook)
    except FormRejected:
        if not _has_error(found):
            raise
        return Examined(tuple(found), None)  # pyxform cannot open it, for what lint says in other words.
    titles = take_titles(book)
    xml, is_mended, found = _to_xml(book, found)
    fields = read_fields(parse(xml)) if xml is not None else ()
    if _has_error(found):
        found += check_written(book, required)
    elif xml is not None:
        xml_form_id = primary_instance(model_of(parse(xml))).get("id", "")
        found += check_required(book, xml_form_id, fields, required)
    if published is not None:
        found += _check_version(book, published, None if _has_error(found) else xml)
    if validate and xml is not None:
        found = fold(found, run_validate(xml, book))
    ordered = lint.gather(lint.in_order(found, [name.lower() for name in book.definition["sheet_names"]]))
    written = None if xml is None or is_mended else _form(xml, fields, titles, ordered)
    return Examined(ordered, None if _has_error(ordered) else written, written)


def _check_version(book: Workbook, published: Published, xml: bytes | None) -> list[Finding]:
    """An error when the version stands for another text already. xml: None for one with errors, which none had."""
    settings = book.sheet("settings")
    version, place = value_in(settings.row(FIRST_ROW), "version"), book.cell("settings", "version", FIRST_ROW)
    xml_form_id = value_in(settings.row(FIRST_ROW), "form_id")
    known = published.versions.get(version or "")
    if known is None or place is None or version is None or xml_form_id != published.xml_form_id:
        return []
    if xml is not None and md5(xml, usedforsecurity=False).hexdigest() == known:
        return []
    column = column_index_from_string(place.rstrip("0123456789"))
    return [lint.version_taken(Cell(settings.name, FIRST_ROW, column, version, version), published)]


def _lint(workbook: bytes, **known: Any) -> list[Finding]:
    """What lint finds. Raises FormRejected when the workbook is damaged."""
    try:
        return list(lint.check(workbook, **known))
    except Exception as error:  # openpyxl raises anything on a broken workbook
        raise gate.refused("damaged", f"{type(error).__name__}: {error}") from error


def read_xform(xml: bytes) -> ConvertedForm:
    """Take a form that is an XForm already: its bytes are served as they are, but for a byte order mark.

    Raises NotAnXForm, MissingFormID, MalformedXML and its kin.
    """
    xml = xml.removeprefix(BOM)
    return _form(xml, read_fields(parse(xml)), {}, [])


def _to_xml(book: Workbook, found: list[Finding]) -> tuple[bytes | None, bool, list[Finding]]:
    """The XForm, whether it is that of a mended copy, and what was found so far with what pyxform says.

    None when it cannot be brought to the end.
    """
    mended = Mended(book)
    for finding in found:
        if finding.severity == "error":
            mended.mend(finding)
    for _ in range(ROUNDS):
        xml, warnings, errors = _run(mended.definition, book)
        if xml is not None:
            return xml, mended.is_changed, fold(found, warnings)
        known = len(found)
        found = fold(found, errors)
        is_crash = any(error.code == "pyxform_failed" for error in errors)
        is_mended = [mended.mend(error) for error in errors]
        if is_crash and _has_error(found[:known]):
            return None, True, found[:known]  # A crash behind errors that are told says nothing more.
        if not any(is_mended):
            break
    return None, True, fold(found, warnings)


def _run(definition: dict[str, Any], book: Workbook) -> tuple[bytes | None, list[Finding], list[Finding]]:
    """The XForm, warnings, and errors when there is none."""
    said: list[str] = []
    try:
        xform = run_pyxform(definition, warnings=said).xform
        xml = unicodedata.normalize("NFC", xform).encode()  # file names too, as the manifest writes them
        parse(xml)
    except PyXFormError as error:
        return None, _warnings(said, book), explain(str(error), "error", book)
    except Exception as error:  # pyxform fails with anything on workbooks its authors did not think of
        return None, _warnings(said, book), [_crash(error)]
    return xml, _warnings(said, book), []


def _warnings(messages: Iterable[str], book: Workbook) -> list[Finding]:
    return [finding for message in messages for finding in explain(message, "warning", book)]


def _crash(error: Exception) -> Finding:
    return Finding(
        "pyxform_failed",
        "error",
        vi="Không chuyển được tệp này thành biểu mẫu, và bộ chuyển đổi không cho biết lỗi ở đâu.",
        en="The workbook cannot be converted, and the converter does not say where the fault is.",
        detail=f"{type(error).__name__}: {error}",
    )


def _has_error(findings: Iterable[Finding]) -> bool:
    return any(finding.severity == "error" for finding in findings)


def _form(
    xml: bytes, fields: tuple[Field, ...], titles: dict[str, str], findings: Collection[Finding]
) -> ConvertedForm:
    facts = read_facts(xml)
    document = parse(xml)
    languages, default = languages_of(model_of(document))
    return ConvertedForm(
        xml_form_id=facts.xml_form_id,
        version=facts.version,
        title=facts.title,
        title_by_language=titles or {default or NO_LANGUAGE: facts.title},
        xml=xml,
        md5=md5(xml, usedforsecurity=False).hexdigest(),
        fields=fields,
        languages=languages,
        default_language=default,
        media=facts.media,
        entity_lists_read=tuple(name[:-4] for name in facts.media if name.endswith(".csv")),
        entity_lists_written=declarations(fields),
        warnings=tuple(findings),
    )
