"""From a province report to its summary on one page. Nothing is computed anew: every figure is the report's."""

from collections.abc import Sequence

from reports.province import ProvinceReport, TargetRow
from reports.spoken import Spoken
from reports.summary.model import Headline, Summary
from reports.summary.told import told

ROWS = 18
"""Rows of the table of targets that the page has room for."""


def _(text: str) -> str:
    """Marks a text for the catalogue."""
    return text


def build(report: ProvinceReport, code: str) -> Summary:
    """The summary of a report in one language (vi, en)."""
    spoken = Spoken(code)
    asked = targets(report)
    achievements, problems, tasks = told(report, code)
    return Summary(
        report=report,
        headlines=headlines(report, spoken),
        targets=_chosen(asked),
        left_out=max(0, len(asked) - ROWS),
        achievements=achievements,
        problems=problems,
        tasks=tasks,
    )


def targets(report: ProvinceReport) -> tuple[TargetRow, ...]:
    """Rows of the newest phase's table with a goal, in its order."""
    if not report.tables:
        return ()
    return tuple(row for group in report.tables[-1].groups for row in group.rows if row.goal is not None)


def _chosen(asked: Sequence[TargetRow]) -> tuple[TargetRow, ...]:
    """Rows that the page has room for, in the order of table 1: what papers demand comes before levels of reference."""
    first = sorted(asked, key=lambda row: row.goal is not None and row.goal.is_reference)[:ROWS]
    return tuple(row for row in asked if any(row is one for one in first))


def headlines(report: ProvinceReport, spoken: Spoken) -> tuple[Headline, ...]:
    """The six numbers: clubs of the plan, members, women, older people, borrowers, and D07."""
    total = report.total
    say, is_empty = spoken.say, report.scope.is_empty
    age = report.tables[-1].phase.older_age if report.tables else None
    older = say(_("từ %(age)s tuổi")) % {"age": age} if age else ""
    per_club = report.row("B01")
    mean = per_club.actual.value if per_club else None
    return (
        _clubs(report, spoken),
        Headline(
            "A06",
            spoken.number(None if is_empty else total.members),
            say(_("thành viên")),
            say(_("bình quân %(mean)s một CLB")) % {"mean": spoken.number(mean, 1)}
            if mean is not None
            else "",
        ),
        Headline("B02", spoken.percent(total.women), say(_("thành viên nữ")), _goal(report, "B02", spoken)),
        Headline(
            "B03",
            spoken.percent(total.older),
            say(_("người cao tuổi")),
            "; ".join(filter(None, (older, _goal(report, "B03", spoken)))),
        ),
        Headline(
            "C05",
            spoken.percent(total.borrowed),
            say(_("thành viên được vay vốn")),
            _of_loans(report, spoken),
        ),
        Headline(
            "D07",
            spoken.percent(total.full_and_well),
            say(_("CLB đủ hoạt động, quản lý tốt")),
            _goal(report, "D07", spoken),
        ),
    )


def _clubs(report: ProvinceReport, spoken: Spoken) -> Headline:
    """Clubs founded, of the plan if there is one; where no club told anything, none is said to be none."""
    total, is_empty = report.total, report.scope.is_empty
    founded = spoken.number(None if is_empty else total.founded)
    standing = spoken.say(_("hiện có %(clubs)s CLB")) % {"clubs": spoken.number(total.standing)}
    if is_empty:
        standing = ""
    if total.plan is None:
        return Headline("A01", founded, spoken.say(_("CLB thành lập mới (không có kế hoạch)")), standing)
    return Headline(
        "A01",
        f"{founded}/{spoken.number(total.plan)}",
        spoken.say(_("CLB thành lập / kế hoạch")),
        standing,
    )


def _goal(report: ProvinceReport, code: str, spoken: Spoken) -> str:
    """What a headline is measured by: the goal with its verdict; nothing where nothing is demanded."""
    row = report.row(code)
    if row is None or row.goal is None:
        return _of_clubs(row, spoken) if row and code == "D07" else ""
    sign = "%" if row.goal.measure == "percent" else ""
    verdict = f"{spoken.symbol(row.verdict)}\u00a0{spoken.status(row.verdict)}"
    goal = spoken.say(_("chỉ tiêu %(goal)s")) % {"goal": spoken.goal(row.goal) + sign}
    of_clubs = _of_clubs(row, spoken) if code == "D07" else ""
    return "; ".join(filter(None, (of_clubs, f"{goal}: {verdict}")))


def _of_loans(report: ProvinceReport, spoken: Spoken) -> str:
    """What is demanded of loans. Where that is more than to have borrowed, what was reached of it stands with it."""
    row, goal = report.row("C05"), _goal(report, "C05", spoken)
    is_joint = row is not None and row.actual.value is not None and row.actual.denominator is None
    if row is None or not goal or not is_joint:
        return goal
    reached = spoken.say(_("vay và tăng thu nhập %(share)s")) % {"share": spoken.percent(row.judged)}
    return f"{reached}, {goal}"


def _of_clubs(row: TargetRow, spoken: Spoken) -> str:
    """How many of the clubs assessed it is."""
    values = {"clubs": spoken.number(row.actual.numerator), "of": spoken.number(row.actual.denominator)}
    return spoken.say(_("%(clubs)s/%(of)s CLB đủ kỳ đánh giá")) % values if row.actual.is_known else ""
