"""Issuing a checked report: its head and texts set, its pages drawn, everything frozen, and a number given once.

Three acts, so that nobody waits for pages to be drawn: `look` reads, `draw` needs no database, `record` writes.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

import segno
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from reports import frozen, issuing, papers
from reports.frozen import Content
from reports.issuing import IssuingBody
from reports.province import MADE_UP, Header
from server.blobs import BlobStore
from server.models import Report
from server.services import audit
from server.services import issuing as offices
from server.services import unit as register
from server.services.report import page, paper, public, sign, text
from server.services.report.paper import CHECKED, ISSUED, REPLACED, Paper
from server.services.report.problem import (
    AddressUnknown,
    AmendedAlready,
    InventedFigures,
    NotIssuable,
    NumberTaken,
    OtherAge,
    WrongState,
)
from server.services.report.sign import Certificate

TOKEN_BYTES = 16
"""128 random bits, printed in hex: nobody finds a report's page by trying, and it can be typed from paper."""
RIGHTS = {
    "head": ("người đứng đầu", "the head"),
    "acting": ("Q. – quyền", "Q. – acting head"),
    "deputy": ("KT. – ký thay, cấp phó", "KT. – a deputy, for the head"),
    "order": ("TL. – thừa lệnh", "TL. – by order"),
    "authorised": ("TUQ. – thừa ủy quyền", "TUQ. – by authority"),
}
"""issuing.SIGNED_BY in words."""
LAST_NUMBER = 99_999
LONGEST_NAME, LONGEST_OFFICE = 120, 200
"""What is kept of the lines above a signature, and of both lines of the head."""


@dataclass(frozen=True, slots=True)
class Signing:
    """What is filled in when a report is issued.

    signer_title: empty for the office's own title of head or deputy. is_marked: whether made-up figures may go out
    under their mark. signed_by: in what right, one of issuing.SIGNED_BY.
    """

    number: int
    issued_on: date
    signer_title: str
    signer_name: str
    is_marked: bool = False
    signed_by: str = "head"


@dataclass(frozen=True, slots=True)
class Office:
    """Who issues a report on a day: the office in the province that the area belongs to then, and that name."""

    body: IssuingBody

    @property
    def key(self) -> str:
        """Both lines of the head: within these a number is given once a year."""
        return self.body.whole_name


@dataclass(frozen=True, slots=True)
class Looked:
    """A checked report with all that is printed on it."""

    paper: Paper
    signing: Signing
    office: Office
    written: Mapping[str, str]
    of_same_day: Sequence[Report] = ()
    """Issued reports whose figures are of the same unit and day."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A report whose frozen files are stored; columns: what its row will say."""

    paper: Paper
    columns: Mapping[str, Any]


def office(session: Session, of: Paper, day: date) -> Office:
    """The office that issues a report of the paper's province, or of the country, on a day."""
    if of.is_of_nation:
        return Office(issuing.on(offices.of_nation(session, of.basis.issuer), day).of_nation())
    ends = register.trace(session, [of.unit.id], day).get(of.unit.id, [])
    unit = ends[0].unit if ends else of.unit
    bodies = offices.of_province(session, unit.code, of.basis.issuer)
    return Office(issuing.on(bodies, day).of(unit.full_name))


def next_number(session: Session, by: Office, year: int) -> int:
    """The number after the highest that the office gave that year."""
    highest = session.scalar(
        select(func.max(Report.number)).where(
            Report.issuing_office == by.key, Report.symbol == by.body.symbol, Report.year == year
        )
    )
    return (highest or 0) + 1


def look(session: Session, of: Paper, signing: Signing, today: date) -> Looked:
    """Read what a report will bear, and refuse what cannot stand on a paper.

    Raises WrongState, AmendedAlready, NotIssuable, NumberTaken.
    """
    _require_checked(of)
    _require_signing(of, signing, today)
    by = office(session, of, signing.issued_on)
    _require_room(by, signing)
    taken = select(Report.id).where(
        Report.issuing_office == by.key,
        Report.symbol == by.body.symbol,
        Report.year == signing.issued_on.year,
        Report.number == signing.number,
    )
    if session.scalar(taken) is not None:
        raise _taken(session, by, signing)
    return Looked(
        of, signing, by, text.printed(text.current(session, of.row.id)), paper.of_same_day(session, of)
    )


def _require_checked(of: Paper) -> None:
    if of.row.state != CHECKED:
        (vi, en), (needed_vi, needed_en) = paper.STATES[of.row.state], paper.STATES[CHECKED]
        raise WrongState(
            report_id=of.row.id, state_vi=vi, state_en=en, needed_vi=needed_vi, needed_en=needed_en
        )
    if of.replaces is not None and of.replaces.state == REPLACED:
        raise AmendedAlready(by=of.replaces.replaced_by_id)


def _require_signing(of: Paper, signing: Signing, today: date) -> None:
    cut_off = of.basis.cut_off
    if not 1 <= signing.number <= LAST_NUMBER:
        raise NotIssuable(
            vi=f"Số văn bản từ 1 đến {LAST_NUMBER}.", en=f"The number is from 1 to {LAST_NUMBER}."
        )
    if not cut_off <= signing.issued_on <= today:
        span = f"{cut_off:%d/%m/%Y}", f"{today:%d/%m/%Y}"
        raise NotIssuable(
            vi=f"Ngày ban hành phải từ ngày chốt số liệu {span[0]} đến hôm nay {span[1]}.",
            en=f"The date of issue lies between the cut-off, {span[0]}, and today, {span[1]}.",
        )
    if not signing.signer_name or max(map(len, (signing.signer_title, signing.signer_name))) > LONGEST_NAME:
        raise NotIssuable(
            vi=f"Xin ghi họ tên người ký; chức vụ và họ tên mỗi ô tối đa {LONGEST_NAME} ký tự.",
            en=f"Please give the name of who signs; title and name have at most {LONGEST_NAME} characters each.",
        )
    if signing.signed_by in ("order", "authorised") and not signing.signer_title:
        raise NotIssuable(
            vi="Ký thừa lệnh (TL.), thừa ủy quyền (TUQ.) thì phải ghi chức vụ người ký.",
            en="Who signs by order or by authority needs a title.",
        )


def _require_room(by: Office, signing: Signing) -> None:
    """Raises NotIssuable for lines that are each short enough, but too long together to be kept."""
    if len(_signer_title(by, signing)) > LONGEST_NAME:
        raise NotIssuable(
            vi=f"Các dòng trên chữ ký ({_signer_title(by, signing)}) dài quá {LONGEST_NAME} ký tự. Xin ghi chức vụ "
            "ngắn hơn, hoặc sửa ở trang Cơ quan ban hành.",
            en=f"The lines above the signature ({_signer_title(by, signing)}) have more than {LONGEST_NAME} "
            "characters. Please give a shorter title, or change the office on the page Issuing bodies.",
        )
    if len(by.key) > LONGEST_OFFICE:
        raise NotIssuable(
            vi=f"Tên cơ quan cùng cơ quan cấp trên ({by.key}) dài quá {LONGEST_OFFICE} ký tự. Xin viết ngắn lại ở "
            "trang Cơ quan ban hành.",
            en=f"The office with the one above it ({by.key}) has more than {LONGEST_OFFICE} characters. Please shorten "
            "it on the page Issuing bodies.",
        )


def _signer_title(by: Office, signing: Signing) -> str:
    return " / ".join(by.body.signature(signing.signed_by, signing.signer_title))


def _taken(session: Session, by: Office, signing: Signing) -> NumberTaken:
    year = signing.issued_on.year
    return NumberTaken(
        number=f"{signing.number:02}",
        symbol=by.body.symbol,
        year=year,
        next=next_number(session, by, year),
    )


def draw(blobs: BlobStore, looked: Looked, base_url: str, certificate: Certificate | None) -> Ready:
    """Set the head, draw the pages, sign them, and store everything that is kept. Takes seconds.

    base_url: where the public finds this server. certificate: None where reports are not signed digitally.
    Raises InventedFigures, OtherAge, AddressUnknown, ContentUnreadable, NotPrintable, NotSignable.
    """
    if not base_url:
        raise AddressUnknown
    token = secrets.token_hex(TOKEN_BYTES)
    figures = paper.content(blobs, looked.paper.row)
    if figures.scope.has_invented and not looked.signing.is_marked:
        raise InventedFigures
    _require_one_age(blobs, looked, figures)
    report = replace(
        figures, header=_header(looked, f"{base_url}/r/{token}", figures), written=dict(looked.written)
    )
    issued_on, language = looked.signing.issued_on, looked.paper.basis.language
    enclosed = page.Enclosed(frozen.dump(report), papers.tables(report, issued_on, language))
    drawn = page.draw(report, issued_on, language, enclosed)
    signed = sign.sign(drawn.pdf, certificate, looked.office.body.name) if certificate else None
    columns = {
        "content_sha256": blobs.store(enclosed.content).sha256,
        "workbook_sha256": blobs.store(enclosed.workbook).sha256,
        "html_sha256": blobs.store(drawn.html.encode()).sha256,
        "css_sha256": blobs.store(drawn.css.encode()).sha256,
        "pdf_sha256": blobs.store(drawn.pdf).sha256,
        "signed_sha256": blobs.store(signed).sha256 if signed else None,
        "made_with": page.made_with(),
        "token": token,
        "summary": public.summary(report),
    }
    return Ready(looked.paper, columns | _head_columns(looked))


def _require_one_age(blobs: BlobStore, looked: Looked, figures: Content) -> None:
    """Raises OtherAge: what two ages tell of one day leaves the people between them."""
    own = papers.older_age(figures)
    for row in looked.of_same_day:
        if (age := paper.older_age(blobs, row)) != own:
            raise OtherAge(number=paper.full_number(row), issued=age, own=own)


def _header(looked: Looked, verify_url: str, figures: Content) -> Header:
    signing = looked.signing
    return Header(
        issuing=looked.office.body,
        place=looked.office.body.place,
        number=f"{signing.number:02}",
        issued_on=signing.issued_on,
        signer_name=signing.signer_name,
        signed_by=signing.signed_by,
        signer_title=signing.signer_title,
        qr=segno.make_qr(verify_url, error="m").svg_data_uri(border=4),
        verify_url=verify_url,
        replaces=paper.replaced(looked.paper),
        mark=MADE_UP if figures.scope.has_invented else "",
    )


def _head_columns(looked: Looked) -> dict[str, Any]:
    signing, body = looked.signing, looked.office.body
    return {
        "number": signing.number,
        "symbol": body.symbol,
        "year": signing.issued_on.year,
        "issued_on": signing.issued_on,
        "issuing_office": looked.office.key,
        "issuing_body": asdict(body) | {"valid_from": body.valid_from.isoformat()},
        "signer_title": _signer_title(looked.office, signing),
        "signer_name": signing.signer_name,
    }


def record(session: Session, ready: Ready, looked: Looked, actor_id: int, at: datetime) -> None:
    """Issue it, once; what it amends is replaced by the same act.

    Raises WrongState when it was issued meanwhile, ChangedMeanwhile when it was changed while the pages were drawn,
    NumberTaken, AmendedAlready.
    """
    row, old = ready.paper.row, ready.paper.replaces
    changes = dict(ready.columns) | {"issued_by": actor_id, "issued_at": at, "open_key": None}
    try:
        with session.begin_nested():
            paper.step(session, row, CHECKED, row.revision, state=ISSUED, **changes)
    except IntegrityError as error:
        raise _taken(session, looked.office, looked.signing) from error
    if old is not None:
        _replace(session, old, row, actor_id)
    details = {"number": looked.signing.number, "symbol": changes["symbol"], "year": changes["year"]}
    details |= {"pdf_sha256": changes["pdf_sha256"], "signed": changes["signed_sha256"] is not None}
    audit.log(session, actor_id, "report.issue", "report", row.id, details)


def _replace(session: Session, old: Report, new: Report, actor_id: int) -> None:
    try:
        paper.step(session, old, ISSUED, None, state=REPLACED, replaced_by_id=new.id)
    except WrongState as error:
        by = session.scalar(select(Report.replaced_by_id).where(Report.id == old.id))
        raise AmendedAlready(by=by or "–") from error
    audit.log(session, actor_id, "report.replace", "report", old.id, {"by": new.id})
