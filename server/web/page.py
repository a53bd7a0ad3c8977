"""Pages: templates with the words and formats of the reader's language, and the headers every answer carries."""

import re
from datetime import date, datetime
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask, Response, g, render_template, request
from jinja2 import StrictUndefined
from markupsafe import Markup

from reports import language as formats
from reports import words as report_words
from reports.privacy import Masked, Share
from reports.settings import ASKED_AGES
from server import oidc
from server.clock import VIETNAM
from server.context import config
from server.errors import PageNotFound, Problem
from server.i18n import choose
from server.web import deed, style, words

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}
POLICY = (
    "default-src 'self'; script-src 'none'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
CLOCK_MINUTES = 10
"""A clock that is off by no more than this is called right."""
LAST_PAGE = 100_000
LAST_ID = 2**31 - 1
AMOUNT = re.compile(r"(?<![\d.,])-?\d{4,}(?= (?:đồng|dong)\b)")
"""Money in a sentence of the checks, written there without grouping."""


def prepare_templates(app: Flask) -> None:
    """Set the application's templates up; a name that is not given raises."""
    app.jinja_options = app.jinja_options | {
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(words.words, words.counted, newstyle=False)  # type: ignore[attr-defined]
    app.jinja_env.filters.update(
        number=number, day=day, month=month, moment=moment, grouped=grouped, ahead=ahead, share=share
    )
    app.jinja_env.filters.update(deed=deed.deed, submission_deed=deed.of_submission, browser=deed.browser)
    app.jinja_env.globals.update(
        language=words.language,
        spoken=spoken,
        style_url=style.url,
        with_args=with_args,
        viewer=viewer,
        may=may,
        has_office_accounts=lambda: oidc.is_set_up(config()),
        ages=ASKED_AGES,
    )


def show(template: str, status: int = 200, /, **values: Any) -> Response:
    """One page in the reader's language. It is about people and money, so nobody keeps a copy."""
    response = Response(formats.straight(render_template(template, **values)), status)
    return secure(response)


def refusal(problem: Problem) -> Response:
    """A problem as a page."""
    if type(problem) is Problem:
        text = words.words(
            "Something failed on the server. It was written to its log; please try again later."
        )
    elif isinstance(problem, PageNotFound):
        text = words.words("There is nothing at this address.")
    else:
        text = problem.message(words.language())
    return show("error.html", problem.status, status=problem.status, text=text)


def secure(response: Response) -> Response:
    """The headers of every answer to a browser, and of pages the rules on what they may load."""
    response.headers.update(HEADERS)
    if response.mimetype == "text/html":
        response.headers["Content-Security-Policy"] = POLICY
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    if request.args.get("lang") in words.LANGUAGES:
        chosen = {"max_age": 365 * 24 * 3600, "httponly": True, "samesite": "Lax"}
        response.set_cookie(words.COOKIE, words.language(), **chosen)  # type: ignore[arg-type]
    return response


def is_here(address: str) -> bool:
    """Whether an address is a place on this server, however a browser may read it."""
    starts = address.startswith("/") and not address.startswith("//")
    return starts and "\\" not in address and address.isprintable()


def page_number() -> int:
    """The page of a list that is asked for, from 1."""
    return min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)


def id_given(name: str) -> int | None:
    """A number in a parameter of the address, such as the id of a row; None when there is none that a column holds."""
    given = request.args.get(name, type=int)
    return given if given and 0 < given <= LAST_ID else None


def viewer() -> Any:
    """Who sits at the browser; None when nobody has signed in."""
    return g.get("viewer")


def may(verb: str) -> bool:
    """Whether the viewer was given a verb in the project of this page, for links that would lead to a refusal."""
    who = g.get("identity")
    return who is not None and who.may(verb, g.project_id)


def spoken(pair: tuple[str, str]) -> str:
    """Of a text in Vietnamese and in English the one to show."""
    return choose(words.language(), *pair)


def with_args(**changes: object) -> str:
    """The address of this page with other parameters; "" takes one away."""
    args = request.args.to_dict() | {name: str(value) for name, value in changes.items()}
    kept = {name: value for name, value in args.items() if value and (name != "lang" or "lang" in changes)}
    here = "/" + quote(request.path.lstrip("/"))  # Two slashes would begin the name of another server.
    return here + ("?" + urlencode(kept) if kept else "")


def number(value: int | None) -> str:
    """A figure with the grouping of the language; None is “–”."""
    return formats.number(value, language=words.language())


def share(value: Share) -> str:
    """A percentage with one decimal, in the marks of the language; None is “–”, of few persons “<5” or “*”."""
    if isinstance(value, Masked):
        return report_words.mark(value)
    return formats.percent(value, language=words.language())


def day(value: date | None) -> str:
    """dd/MM/yyyy; None is “–”."""
    return formats.date_short(value)


def month(value: date) -> str:
    """MM/yyyy."""
    return f"{value:%m/%Y}"


def moment(value: datetime | None) -> str:
    """Day and time in Vietnam; None is “–”."""
    if value is None:
        return formats.MISSING
    local = value.astimezone(VIETNAM)
    return Markup('<time datetime="{}">{}</time>').format(
        local.isoformat(timespec="minutes"), f"{local:%d/%m/%Y %H:%M}"
    )


def ahead(seconds: int | None) -> str:
    """How a clock stands that is so many seconds ahead; None is “–”."""
    if seconds is None:
        return formats.MISSING
    minutes = round(abs(seconds) / 60)
    if minutes <= CLOCK_MINUTES:
        return words.words("right")
    days, hours = minutes // 1440, round(minutes / 60)
    if days > 1:
        time = words.words("%(count)s days") % {"count": number(days)}
    elif hours > 1:
        time = words.words("%(count)s hours") % {"count": number(hours)}
    else:
        time = words.words("%(count)s minutes") % {"count": number(minutes)}
    return (words.words("%(time)s ahead") if seconds > 0 else words.words("%(time)s behind")) % {"time": time}


def grouped(sentence: str) -> str:
    """A sentence of the checks with its amounts of money grouped."""
    return AMOUNT.sub(lambda found: number(int(found[0])), sentence)
