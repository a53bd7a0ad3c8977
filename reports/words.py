"""Vietnamese office wording of codes and comparisons: what a report says for each value of a list.

One place, so that a table, a sentence and an annex say the same thing of the same value.
"""

import re
from decimal import ROUND_HALF_UP, Decimal

from markupsafe import Markup, escape

from reports import language
from reports.facts import ContextFact
from reports.province import FundBand, Goal, TargetRow, Verdict
from reports.targets import NEAR

UNITS = {
    "club": "CLB",
    "person": "người",
    "percent": "%",
    "VND": "triệu đồng",
    "area": "mảng",
    "month": "tháng",
    "commune": "xã",
    "province": "tỉnh",
    "loan": "khoản",
    "day": "ngày",
    "visit": "lượt",
    "point": "điểm",
}
STATUS = {
    "dat": ("●", "Đạt"),
    "gan_dat": ("◊", "Gần đạt"),
    "chua_dat": ("○", "Chưa đạt"),
    "chua_co_so_lieu": ("–", "Chưa có số liệu"),
    "duoi_khung": ("▼", "Dưới khung"),
    "trong_khung": ("●", "Trong khung"),
    "tren_khung": ("▲", "Trên khung"),
    "khong_giao": ("–", "Không giao"),
    "chua_den_han": ("–", "Chưa đến hạn"),
    "chua_dap_ung": ("◊", "Chưa đáp ứng"),
}
GRADES = {
    "very_strong": "Rất mạnh",
    "strong": "Mạnh",
    "average": "Trung bình",
    "weak": "Yếu",
    "not_yet": "Chưa đến kỳ đánh giá",
    "unknown": "Chưa có số liệu",
}
LEVELS = {
    "xa": "cấp xã",
    "huyen": "cấp huyện",
    "tinh": "cấp tỉnh",
    "trung_uong": "trung ương",
    "sponsor": "nhà tài trợ",
}
ITEMS = {
    "a1": "tăng thu nhập",
    "a2": "chăm sóc sức khỏe",
    "a3": "tình nguyện viên chăm sóc tại nhà",
    "a4": "tự giúp nhau và hỗ trợ cộng đồng",
    "a5": "quyền và lợi ích",
    "a6": "nâng cao nhận thức, kiến thức",
    "a7": "văn hóa, văn nghệ, thăm hỏi",
    "a8": "vận động nguồn lực",
    "m1": "sinh hoạt đúng kỳ",
    "m2": "sổ quỹ cân đối",
    "m3": "nợ quá hạn trong giới hạn",
    "m4": "đủ Ban Chủ nhiệm và các chức danh",
    "m5": "tỷ lệ tham dự",
    "m6": "có quy chế, kế hoạch hoạt động",
    "m7": "báo cáo đúng hạn",
    "m8": "được tập huấn hoặc giám sát",
    "m9": "tỷ lệ thành viên được vay vốn",
}
CONTEXT = {
    "districts": "Số huyện, thành phố",
    "poor_districts_30a": "Số huyện nghèo theo Nghị quyết 30a",
    "communes_special_difficulty": "Số xã đặc biệt khó khăn",
    "communes_border": "Số xã biên giới",
    "population": "Dân số",
    "older_population": "Số người cao tuổi trên địa bàn",
    "older_population_share": "Tỷ lệ người cao tuổi trong dân số",
    "older_merit_allowance": "Số người cao tuổi hưởng trợ cấp người có công",
    "older_social_allowance": "Số người cao tuổi hưởng trợ cấp xã hội hằng tháng",
    "scheme_budget": "Kinh phí dự kiến thực hiện Đề án",
}
OPERATORS = {">=": "từ {} trở lên", ">": "trên {}", "<=": "không quá {}", "~": "khoảng {}", "=": "{}"}
SHORT_OPERATORS = {">=": "≥{}", ">": ">{}", "<=": "≤{}", "~": "≈{}", "=": "{}"}
UNKNOWN = "chưa có số liệu"
ROUNDED_UP = Decimal("0.05")
"""A figure nearer than this to a mark would be printed, with one decimal, as if it had reached it."""


def unit(code: str) -> str:
    """ĐVT of a table; a unit this list does not know is printed as it is."""
    return UNITS.get(code, code)


def figure(value: int | Decimal | None, measure: str, decimals: int = 0) -> str:
    """A cell of a table whose unit stands in a column of its own: money in millions, percent without its sign."""
    if measure == "VND":
        return language.million(None if value is None else int(value), 1)
    return language.number(value, decimals)


def actual(row: TargetRow) -> str:
    """Thực hiện kỳ in a cell; with up to two more decimals where rounding would hide on which side of the goal it lies:
    69,97 against ≥70 is not printed as 70,0."""
    value, decimals = row.actual.value, row.decimals
    while (
        value is not None and decimals < row.decimals + 2 and _hides_miss(row.goal, Decimal(value), decimals)
    ):
        decimals += 1
    return figure(value, row.unit, decimals)


def _hides_miss(goal: Goal | None, value: Decimal, decimals: int) -> bool:
    if goal is None or goal.measure == "VND":
        return False
    shown = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return value < goal.low <= shown or (goal.high is not None and shown <= goal.high < value)


def amount(value: int | Decimal | None, measure: str) -> str:
    """A figure with its unit, in a sentence."""
    if measure == "percent":
        return language.percent(value)
    if measure == "VND":
        return language.money(None if value is None else int(value))
    if value is None:
        return language.MISSING
    decimals = 0 if value == int(value) else 1
    return f"{language.number(value, decimals)} {unit(measure)}"


def goal(demand: Goal | None) -> str:
    """Chỉ tiêu giao in a cell: 25, ≥50, 60–70; – where nothing is demanded."""
    if demand is None:
        return language.MISSING
    low = _cell(demand.low, demand.measure)
    if demand.op == "range" and demand.high is not None:
        return f"{low}–{_cell(demand.high, demand.measure)}"
    return SHORT_OPERATORS[demand.op].format(low)


def _cell(value: Decimal, measure: str) -> str:
    return figure(value, measure, 0 if value == value.to_integral_value() else 1)


def status(verdict: Verdict) -> str:
    """The word with the symbol that tells it without colour: ● Đạt."""
    symbol, word = STATUS[verdict.status]
    return f"{symbol} {word}" if symbol != language.MISSING else word


def rate(verdict: Verdict) -> str:
    """Tỷ lệ (%) in a cell; a figure short of a mark is never rounded up to it: 99,96 reads 99,9, not 100,0."""
    value = verdict.attainment
    if value is None:
        return language.MISSING
    for mark in (NEAR, Decimal(100)):
        if mark - ROUNDED_UP <= value < mark:
            return language.number(mark - 2 * ROUNDED_UP, 1)
    return language.number(value, 1)


def attainment(verdict: Verdict) -> str:
    """đạt 136,7% kế hoạch, vượt 36,7%; without a plan: chưa có kế hoạch để so sánh."""
    if verdict.attainment is None:
        return "chưa có kế hoạch để so sánh"
    text = f"đạt {language.percent(verdict.attainment)} kế hoạch"
    return f"{text}, vượt {language.percent(verdict.surplus)}" if verdict.surplus else text


def change(value: int | Decimal | None, measure: str, decimals: int = 0) -> str:
    """So cùng kỳ: +3, −1,5; – where there is nothing to compare with."""
    text = figure(value, measure, decimals)
    return f"+{text}" if value is not None and value > 0 and text.strip("0,") else text


def context(fact: ContextFact) -> str:
    """A stated figure as a line of part I: “Số người cao tuổi trên địa bàn: 27.364 người”."""
    label = CONTEXT.get(fact.metric) or fact.note or fact.metric
    if fact.measure in ("district", "commune"):
        return f"{label}: {language.padded(int(fact.value)) if fact.value is not None else language.MISSING}"
    return f"{label}: {OPERATORS.get(fact.op, '{}').format(amount(fact.value, fact.measure))}"


def item(code: str) -> str:
    """a3 → “chăm sóc tại nhà (a3)”, for sentences."""
    return f"{ITEMS.get(code, code)} ({code})"


def grade(code: str) -> str:
    """Xếp loại of a club."""
    return GRADES[code]


def level(code: str) -> str:
    """Whose visit it was: cấp xã, cấp huyện …"""
    return LEVELS.get(code, code)


def fund_band(band: FundBand) -> str:
    """dưới 20 triệu đồng; từ 20 triệu đồng đến dưới 30 triệu đồng; từ 30 triệu đồng trở lên."""
    low, high = language.money(band.low), language.money(band.high)
    if band.low is None:
        return f"dưới {high}"
    return f"từ {low} trở lên" if band.high is None else f"từ {low} đến dưới {high}"


def capital(text: str) -> str:
    """The text with a capital first letter and the rest as it is."""
    return text[:1].upper() + text[1:]


def letter(position: int) -> str:
    """A, B, C … for the groups of a table."""
    return chr(ord("A") + position - 1)


def unbroken_names(text: str) -> str:
    """The text with no line break inside the names behind “tỉnh” and “thành phố”: a title breaks between words."""
    return re.sub(
        r"(tỉnh|thành phố) ((?:[^\W\d_]+ ?){1,3})",
        lambda found: (
            found[1] + "\u00a0" + found[2].rstrip().replace(" ", "\u00a0") + " " * found[2].endswith(" ")
        ),
        text,
    )


def unbroken_numbers(text: str) -> Markup:
    """The text as HTML in which no line breaks inside the number of a document: 72/KH-UBND."""
    marked = re.sub(
        r"[0-9]+/[0-9A-ZĐ-]+[A-Za-zĐ]+", r'<span class="unbroken">\g<0></span>', str(escape(text))
    )
    return Markup(marked)  # noqa: S704 (escaped above)
