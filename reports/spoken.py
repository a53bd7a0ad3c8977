"""The words of codes in the language of a document that exists in both: what `words` says in Vietnamese, and more.

Texts are Vietnamese and asked for through the catalogue; `_` only marks them, so that a test finds what has no English.
"""

from dataclasses import dataclass
from datetime import date

from reports import catalogue, language, words
from reports.club_sheet.model import Band, Check, Month
from reports.indicators.base import Number
from reports.indicators.grade import Need
from reports.privacy import Masked
from reports.province import Goal, TargetRow, Verdict


def _(text: str) -> str:
    """Marks a text for the catalogue."""
    return text


ROLES = {
    "chair": _("Chủ nhiệm"),
    "deputy": _("Phó Chủ nhiệm"),
    "secretary": _("Thư ký"),
    "accountant": _("Kế toán"),
    "treasurer": _("Thủ quỹ"),
    "member": _("Ủy viên"),
}
NOT_HELD = {
    "flood_storm": _("bão, lũ"),
    "tet": _("nghỉ Tết"),
    "harvest": _("mùa vụ"),
    "epidemic": _("dịch bệnh"),
    "chair_absent": _("Chủ nhiệm vắng"),
    "no_place": _("không có địa điểm"),
    "reorganisation": _("sắp xếp tổ chức"),
    "other": _("lý do khác"),
}
STATES = {
    "held": _("có sinh hoạt"),
    "not_held": _("không sinh hoạt"),
    "silent": _("chưa báo cáo"),
    "ahead": _("chưa hết tháng"),
    "outside": _("không phải sinh hoạt"),
}
STATE_MARKS = {"held": "●", "not_held": "○", "silent": "?", "ahead": "…", "outside": ""}
COUNT, SHARE, THERE, MONEY = "count", "percent", "there", "VND"
NEEDS = {
    "a1.loans": (_("Số khoản vay phát ra"), COUNT, _("cho vay thêm từ Quỹ tăng thu nhập")),
    "a1.lent": (
        _("Dư nợ trên tổng Quỹ tăng thu nhập"),
        SHARE,
        _("đưa phần quỹ đang cho vay lên mức quy định"),
    ),
    "a1.talks": (_("Số tháng có nói chuyện về sản xuất"), COUNT, _("tổ chức nói chuyện về sản xuất, làm ăn")),
    "a2.meetings": (
        _("Số buổi có cân, đo huyết áp"),
        COUNT,
        _("cân, đo huyết áp cho thành viên tại buổi sinh hoạt"),
    ),
    "a2.checks": (
        _("Số tháng có khám tại cơ sở y tế (12 tháng)"),
        COUNT,
        _("phối hợp trạm y tế khám sức khỏe cho thành viên"),
    ),
    "a3.volunteers": (
        _("Tình nguyện viên chăm sóc"),
        COUNT,
        _("vận động thêm tình nguyện viên chăm sóc tại nhà"),
    ),
    "a3.months": (
        _("Số tháng có người được chăm sóc"),
        COUNT,
        _("thăm, chăm sóc tại nhà hằng tháng và ghi lại"),
    ),
    "a4.months": (
        _("Số tháng có giúp người khó khăn đột xuất"),
        COUNT,
        _("giúp ít nhất một người gặp khó khăn đột xuất mỗi tháng"),
    ),
    "a4.works": (_("Số việc làm cho cộng đồng"), COUNT, _("tổ chức thêm việc làm cho cộng đồng")),
    "a5.months": (
        _("Số tháng có tuyên truyền, tư vấn quyền lợi"),
        COUNT,
        _("tuyên truyền, tư vấn về quyền và chế độ"),
    ),
    "a6.meetings": (
        _("Số buổi có truyền thông"),
        COUNT,
        _("đưa nội dung truyền thông vào mỗi buổi sinh hoạt"),
    ),
    "a7.months": (
        _("Số tháng có văn nghệ, thăm hỏi, giao lưu"),
        COUNT,
        _("tổ chức văn nghệ, thăm hỏi, mừng sinh nhật hằng tháng"),
    ),
    "a8.months": (
        _("Số tháng có vận động được nguồn lực"),
        COUNT,
        _("vận động tiền, hiện vật hoặc ngày công"),
    ),
    "m1.meetings": (_("Số buổi sinh hoạt hằng tháng"), COUNT, _("sinh hoạt đều hằng tháng")),
    "m2.income": (
        _("Chênh lệch sổ Quỹ tăng thu nhập"),
        MONEY,
        _("đối chiếu sổ với tiền Quỹ tăng thu nhập, ghi rõ lý do chênh lệch"),
    ),
    "m2.operating": (
        _("Chênh lệch sổ Quỹ hoạt động"),
        MONEY,
        _("đối chiếu sổ với tiền Quỹ hoạt động, ghi rõ lý do chênh lệch"),
    ),
    "m3.overdue": (_("Nợ quá hạn trên dư nợ"), SHARE, _("thu hồi nợ quá hạn hoặc thỏa thuận lại ngày trả")),
    "m4.board": (_("Số ủy viên Ban Chủ nhiệm"), COUNT, _("bầu đủ ủy viên Ban Chủ nhiệm")),
    "m4.roles": (
        _("Có Chủ nhiệm, thư ký, kế toán hoặc thủ quỹ"),
        THERE,
        _("bầu đủ Chủ nhiệm, thư ký, kế toán hoặc thủ quỹ"),
    ),
    "m5.attendance": (_("Tỷ lệ tham dự bình quân"), SHARE, _("vận động thành viên dự sinh hoạt đông hơn")),
    "m6.charter": (_("Đã thông qua quy chế"), THERE, _("thông qua quy chế hoạt động")),
    "m6.plan": (_("Có kế hoạch kỳ tới"), THERE, _("ghi kế hoạch kỳ tới trong báo cáo tháng")),
    "m7.reports": (_("Số báo cáo tháng đúng hạn"), COUNT, _("gửi báo cáo tháng đúng hạn")),
    "m8.supervised": (_("Được giám sát trong 12 tháng"), THERE, _("mời cấp trên giám sát, hỗ trợ")),
    "m8.trained": (_("Được tập huấn trong 12 tháng"), THERE, _("cử ủy viên Ban Chủ nhiệm dự tập huấn")),
    "m9.borrowers": (
        _("Thành viên được vay trong giai đoạn"),
        SHARE,
        _("xét cho nhiều thành viên hơn được vay"),
    ),
}
"""What a need counts, in which unit, and what to do to meet it."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """The words of one language (vi, en)."""

    code: str

    def say(self, text: str) -> str:
        """A text in the language."""
        return catalogue.of(self.code).gettext(text)

    def pair(self, vi: str, en: str) -> str:
        """Of a name or sentence that is data in both languages, the one to print."""
        return en if self.code == "en" else vi

    def unit(self, code: str) -> str:
        """ĐVT of a table."""
        return words.unit(code, lang=self.code)

    def status(self, verdict: Verdict) -> str:
        """The word of a verdict."""
        return self.say(words.STATUS[verdict.status][1])

    def symbol(self, verdict: Verdict) -> str:
        """The symbol that tells a verdict without colour."""
        return words.STATUS[verdict.status][0]

    def grade(self, code: str) -> str:
        """Xếp loại of a club."""
        return self.say(words.GRADES[code])

    def item(self, code: str) -> str:
        """What a1 … m9 is about."""
        return self.say(words.ITEMS[code])

    def roles(self, codes: tuple[str, ...]) -> str:
        """Places in a board: “Thư ký, Thủ quỹ”."""
        return ", ".join(self.say(ROLES.get(code, code)) for code in codes)

    def state(self, month: Month) -> str:
        """A month of the strip in words, with the reason where no meeting was held."""
        text = self.say(STATES[month.state])
        if month.reason:
            text += f" ({self.say(NOT_HELD.get(month.reason, month.reason))})"
        return text

    def state_mark(self, month: Month) -> str:
        """A month of the strip as a symbol."""
        return STATE_MARKS[month.state]

    def number(self, value: Number | Masked | None, decimals: int = 0) -> str:
        """A figure; a masked one as its mark: <5, or *."""
        if isinstance(value, Masked):
            return words.mark(value)
        return language.number(value, decimals, language=self.code)

    def counted(self, value: int | None, noun: str) -> str:
        """A count with what is counted: 05 khoản; 1 loan, 5 loans."""
        return words.counted(value, noun, lang=self.code)

    def percent(self, value: Number | Masked | None) -> str:
        """A percentage; a masked one as its mark."""
        return words.mark(value) if isinstance(value, Masked) else language.percent(value, language=self.code)

    def money(self, value: int | None) -> str:
        """An amount with its unit, as in a sentence."""
        return language.money(value, language=self.code)

    def million(self, value: int | None) -> str:
        """An amount in a column headed “triệu đồng”."""
        return language.million(value, language=self.code)

    def figure(self, value: Number | Masked | None, measure: str, decimals: int = 0) -> str:
        """A cell whose unit stands in a column of its own."""
        if measure == "VND" and not isinstance(value, Masked):
            return self.million(None if value is None else int(value))
        return self.number(value, decimals)

    def goal(self, goal: Goal | None) -> str:
        """Chỉ tiêu giao in a cell: 25, ≥50, 60–70."""
        return words.goal(goal, lang=self.code)

    def actual(self, row: TargetRow) -> str:
        """Thực hiện kỳ, never rounded over its goal."""
        return words.actual(row, lang=self.code)

    def rate(self, verdict: Verdict) -> str:
        """Tỷ lệ (%), never rounded up to a mark."""
        return words.rate(verdict, lang=self.code)

    def band(self, band: Band) -> str:
        """What a share or size should be: 60–70%, từ 70% trở lên; – where the phase asks for nothing."""
        low, high, sign = band.bar.low, band.bar.high, "%" if band.bar.unit == "percent" else ""
        if low is None and high is None:
            return language.MISSING
        if low is not None and high is not None:
            return f"{self.number(low)}–{self.number(high)}{sign}"
        return f"≥{self.number(low)}{sign}" if low is not None else f"≤{self.number(high)}{sign}"

    def need(self, need: Need) -> str:
        """What a need counts."""
        return self.say(NEEDS[need.code][0])

    def wanted(self, need: Need) -> str:
        """The minimum or maximum of a need: “≥ 4”, “≤ 10%”, “phải có”."""
        unit = NEEDS[need.code][1]
        if unit == THERE:
            return self.say(_("phải có"))
        if unit == MONEY:
            return self.say(_("0 đồng; có lý do thì không quá %(share)s")) % {
                "share": self.percent(need.wanted)
            }
        sign = "≤" if need.code == "m3.overdue" else "≥"
        return f"{sign} {self._counted(need.wanted, unit)}"

    def reached(self, need: Need, withheld: frozenset[str] = frozenset()) -> str:
        """What a club reached of a need; withheld: codes of needs that would tell of few persons."""
        unit = NEEDS[need.code][1]
        if need.code in withheld:
            return "*"
        if unit == THERE:
            return self.say(_("có") if need.is_met else _("chưa có"))
        if unit == MONEY:
            return self.money(None if need.reached is None else int(need.reached))
        return self._counted(need.reached, unit)

    def _counted(self, value: Number | None, unit: str) -> str:
        return self.percent(value) if unit == SHARE else self.number(value)

    def advice(self, check: Check) -> str:
        """What to do to reach an item: a phrase for each group of needs that none of is met."""
        open_groups = [group for group in check.item.groups if not any(need.is_met for need in group)]
        either = f" {self.say(_('hoặc'))} "
        phrases = [either.join(self.say(NEEDS[need.code][2]) for need in group) for group in open_groups]
        return words.capital("; ".join(phrases))

    def months(self, months: tuple[date, ...]) -> str:
        """Months in a cell: 4/2021, 7–9/2021; runs of one year together."""
        runs: list[list[date]] = []
        for month in months:
            if runs and runs[-1][-1].year == month.year and runs[-1][-1].month + 1 == month.month:
                runs[-1].append(month)
            else:
                runs.append([month])
        return ", ".join(_run(run) for run in runs)


def _run(run: list[date]) -> str:
    last = language.month_short(run[-1])
    return last if len(run) == 1 else f"{run[0].month}–{last}"
