"""What a workbook would change: everything wrong with it, the difference to what is published, and who feels it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms import gate, schema
from forms.diff import Difference, differences
from forms.errors import Finding
from forms.schema import Field
from server import projection
from server.models import AppUser, Download, EntityList, Form, FormVersion
from server.services.form import lookup, media

if TYPE_CHECKING:  # pyxform takes a third of a second to import, and only those who check forms need it.
    from forms.xlsform import Examined

FELT = ("gone", "renamed", "moved", "type", "choices", "logic")
"""Changes that may change a figure. Words and new questions do not."""


@dataclass(frozen=True, slots=True)
class Touched:
    """A question that some table of the clubs is made from, and the indicators that count it, by code.

    columns: table.column, or the table alone where the question makes its rows. is_loss: answers lose by the change.
    """

    question: str
    columns: tuple[str, ...]
    indicators: tuple[str, ...]
    is_loss: bool


@dataclass(frozen=True, slots=True)
class Impact:
    """Who feels a change.

    added, gone: columns of the export, as table.column; columns that went stay for the submissions that have them.
    properties: of entity lists, as list.property, that no submission of this form writes any more. tablets: devices
    that have the form, whatever version; outdated: those of them that do not have the version published now.
    """

    touched: tuple[Touched, ...]
    indicators: tuple[str, ...]
    added: tuple[str, ...]
    gone: tuple[str, ...]
    properties: tuple[str, ...]
    tablets: int
    outdated: int


@dataclass(frozen=True, slots=True)
class Checked:
    """What a workbook came to. older: the version it is compared with; None for a new form, or one that cannot be read.

    differences and impact are empty and None then.
    """

    examined: "Examined"
    older: str | None
    differences: tuple[Difference, ...]
    impact: Impact | None


@dataclass(frozen=True, slots=True)
class Known:
    """What the server knows of the form a workbook is for.

    xml_form_id is "" for a form that is not here; files are the names of those of the version published now; texts are
    (version, MD5) of all that were published.
    """

    xml_form_id: str
    files: tuple[str, ...]
    entity_lists: tuple[str, ...]
    texts: tuple[tuple[str, str], ...]


def known(session: Session, project_id: int, workbook: bytes) -> Known:
    """What a workbook is checked against. Raises FormRejected for what is no harmless workbook."""
    gate.check(workbook)  # Before anything is imported that takes long.
    from forms.xlsform.workbook import form_id_of

    form = lookup.find(session, project_id, form_id_of(workbook) or "")
    stored = media.named(session, form.current_version_id) if form is not None else {}
    lists = session.scalars(select(EntityList.name).where(EntityList.project_id == project_id)).all()
    texts = () if form is None else ((row.version, row.md5) for row in lookup.versions(session, form))
    names = (name for name, row in stored.items() if row.sha256)
    return Known(form.xml_form_id if form else "", tuple(names), tuple(sorted(lists)), tuple(texts))


def examine(
    workbook: bytes, files: Mapping[str, bytes] | None, known: Known | None, *, validate: bool
) -> "Examined":
    """Everything wrong with a workbook; the questions that reports need among it. No database: it may take seconds.

    files: name → content of the files at hand, besides those of the version published now; None: not asked.
    Raises FormRejected for what is no harmless workbook, JavaMissing, ValidateFailed.
    """
    gate.check(workbook)
    from forms import xlsform
    from forms.lint import Published

    attached = None
    if files is not None or known is not None:
        attached = dict.fromkeys(known.files if known else (), b"")
        attached |= {media.nfc(name): content for name, content in (files or {}).items()}
    return xlsform.examine(
        workbook,
        validate=validate,
        required=[xlsform.RequiredQuestion(*astuple(one)) for one in projection.required_questions()],
        attached=attached,
        entity_lists=known.entity_lists if known else (),
        published=Published(known.xml_form_id, dict(known.texts)) if known and known.texts else None,
    )


def compare(session: Session, project_id: int, known: Known, examined: "Examined") -> Checked:
    """What a workbook that was examined changes against its form as it is published now, and who feels it."""
    form = lookup.find(session, project_id, known.xml_form_id)
    current = session.get(FormVersion, form.current_version_id) if form and form.current_version_id else None
    newer = examined.written
    if newer is None or form is None or current is None:
        return Checked(examined, None, (), None)
    older = schema.from_json(current.schema)
    found = differences(current.xml, newer.xml, older, newer.fields)
    told = replace(examined, findings=tuple(_with_new_name(one, found) for one in examined.findings))
    return Checked(told, current.version, found, _impact(session, form, current, found, older, newer.fields))


def _with_new_name(finding: Finding, found: Iterable[Difference]) -> Finding:
    """A question that reports miss, with the name it probably has now, known by its label in the version before."""
    renamed = {one.name: one.after for one in found if one.kind == "renamed"}
    name = renamed.get(finding.question or "")
    if finding.code != "required_question_missing" or name is None or finding.value:
        return finding
    vi = f"{finding.vi} Có phải đã đổi tên thành “{name}”? Hãy trả lại tên cũ."
    en = f"{finding.en} Was it renamed to “{name}”? Give it its old name back."
    return replace(finding, vi=vi, en=en)


def indicator_names(codes: Iterable[str], language: str) -> list[str]:
    """Indicators with their names: “D02 Tỷ lệ tham dự”."""
    from reports.indicators import REGISTER

    known = [(code, REGISTER.get(code)) for code in codes]
    return [
        f"{code} {one.name_vi if language == 'vi' else one.name_en}" if one else code for code, one in known
    ]


def _impact(
    session: Session,
    form: Form,
    current: FormVersion,
    found: Iterable[Difference],
    older: tuple[Field, ...],
    newer: tuple[Field, ...],
) -> Impact:
    touched = tuple(_touched(form.xml_form_id, found))
    before, after = set(_columns(older)), set(_columns(newer))
    tablets = session.execute(
        select(Download.version)
        .join(AppUser, AppUser.actor_id == Download.actor_id)
        .where(AppUser.project_id == form.project_id)
        .where(Download.kind == "form", Download.name == form.xml_form_id)
    ).all()
    return Impact(
        touched,
        tuple(sorted({code for one in touched for code in one.indicators})),
        tuple(sorted(after - before)),
        tuple(sorted(before - after)),
        tuple(sorted(set(_properties(older)) - set(_properties(newer)))),
        len(tablets),
        sum(row.version != current.md5 for row in tablets),
    )


def _touched(xml_form_id: str, found: Iterable[Difference]) -> Iterator[Touched]:
    """The questions of club tables that changed so that a figure may change, each once."""
    uses = _uses(xml_form_id)
    losses: dict[str, bool] = {}
    for one in found:
        if one.kind in FELT:
            for name in (one.name, *one.also):
                losses[name] = losses.get(name, False) or one.is_loss
    for name, is_loss in losses.items():
        if name in uses:
            columns, codes = uses[name]
            yield Touched(name, tuple(columns), tuple(codes), is_loss)


def _uses(xml_form_id: str) -> dict[str, tuple[dict[str, None], dict[str, None]]]:
    """Question → the columns it fills and the indicators that need it."""
    found: dict[str, tuple[dict[str, None], dict[str, None]]] = {}
    module = projection.FORMS.get(xml_form_id)
    for mapping in module.MAPPINGS if module is not None else ():
        for question in mapping.questions:
            columns, codes = found.setdefault(question.name, ({}, {}))
            columns[f"{mapping.table.name}.{question.column}"] = None
            codes.update(dict.fromkeys(question.needed_by))
        for name, needed_by in mapping.keys.items():
            columns, codes = found.setdefault(name, ({}, {}))
            columns[mapping.table.name] = None
            codes.update(dict.fromkeys(needed_by))
    return found


def _columns(fields: tuple[Field, ...]) -> Iterator[str]:
    """The columns of an export: table and column; the table of the form itself has no name before them."""
    named = schema.keys(fields)
    for field in schema.questions(fields):
        table = f"{field.repeat[-1]}." if field.repeat else ""
        yield f"{table}{named[field.path]}"


def _properties(fields: tuple[Field, ...]) -> Iterator[str]:
    for one in schema.declarations(fields):
        yield from (f"{one.list_name}.{name}" for name in one.properties)
