"""What persons answered in a survey, as a report may say it: a share of 1–4 of them, or of all but 1–4, is withheld.

Table 1 and part VI withhold by the same rule, so that neither gives away what the other masks. Source: reports.privacy.
"""

from dataclasses import replace

from reports import privacy
from reports.indicators import Value
from reports.privacy import Masked

CODES = frozenset({"E01", "E02", "E03", "E04"})
NOT_PRINTED = (
    "“*”: không in để bảo vệ thông tin cá nhân",
    "“*”: not printed, to protect personal data",
)


def told(value: Value) -> Value:
    """A figure of group E as it may be printed, its parts likewise; any other figure as it is."""
    if value.code not in CODES:
        return value
    value = replace(value, parts={name: _share(part) for name, part in value.parts.items()})
    return _share(value)


def withheld(value: Value) -> Value:
    """The figure without what it was, and all its parts; how many were asked and what is missing stay."""
    parts = {name: withheld(part) for name, part in value.parts.items()}
    return replace(value, value=None, numerator=None, interval=None, parts=parts, is_withheld=True)


def _share(value: Value) -> Value:
    if value.unit != "percent" or value.numerator is None or not value.denominator:
        return value
    if not isinstance(privacy.share(value.numerator, value.denominator), Masked):
        return value
    return replace(value, value=None, numerator=None, interval=None, is_withheld=True)
