"""Which question fills which column, how its value is read, and which indicators would miss it.

The mapping of each form stands beside its projection; this is the vocabulary they are written in.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import BigInteger, Integer, Numeric, String, Table, Text

from forms.values import GeoPoint
from server.services.sought import plain

Answers = Mapping[str, Any]
LARGEST: dict[type, int] = {Integer: 2**31 - 1, BigInteger: 2**63 - 1}
KEY_CHARACTERS = 200
"""Of a name's search key, as its columns take it."""
THOUSANDS = 10_000
"""VND: an amount above zero and below this was probably typed in thousands."""


@dataclass(frozen=True, slots=True)
class RequiredQuestion:
    """A question that a form must go on asking, and the indicators that cannot be counted without it.

    repeat is None for questions outside repeats.
    """

    xml_form_id: str
    name: str
    repeat: str | None
    needed_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One question and the column that keeps its answer.

    below: an amount above zero and below this many VND looks typed in thousands; 0: no such check.
    """

    name: str
    column: str
    read: Callable[[Any], Any]
    needed_by: tuple[str, ...] = ()
    below: int = 0


@dataclass(frozen=True, slots=True)
class Misfit:
    """An answer that its column cannot hold. value is what was answered; a long text is cut, a number left out."""

    question: str
    value: str
    reason: str


class TableMapping:
    """The questions of one table of a form: those of a repeat, or those outside repeats (repeat None)."""

    def __init__(
        self,
        table: Table,
        questions: Iterable[Question],
        repeat: str | None = None,
        keys: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        """keys: questions that become the key or the rows of a table rather than a column, and who needs them."""
        self.table = table
        self.repeat = repeat
        self.questions = tuple(questions)
        self.keys = dict(keys or {})
        self._readers = tuple((q, q.name, q.column, q.read, _limit(table, q.column)) for q in self.questions)

    def row(self, answers: Answers, misfits: list[Misfit]) -> dict[str, Any]:
        """The columns of one row. A question the form does not have counts as not answered."""
        row = {}
        for question, name, column, read, limit in self._readers:
            value = read(answers.get(name))
            if limit is not None and value is not None:
                value = _within(question, value, limit, misfits)
            row[column] = value
        return row

    def required(self, xml_form_id: str) -> Iterator[RequiredQuestion]:
        """The questions that indicators need."""
        for name, needed_by in self.keys.items():
            yield RequiredQuestion(xml_form_id, name, self.repeat, needed_by)
        for question in self.questions:
            if question.needed_by:
                yield RequiredQuestion(xml_form_id, question.name, self.repeat, question.needed_by)


def _limit(table: Table, column: str) -> int | Decimal | None:
    """The longest text or the largest number the column takes; None where nothing can be too much."""
    kind = table.c[column].type
    if type(kind) is Numeric and kind.precision is not None:
        return (Decimal(10) ** kind.precision - 1).scaleb(-(kind.scale or 0))
    if isinstance(kind, String) and not isinstance(kind, Text):
        return kind.length
    return LARGEST.get(type(kind))


def _within(question: Question, value: Any, limit: int | Decimal, misfits: list[Misfit]) -> Any:
    if isinstance(value, str):
        if len(value) > limit:
            misfits.append(Misfit(question.name, value, "too_long"))
            return value[: int(limit)]
    elif not -limit <= value <= limit:
        misfits.append(Misfit(question.name, str(value), "out_of_range"))
        return None
    return value


def text(value: Any) -> str:
    """Free text; '' when blank."""
    return "" if value is None else str(value)


def code(value: Any) -> str | None:
    """The value of one choice; None when blank."""
    return None if value is None else str(value)


def codes(value: Any) -> str:
    """The values of several choices, space-separated as a submission writes them; '' when blank."""
    if value is None:
        return ""
    return value if isinstance(value, str) else " ".join(value)


def yes(value: Any) -> bool | None:
    """yes → True, no → False; None when blank or not known."""
    return {"yes": True, "no": False}.get(value)


def whole(value: Any) -> int | None:
    """A whole number; calculations arrive as text, such as 1500000 or 1500000.0, and NaN means none."""
    if value is None or type(value) is int:
        return value
    number = decimal(value)
    return int(number) if number is not None and number == number.to_integral_value() else None


def decimal(value: Any) -> Decimal | None:
    """A number; None when blank or when a calculation gave none."""
    if value is None or type(value) is Decimal:
        return value
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def day(value: Any) -> date | None:
    """A date; calculations arrive as ISO text."""
    if value is None or type(value) is date:
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def month(value: Any) -> date | None:
    """The first day of the month of a date."""
    found = day(value)
    return found.replace(day=1) if found else None


def lat(value: Any) -> float | None:
    """Degrees north of a place; None when there is none."""
    return value.lat if isinstance(value, GeoPoint) else None


def lon(value: Any) -> float | None:
    """Degrees east of a place; None when there is none."""
    return value.lon if isinstance(value, GeoPoint) else None


def accuracy(value: Any) -> float | None:
    """Accuracy of a place in metres; None when the device gave none."""
    return value.acc if isinstance(value, GeoPoint) else None


def name_key(name: str) -> str:
    """A name for search and comparison: lower case, no marks, đ as d, one space between words.

    Source: domain reference, section 6 (Unicode): search key = NFD minus marks, đ→d.
    """
    return plain(name)[:KEY_CHARACTERS]  # One sign may become three.
