"""One answer in words: labels of choices, names of entries and units, days and figures as people write them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.reading import Answer, Part, Repeat
from forms.schema import Field
from forms.values import GeoPoint, Unreadable, parser
from reports.language import number
from server.clock import VIETNAM
from server.models import Entity, Unit
from server.projection.checks import spoken
from server.projection.checks.spoken import UNIT_KEY, Pair
from server.scope import Scope
from server.services.finding import in_both

CHOSEN = ("select", "selectmulti", "rank")
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SHOWN_IN_LABEL = re.compile(r"\$\{\s*([^}\s]+)\s*\}")
MARKS = re.compile(r"</?[a-zA-Z][^<>]*>|\*\*|__")
"""What labels are written with so that Collect shows them bold or coloured."""
MONEY = re.compile(r"đồng|tiền|mức vay|phí|quỹ|VND|dong|amount|fee", re.IGNORECASE)
"""Of a label: its figure is an amount of money."""
MOST_NAMED = 1000
"""Entries and units looked up for one page."""


@dataclass(frozen=True, slots=True)
class Names:
    """What codes in answers stand for: entries of lists by UUID, units by code@day."""

    known: Mapping[str, str] = field(default_factory=dict)


def names(session: Session, scope: Scope, texts: Iterable[str | None]) -> Names:
    """The names of entries within the scope and of units that these texts mention."""
    held = " ".join(text for text in texts if text)
    uuids = list(dict.fromkeys(UUID.findall(held)))[:MOST_NAMED]
    keys = list(dict.fromkeys(UNIT_KEY.findall(held)))[:MOST_NAMED]
    known: dict[str, str] = {}
    if uuids:
        rows = session.execute(scope.entities(select(Entity.id, Entity.label).where(Entity.id.in_(uuids))))
        known |= {row.id: row.label for row in rows}
    if keys:
        codes = {key.partition("@")[0] for key in keys}
        units = session.scalars(select(Unit).where(Unit.code.in_(codes)))
        known |= {f"{unit.code}@{unit.valid_from}": unit.full_name for unit in units}
    return Names(known)


def texts_of(part: Part) -> Iterable[str | None]:
    """Every answer of a submission, repeats included."""
    for one in part.items:
        if isinstance(one, Answer):
            yield one.text
        elif isinstance(one, Part):
            yield from texts_of(one)
        else:
            for instance in one.instances:
                yield from texts_of(instance)


def label(asked: Field | None, name: str, values: Mapping[str, str] | None = None) -> Pair:
    """A question in Vietnamese and in English, with the answers it shows; its name where it has no label."""
    if asked is None or not asked.label:
        return spoken.QUESTIONS.get(name, (name, name))
    said = values or {}
    vi, en = (
        " ".join(MARKS.sub("", SHOWN_IN_LABEL.sub(lambda found: said.get(found[1], "…"), text)).split())
        for text in in_both(asked.label)
    )
    return vi, en


def say(asked: Field | None, text: str | None, known: Names) -> Pair:
    """An answer in Vietnamese and in English; “–” where there is none, and as it stands where it cannot be read."""
    if text is None:
        return "–", "–"
    kind = asked.kind if asked is not None else "string"
    if asked is not None and kind in CHOSEN:
        return _chosen(asked, text, known)
    if kind in ("int", "decimal"):
        return _figure(asked, text)
    if kind == "datetime":
        return _moment(text)
    if kind == "geopoint" and (point := place(asked, text)):
        near = f" (±{point.acc:.0f} m)" if point.acc is not None else ""
        return (f"{point.lat:.5f}, {point.lon:.5f}{near}",) * 2
    named = known.known.get(text) or spoken.value(text)
    return named, named


def place(asked: Field | None, text: str | None) -> GeoPoint | None:
    """The place that an answer is; None for any other."""
    if asked is None or asked.kind != "geopoint" or not text:
        return None
    try:
        found = parser("geopoint")(text)
    except Unreadable:
        return None
    return found if isinstance(found, GeoPoint) else None


def _chosen(asked: Field, text: str, known: Names) -> Pair:
    labels = {one.name: one.label for one in asked.choices}
    picked = [text] if text in labels or asked.kind == "select" else text.split()
    pairs = [in_both(labels[one]) if labels.get(one) else (known.known.get(one, one),) * 2 for one in picked]
    if asked.kind == "rank":
        pairs = [(f"{place}. {vi}", f"{place}. {en}") for place, (vi, en) in enumerate(pairs, start=1)]
    joined = "; " if any("," in vi for vi, _ in pairs) else ", "
    return joined.join(vi for vi, _ in pairs), joined.join(en for _, en in pairs)


def _figure(asked: Field | None, text: str) -> Pair:
    if asked is None or not re.fullmatch(r"-?\d+(\.\d+)?", text):
        return text, text
    if "." in text:
        return text.replace(".", ","), text
    is_money = asked.label and len(text.lstrip("-")) >= 4 and any(map(MONEY.search, asked.label.values()))
    if not is_money and len(text.lstrip("-")) < 5:
        return text, text
    vi, en = number(int(text), language="vi"), number(int(text), language="en")
    return (f"{vi} đồng", f"{en} dong") if is_money else (vi, en)


def _moment(text: str) -> Pair:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text, text
    local = moment.astimezone(VIETNAM) if moment.tzinfo else moment
    return (f"{local:%d/%m/%Y %H:%M}",) * 2


Item = Part | Answer | Repeat
