"""The smaller documents of the family as pages and as PDFs: one-page summary, commune page, club sheets."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, redirect, request
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from reports import documents, workbook
from reports.facts import Unit
from reports.period import Period
from reports.screen import screen
from reports.summary import Summary
from server import auth, clock, scope
from server.context import blobs, database
from server.errors import PageNotFound
from server.scope import Scope
from server.services import report
from server.web import words
from server.web.page import show
from server.web.report import file_name, read_day, read_period
from server.web.trace import Links
from server.web.turn import heavy


@dataclass(frozen=True, slots=True)
class Asked:
    """What every address of a document tells: for which period, in which boundaries, who asks, on which day."""

    seen: Scope
    period: Period
    as_of: date | None
    today: date

    def to(self, path: str) -> str:
        """The address of another document of the same period and boundaries."""
        return f"{path}?{urlencode(self.args)}"

    @property
    def args(self) -> dict[str, str]:
        """Both as parameters of an address."""
        boundaries = {"geography_as_of": self.as_of.isoformat()} if self.as_of else {}
        return {"period": self.period.text, **boundaries}

    def links(self, code: str) -> Links:
        """What makes links to the figures of a province's report of the same period and boundaries."""
        return Links(f"/reports/province/{quote(code, safe='')}", self.args)


def add_to(bp: Blueprint) -> None:
    """Add the routes of this module."""
    for path, endpoint, view in (
        ("/reports/summary", "choose_summary", choose),
        ("/reports/summary/<code>", "summary", summary),
        ("/reports/summary/<code>.pdf", "summary_pdf", summary_pdf),
        ("/reports/commune/<code>", "commune", commune),
        ("/reports/commune/<code>.pdf", "commune_pdf", commune_pdf),
        ("/reports/commune/<code>.xlsx", "commune_xlsx", commune_xlsx),
        ("/reports/commune/<code>/clubs.pdf", "clubs_pdf", clubs_pdf),
        ("/reports/club/<code>", "club", club),
        ("/reports/club/<code>.pdf", "club_pdf", club_pdf),
        ("/reports/club/<code>/photo.jpg", "club_photo", club_photo),
    ):
        bp.add_url_rule(path, endpoint, view, defaults={"project_id": 1})


@auth.rule("report.read")
def choose(project_id: int) -> Answer:
    """From the fields of the form on the start page to the address of the summary; without any, to the form."""
    if not request.args.get("period"):
        return redirect("/", 303)
    wanted = {name: request.args.get(name, "").strip() for name in ("period", "geography_as_of")}
    code = quote(request.args.get("province", "").strip(), safe="") or "-"
    return redirect(f"/reports/summary/{code}?{urlencode({k: v for k, v in wanted.items() if v})}", 303)


@auth.rule("report.read")
@heavy
def summary(project_id: int, code: str) -> Response:
    """The summary of a province, with its communes that have clubs."""
    with database().reading() as session:
        asked = _asked(session, project_id)
        made = _summary(session, asked, project_id, code)
    return show(
        "document.html",
        title=words.words("One-page summary"),
        body=_body(documents.summary_body(made, words.language(), asked.links(code))),
        pdf=asked.to(f"/reports/summary/{quote(code)}.pdf"),
        further=[(asked.to(f"/reports/province/{quote(code)}.pdf"), words.words("The whole report (PDF)"))],
        units=[(asked.to(f"/reports/commune/{unit.code}"), unit.full_name) for unit in _communes(made)],
    )


@auth.rule("report.read")
@heavy
def summary_pdf(project_id: int, code: str) -> Response:
    """The same as a PDF of one page."""
    with database().reading() as session:
        asked = _asked(session, project_id)
        made = _summary(session, asked, project_id, code)
    pdf = report.printed(documents.summary, made, asked.today, words.language())
    return _file(pdf, f"tom-tat-{code}", asked)


@auth.rule("report.read")
@heavy
def commune(project_id: int, code: str) -> Response:
    """The page of a commune, with links to the sheets of its clubs."""
    with database().reading() as session:
        asked = _asked(session, project_id)
        made = report.commune(session, asked.seen, code, asked.period, today=asked.today, as_of=asked.as_of)
    body = documents.commune_body(
        made, words.language(), lambda club: asked.to(f"/reports/club/{quote(club)}")
    )
    return show(
        "document.html",
        title=made.unit.full_name,
        body=_body(body),
        pdf=asked.to(f"/reports/commune/{quote(code)}.pdf"),
        further=[
            (asked.to(f"/reports/commune/{quote(code)}.xlsx"), words.words("Tables (Excel)")),
            (asked.to(f"/reports/commune/{quote(code)}/clubs.pdf"), words.words("All club sheets (PDF)")),
        ],
        units=[],
    )


@auth.rule("report.read")
@heavy
def commune_pdf(project_id: int, code: str) -> Response:
    """The same as a PDF."""
    with database().reading() as session:
        asked = _asked(session, project_id)
        made = report.commune(session, asked.seen, code, asked.period, today=asked.today, as_of=asked.as_of)
    pdf = report.printed(documents.commune, made, asked.today, words.language())
    return _file(pdf, f"xa-{code}", asked)


@auth.rule("report.read")
@heavy
def commune_xlsx(project_id: int, code: str) -> Response:
    """The table of its clubs as an Excel workbook."""
    with database().reading() as session:
        asked = _asked(session, project_id)
        made = report.commune(session, asked.seen, code, asked.period, today=asked.today, as_of=asked.as_of)
    return _file(workbook.commune(made, asked.today, words.language()), f"xa-{code}", asked, "xlsx")


@auth.rule("report.read")
@heavy
def clubs_pdf(project_id: int, code: str) -> Response:
    """The sheets of all clubs of a commune in one PDF."""
    with database().reading() as session:
        asked, carried = _asked(session, project_id), report.photo.inside(blobs())
        made = report.book(
            session, asked.seen, code, asked.period, today=asked.today, as_of=asked.as_of, show=carried
        )
    pdf = report.printed(documents.book, made, asked.today, words.language())
    return _file(pdf, f"phieu-clb-xa-{code}", asked)


@auth.rule("report.read")
@heavy
def club(project_id: int, code: str) -> Response:
    """A club's sheet."""
    with database().reading() as session:
        asked = _asked(session, project_id)
        made = report.sheet(
            session,
            asked.seen,
            code,
            asked.period,
            today=asked.today,
            as_of=asked.as_of,
            show=lambda photo: asked.to(f"/reports/club/{quote(photo.club_code)}/photo.jpg"),
        )
    return show(
        "document.html",
        title=made.name,
        body=_body(documents.club_body(made, words.language())),
        pdf=asked.to(f"/reports/club/{quote(code)}.pdf"),
        further=_club_page(project_id, code),
        units=[],
    )


def _club_page(project_id: int, code: str) -> list[tuple[str, str]]:
    """The way to the club's own page, for who may open it."""
    if not auth.current().may("club.read", project_id):
        return []
    return [(f"/clubs/{quote(code)}", words.words("Page of the club"))]


@auth.rule("report.read")
@heavy
def club_pdf(project_id: int, code: str) -> Response:
    """The same as a PDF."""
    with database().reading() as session:
        asked, carried = _asked(session, project_id), report.photo.inside(blobs())
        made = report.sheet(
            session, asked.seen, code, asked.period, today=asked.today, as_of=asked.as_of, show=carried
        )
    pdf = report.printed(documents.club, made, asked.today, words.language())
    return _file(pdf, f"phieu-clb-{code.lower()}", asked)


@auth.rule("report.read")
@heavy
def club_photo(project_id: int, code: str) -> Response:
    """The picture on a club's sheet, scaled down. Raises PageNotFound."""
    with database().reading() as session:
        asked = _asked(session, project_id)
        found = report.photo.find(
            session, report.club(session, asked.seen, code), min(asked.period.last, asked.today)
        )
    content = report.photo.scaled(blobs(), found) if found else None
    if content is None:
        raise PageNotFound
    return Response(content, content_type="image/jpeg")


def _asked(session: Session, project_id: int) -> Asked:
    """Raises BadPeriod, BadDate."""
    period, as_of = (
        read_period(request.args.get("period", "")),
        read_day(request.args.get("geography_as_of", "")),
    )
    today = clock.today()
    return Asked(scope.of(session, auth.current(), project_id, today), period, as_of, today)


def _summary(session: Session, asked: Asked, project_id: int, code: str) -> Summary:
    return report.summary(
        session,
        asked.seen,
        project_id,
        code,
        asked.period,
        words.language(),
        today=asked.today,
        as_of=asked.as_of,
    )


def _communes(made: Summary) -> list[Unit]:
    """Communes in which a club of the report stands, in order of code."""
    geography = made.report.scope.geography
    held = {place.commune_id for place in geography.places.values()}
    return [unit for unit in geography.communes if unit.id in held]


def _body(html: str) -> Markup:
    """A body that a template of the reports made, in which every value is escaped."""
    return Markup(screen(html).html)  # noqa: S704


def _file(content: bytes, stem: str, asked: Asked, kind: str = "pdf") -> Response:
    name = file_name(f"{stem}-{words.language()}", asked.period, kind=kind).removeprefix("bao-cao-")
    where = "inline" if kind == "pdf" else "attachment"
    headers = {"Content-Disposition": f'{where}; filename="{name}"'}
    return Response(content, content_type=report.TYPES[kind], headers=headers)
