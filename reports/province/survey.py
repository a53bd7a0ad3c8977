"""Part VI, survey: how many were asked, and the figures of group E with their intervals."""

from collections.abc import Iterator
from decimal import Decimal

from reports import privacy
from reports.facts import Survey
from reports.indicators import REGISTER, Context, interval
from reports.indicators.base import Value
from reports.province.activity_model import SurveyResult, SurveyRow
from reports.standards import MissingRule

CODES = ("E01", "E02", "E03", "E04")


def survey(ctx: Context) -> SurveyResult | None:
    """The interviews of the newest round in the period with members of clubs standing, and what they come to.

    None when nobody was asked. A round is known by its code and year. Who refused is counted and tells nothing else.
    """
    found = [
        s
        for club in ctx.standing()
        for s in ctx.data.surveys_of(club.id)
        if ctx.period.first <= s.surveyed_on <= ctx.day
    ]
    if not found:
        return None
    newest = _round(max(found, key=lambda s: (s.surveyed_on, s.round)))
    asked = [s for s in found if _round(s) == newest]
    told = [s for s in asked if s.consent]
    return SurveyResult(
        round=newest[0],
        first=min(s.surveyed_on for s in asked),
        last=max(s.surveyed_on for s in asked),
        interviews=len(told),
        refused=len(asked) - len(told),
        clubs=len({s.club_id for s in told}),
        rows=tuple(row for code in CODES for row in _rows(ctx, code)),
    )


def _round(survey: Survey) -> tuple[str, int]:
    return survey.round, survey.surveyed_on.year


def _rows(ctx: Context, code: str) -> Iterator[SurveyRow]:
    entry = REGISTER.get(code)
    if entry is None:
        return
    try:
        value = entry.compute(ctx)
    except MissingRule:
        return
    yield survey_row(code, value)
    for name in ("health", "knowledge", "rights", "lonely"):
        if name in value.parts:
            yield survey_row(f"{code}_{name}", value.parts[name])


def survey_row(key: str, value: Value) -> SurveyRow:
    """One indicator of group E as a row; figures that would tell of one to four persons are withheld."""
    of, out_of = value.numerator, value.denominator
    if value.unit == "percent" and of is not None and out_of:
        shown = privacy.share(of, out_of)
        if isinstance(shown, Decimal):
            return SurveyRow(key, shown, of, out_of, *(interval.of_share(of, out_of) or (None, None)))
        return SurveyRow(key, None, None, out_of, None, None)
    low, high = value.interval or (None, None)
    known = None if value.value is None else Decimal(value.value)
    return SurveyRow(key, known, of, out_of, low, high, value.unit)
