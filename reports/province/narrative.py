"""The parts of a report that people write: their keys, and sentences drawn from the figures to begin with."""

from reports import catalogue, language, words
from reports.province.model import ProvinceReport

KEYS = (
    "results",
    "shortcomings",
    "causes",
    "direction",
    "petition_government",
    "petition_province",
    "petition_association",
    "petition_commune",
)
MOST_FREQUENT = 3


def suggest(report: ProvinceReport, code: str) -> dict[str, tuple[str, ...]]:
    """Sentences for each key in one language (vi, en), each of which says one thing; none where the figures say
    nothing."""
    found: dict[str, tuple[str, ...]] = dict.fromkeys(KEYS, ())
    found["shortcomings"] = (*_silent(report, code), *_failing(report, code))
    return found


def _silent(report: ProvinceReport, code: str) -> list[str]:
    _ = catalogue.of(code).gettext
    if not report.scope.silent:
        return []
    count = language.padded(len(report.scope.silent), language=code)
    return [_("%(count)s CLB không gửi báo cáo tháng nào trong kỳ.") % {"count": count}]


def _failing(report: ProvinceReport, code: str) -> list[str]:
    _ = catalogue.of(code).gettext
    return [
        _("%(count)s CLB chưa đạt nội dung %(item)s.")
        % {"count": language.padded(clubs, language=code), "item": _item(item, code)}
        for item, clubs in report.failing_counts[:MOST_FREQUENT]
    ]


def _item(item: str, code: str) -> str:
    return f"“{words.ITEMS[item]}”" if code == "vi" else item
