"""One workbook to one form."""

import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from hashlib import md5

from ..errors import Finding, FormRejected
from ..schema import EntityDeclaration, Field, declarations, questions
from ..xform import NO_LANGUAGE, languages_of, model_of, primary_instance, read_facts
from ..xform_fields import read_fields
from ..xml import BOM, parse
from .messages import explain
from .required import RequiredQuestion, check_required, check_written
from .settings import check_settings, take_titles
from .validate import validate as run_validate
from .workbook import Workbook, open_workbook, value_in

EXTERNAL_SELECT = ("select_one_external", "select one external")


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


def convert(
    workbook: bytes, *, validate: bool = False, required: Collection[RequiredQuestion] = ()
) -> ConvertedForm:
    """Turn an XLSForm workbook (.xlsx) into a form.

    validate runs ODK Validate too, which needs Java. required are the questions
    reports live on: a form that lost one is refused.
    Raises FormRejected with all findings, JavaMissing, ValidateFailed.
    Source: https://xlsform.org/en/ref-table/
    """
    book = open_workbook(workbook)
    findings = list(check_settings(book))
    titles = take_titles(book)
    xml, spoken = _to_xml(book)
    findings += spoken
    if xml is None:
        raise FormRejected([*check_written(book, required), *findings])
    document = parse(xml)
    fields = read_fields(document)
    xml_form_id = primary_instance(model_of(document)).get("id", "")
    findings += [*_check_questions(book, fields), *_check_types(book)]
    findings += check_required(book, xml_form_id, fields, required)
    if validate and not _has_error(findings):
        findings += run_validate(xml, book)
    if _has_error(findings):
        raise FormRejected(findings)
    return _form(xml, fields, titles, findings)


def read_xform(xml: bytes) -> ConvertedForm:
    """Take a form that is an XForm already: its bytes are served as they are, but for a byte order mark.

    Raises NotAnXForm, MissingFormID, MalformedXML and its kin.
    """
    xml = xml.removeprefix(BOM)
    return _form(xml, read_fields(parse(xml)), {}, [])


def _to_xml(book: Workbook) -> tuple[bytes | None, list[Finding]]:
    """The XForm and what pyxform said; None when it could not make one that can be read."""
    # Imported here: pyxform takes a third of a second, and most processes convert no workbook.
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert as run_pyxform

    warnings: list[str] = []
    try:
        xform = run_pyxform(book.definition, warnings=warnings).xform
        xml = unicodedata.normalize("NFC", xform).encode()  # file names too, as the manifest writes them
        parse(xml)
    except PyXFormError as error:
        return None, [*explain(str(error), "error", book), *_warnings(warnings, book)]
    except Exception as error:  # pyxform fails with anything on workbooks its authors did not think of
        return None, [_crash(error), *_warnings(warnings, book)]
    return xml, _warnings(warnings, book)


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


def _check_questions(book: Workbook, fields: Collection[Field]) -> list[Finding]:
    if questions(fields):
        return []
    survey = book.sheet("survey")
    return [
        Finding(
            "no_questions",
            "error",
            survey.name,
            row=survey.last_row,
            vi="Trang “survey” không có câu hỏi nào.",
            en="The sheet “survey” has no questions.",
        )
    ]


def _check_types(book: Workbook) -> Iterator[Finding]:
    """An error for each question of a type that phones would get without its choices."""
    survey = book.sheet("survey")
    for number, row in survey.numbered():
        written = value_in(row, "type") or ""
        if written.startswith(EXTERNAL_SELECT):
            yield Finding(
                "external_select",
                "error",
                survey.name,
                book.cell("survey", "type", number),
                number,
                written,
                value_in(row, "name"),
                "Không dùng select_one_external; hãy dùng select_one_from_file với một tệp .csv.",
                "select_one_external is not supported; use select_one_from_file with a .csv file.",
            )


def _has_error(findings: Iterable[Finding]) -> bool:
    return any(finding.severity == "error" for finding in findings)


def _form(
    xml: bytes, fields: tuple[Field, ...], titles: dict[str, str], findings: list[Finding]
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
