"""What a summary says in sentences: rules over the report's own verdicts and counts, with the facts in them.

A rule that finds nothing says nothing: a province without data gets no sentence, and none is ever made up.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from reports.province import ProvinceReport, TargetRow
from reports.spoken import Spoken


def marked(text: str) -> str:
    """Marks a text for the catalogue."""
    return text


_ = marked
GOOD = frozenset({"dat", "trong_khung"})
SEVERITY = {"chua_dat": 0, "duoi_khung": 1, "gan_dat": 2}
"""Verdicts that are problems, the worst first."""
ADVICE = {
    "A01": _("Rà soát địa bàn chưa đạt kế hoạch, chuẩn bị nhân sự và nguồn vốn để thành lập CLB còn thiếu."),
    "A04": _("Ưu tiên thành lập CLB ở các xã, phường, thị trấn chưa có CLB."),
    "A08": _("Củng cố các CLB ngừng sinh hoạt, kiện toàn Ban Chủ nhiệm."),
    "B01": _("Vận động kết nạp thành viên để mỗi CLB đủ quy mô quy định."),
    "B02": _("Vận động phụ nữ tham gia CLB để đạt khung cơ cấu."),
    "B03": _("Vận động người cao tuổi tham gia CLB để đạt khung cơ cấu."),
    "B04": _("Vận động người trẻ tham gia CLB để đạt khung cơ cấu."),
    "B05": _("Ưu tiên kết nạp người nghèo, cận nghèo, có hoàn cảnh khó khăn."),
    "B06": _("Rà soát cơ cấu thành viên từng CLB, kết nạp bổ sung theo khung quy định."),
    "C01": _("Hỗ trợ vốn để mọi CLB có Quỹ tăng thu nhập."),
    "C02": _("Hướng dẫn mọi CLB lập và ghi sổ Quỹ hoạt động."),
    "C03": _("Bổ sung vốn cho CLB có Quỹ tăng thu nhập ban đầu dưới mức quy định."),
    "C04": _("Vận động thêm vốn để nâng Quỹ tăng thu nhập của CLB."),
    "C05": _("Đẩy mạnh cho vay từ Quỹ tăng thu nhập để nhiều thành viên được vay hơn."),
    "D01": _("Đôn đốc CLB sinh hoạt đều hằng tháng."),
    "D05": _("Hướng dẫn CLB thực hiện đủ tám mảng hoạt động."),
    "D06": _("Hướng dẫn Ban Chủ nhiệm về quản lý và ghi sổ."),
    "D07": _("Hỗ trợ từng CLB khắc phục nội dung chưa đạt ghi trong phiếu thông tin CLB."),
    "D10": _("Tập huấn Ban Chủ nhiệm và giám sát CLB còn thiếu."),
}


def failed(rows: Sequence[TargetRow]) -> list[TargetRow]:
    """Rows not reached, the worst first: by verdict, then by how far each was reached; one row an indicator."""

    def order(row: TargetRow) -> tuple[int, Decimal, str]:
        return SEVERITY[row.verdict.status], row.verdict.attainment or Decimal(0), row.code

    return _one_each(sorted((row for row in rows if row.verdict.status in SEVERITY), key=order))


def _one_each(rows: Sequence[TargetRow]) -> list[TargetRow]:
    """The first row of each indicator, in the order given."""
    first = {row.code: row for row in reversed(rows)}
    return [row for row in rows if first[row.code] is row]


def achievements(report: ProvinceReport, rows: Sequence[TargetRow], spoken: Spoken) -> tuple[str, ...]:
    """Targets reached, those farthest beyond first; then what the clubs hold and who visited them."""
    reached = [row for row in rows if row.verdict.status in GOOD]
    reached.sort(key=lambda row: (-(row.verdict.attainment or Decimal(0)), row.code))
    return (*(_reached(row, spoken) for row in _one_each(reached)), *_beside(report, spoken))


def _reached(row: TargetRow, spoken: Spoken) -> str:
    verdict, values = row.verdict, _values(row, spoken)
    if verdict.status == "trong_khung":
        return spoken.say(_("%(name)s: %(actual)s, trong khung %(goal)s.")) % values
    if verdict.surplus:
        values["surplus"] = spoken.percent(verdict.surplus)
        return spoken.say(_("%(name)s: %(actual)s, đạt %(rate)s chỉ tiêu, vượt %(surplus)s.")) % values
    if verdict.attainment is None:
        return spoken.say(_("%(name)s: %(actual)s, đạt chỉ tiêu (%(goal)s).")) % values
    return spoken.say(_("%(name)s: %(actual)s, đạt %(rate)s chỉ tiêu.")) % values


def _values(row: TargetRow, spoken: Spoken) -> dict[str, str]:
    sign = "%" if row.unit == "percent" else f" {spoken.unit(row.unit)}"
    goal_sign = "%" if row.goal and row.goal.measure == "percent" else ""
    span = row.goal.period if row.goal else None
    years = f" ({spoken.pair(span.name_vi, span.name_en)})" if span else ""
    return {
        "name": spoken.pair(row.name_vi, row.name_en) + years,
        "actual": compared(row, spoken).removesuffix(spoken.number(0, 1)[1:]) + sign,
        "goal": spoken.goal(row.goal) + goal_sign,
        "rate": spoken.rate_in_words(row.verdict),
    }


def compared(row: TargetRow, spoken: Spoken) -> str:
    """The figure that the verdict judges: for a count with a goal of its own years, what was reached in those."""
    if row.goal and row.goal.period and row.cumulative is not None and row.code in ("A01", "C05", "D10"):
        return spoken.figure(row.cumulative, row.unit, row.decimals)
    return spoken.actual(row)


def _beside(report: ProvinceReport, spoken: Spoken) -> Iterator[str]:
    total, steering = report.total, report.steering
    if total.fund:
        yield spoken.say(_("Quỹ tăng thu nhập của các CLB đạt %(fund)s.")) % {
            "fund": spoken.money(total.fund)
        }
    if steering.trainees:
        yield spoken.say(_("Đã tập huấn cho %(people)s lượt người.")) % {
            "people": spoken.number(steering.trainees)
        }
    if steering.clubs_visited:
        values = {"clubs": spoken.number(steering.clubs_visited), "visits": spoken.number(steering.visits)}
        yield spoken.say(_("%(clubs)s CLB được giám sát, hỗ trợ với %(visits)s lượt.")) % values


def problems(report: ProvinceReport, rows: Sequence[TargetRow], spoken: Spoken) -> tuple[str, ...]:
    """Targets not reached, the worst first; then the item most clubs miss, silent clubs, books that are off."""
    return (*(_missed(row, spoken) for row in rows), *_weak(report, spoken))


def _missed(row: TargetRow, spoken: Spoken) -> str:
    values = _values(row, spoken)
    if row.verdict.status == "duoi_khung":
        return spoken.say(_("%(name)s: %(actual)s, dưới khung %(goal)s.")) % values
    if row.verdict.attainment is None:
        return spoken.say(_("%(name)s: %(actual)s, chưa đạt chỉ tiêu (%(goal)s).")) % values
    return spoken.say(_("%(name)s: %(actual)s, mới đạt %(rate)s chỉ tiêu (%(goal)s).")) % values


def _weak(report: ProvinceReport, spoken: Spoken) -> Iterator[str]:
    if report.failing_counts:
        code, clubs = report.failing_counts[0]
        values = {"clubs": spoken.number(clubs), "item": spoken.item(code), "code": code}
        yield spoken.say(_("%(clubs)s CLB chưa đạt nội dung “%(item)s” (%(code)s).")) % values
    if report.scope.silent:
        values = {"clubs": spoken.number(len(report.scope.silent))}
        yield spoken.say(_("%(clubs)s CLB không gửi báo cáo tháng nào trong kỳ.")) % values
    if report.unbalanced:
        values = {"clubs": spoken.number(len(report.unbalanced))}
        yield spoken.say(_("%(clubs)s CLB có sổ quỹ chênh lệch với tiền kiểm đếm.")) % values


def recommendations(report: ProvinceReport, rows: Sequence[TargetRow], spoken: Spoken) -> tuple[str, ...]:
    """What each problem asks for, in the order of the problems."""
    said = [spoken.say(ADVICE[row.code]) for row in rows if row.code in ADVICE]
    return (*dict.fromkeys(said), *_further(report, spoken))


def _further(report: ProvinceReport, spoken: Spoken) -> Iterator[str]:
    if report.failing_counts:
        values = {"item": spoken.item(report.failing_counts[0][0])}
        yield spoken.say(_("Tập trung hướng dẫn CLB về nội dung “%(item)s”.")) % values
    if report.scope.silent:
        yield spoken.say(_("Đôn đốc CLB chưa báo cáo gửi báo cáo tháng; kiểm tra tình hình tại chỗ."))
    if report.unbalanced:
        yield spoken.say(_("Kiểm tra, đối chiếu sổ quỹ của CLB có chênh lệch."))
    if report.scope.undecided:
        yield spoken.say(_("Xác định xã, phường cho CLB thuộc đơn vị đã chia tách."))
