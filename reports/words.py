"""Office wording of codes and comparisons: what a report says for each value of a list, in either language.

One place, so that a table, a sentence and an annex say the same thing of the same value. The texts are Vietnamese and
go through the catalogue; `lang` (vi, en) says which language is printed.
"""

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from markupsafe import Markup, escape

from reports import catalogue, language
from reports.facts import ContextFact, Unit
from reports.issuing import IssuingBody
from reports.period import Period
from reports.privacy import WITHHELD, Masked
from reports.province import FundBand, Goal, Header, LegalBasis, TargetRow, Verdict
from reports.targets import NEAR


def _(text: str) -> str:
    """Marks a text for the catalogue; it is translated where it is printed."""
    return text


def n_(text: str) -> str:
    """Marks a text with %(count)s that English has in the singular and the plural."""
    return text


UNITS = {
    "club": _("CLB"),
    "person": _("người"),
    "percent": "%",
    "VND": _("triệu đồng"),
    "area": _("mảng"),
    "month": _("tháng"),
    "commune": _("xã"),
    "province": _("tỉnh"),
    "loan": _("khoản"),
    "day": _("ngày"),
    "visit": _("lượt"),
    "point": _("điểm"),
}
STATUS = {
    "dat": ("●", _("Đạt")),
    "gan_dat": ("◊", _("Gần đạt")),
    "chua_dat": ("○", _("Chưa đạt")),
    "chua_co_so_lieu": ("–", _("Chưa có số liệu")),
    "duoi_khung": ("▼", _("Dưới khung")),
    "trong_khung": ("●", _("Trong khung")),
    "tren_khung": ("▲", _("Trên khung")),
    "khong_giao": ("–", _("Không giao")),
    "chua_den_han": ("–", _("Chưa đến hạn")),
    "chua_dap_ung": ("◊", _("Chưa đáp ứng")),
    "khong_in": ("*", _("Không in")),
}
GRADES = {
    "very_strong": _("Rất mạnh"),
    "strong": _("Mạnh"),
    "average": _("Trung bình"),
    "weak": _("Yếu"),
    "not_yet": _("Chưa đến kỳ đánh giá"),
    "unknown": _("Chưa có số liệu"),
}
LEVELS = {
    "xa": _("cấp xã"),
    "huyen": _("cấp huyện"),
    "tinh": _("cấp tỉnh"),
    "trung_uong": _("trung ương"),
    "sponsor": _("nhà tài trợ"),
}
ITEMS = {
    "a1": _("tăng thu nhập"),
    "a2": _("chăm sóc sức khỏe"),
    "a3": _("tình nguyện viên chăm sóc tại nhà"),
    "a4": _("tự giúp nhau và hỗ trợ cộng đồng"),
    "a5": _("quyền và lợi ích"),
    "a6": _("nâng cao nhận thức, kiến thức"),
    "a7": _("văn hóa, văn nghệ, thăm hỏi"),
    "a8": _("vận động nguồn lực"),
    "m1": _("sinh hoạt đúng kỳ"),
    "m2": _("sổ quỹ cân đối"),
    "m3": _("nợ quá hạn trong giới hạn"),
    "m4": _("đủ Ban Chủ nhiệm và các chức danh"),
    "m5": _("tỷ lệ tham dự"),
    "m6": _("có quy chế, kế hoạch hoạt động"),
    "m7": _("báo cáo đúng hạn"),
    "m8": _("được tập huấn hoặc giám sát"),
    "m9": _("tỷ lệ thành viên được vay vốn"),
}
CONTEXT = {
    "districts": _("Số huyện, thành phố"),
    "poor_districts_30a": _("Số huyện nghèo theo Nghị quyết 30a"),
    "communes_special_difficulty": _("Số xã đặc biệt khó khăn"),
    "communes_border": _("Số xã biên giới"),
    "population": _("Dân số"),
    "older_population": _("Số người cao tuổi trên địa bàn"),
    "older_population_share": _("Tỷ lệ người cao tuổi trong dân số"),
    "older_merit_allowance": _("Số người cao tuổi hưởng trợ cấp người có công"),
    "older_social_allowance": _("Số người cao tuổi hưởng trợ cấp xã hội hằng tháng"),
    "scheme_budget": _("Kinh phí dự kiến thực hiện Đề án"),
}
OPERATORS = {
    ">=": _("từ %(amount)s trở lên"),
    ">": _("trên %(amount)s"),
    "<=": _("không quá %(amount)s"),
    "~": _("khoảng %(amount)s"),
}
SHORT_OPERATORS = {">=": "≥{}", ">": ">{}", "<=": "≤{}", "~": "≈{}", "=": "{}"}
COUNTED = {
    "club": n_("%(count)s câu lạc bộ"),
    "club_short": n_("%(count)s CLB"),
    "member": n_("%(count)s thành viên"),
    "person": n_("%(count)s người"),
    "course": n_("%(count)s lớp"),
    "attendance": n_("%(count)s lượt người"),
    "visit": n_("%(count)s lượt"),
    "loan": n_("%(count)s khoản"),
    "province": n_("%(count)s tỉnh"),
}
KINDS = {
    "tinh": "province",
    "huyen": "district",
    "thanh_pho": "city",
    "quan": "urban district",
    "thi_xa": "town",
    "xa": "commune",
    "phuong": "ward",
    "thi_tran": "township",
    "dac_khu": "special zone",
}
"""What English puts behind a unit's name; in Vietnamese it is part of the name."""
BAND_INDICATORS = {"size": "B01", "women": "B02", "older": "B03", "young": "B04", "disadvantaged": "B05"}
PAPERS = (
    (re.compile("^Quyết định (số )?"), "Decision No. "),
    (re.compile("^Kế hoạch (số )?"), "Plan No. "),
    (re.compile("^Nghị quyết (số )?"), "Resolution No. "),
    (re.compile("^Báo cáo (số )?"), "Report No. "),
    (re.compile(" ngày "), " of "),
    (re.compile(" của UBND (tỉnh|thành phố) (.+)$"), r" of the People’s Committee of \2"),
)
"""How the name of a paper reads in English; its number stays as it is."""
PAPER_DAY = re.compile(r"(?<=of )(\d{1,2})/(\d{1,2})/(\d{4})\b")
ROUNDED_UP = Decimal("0.05")
"""A figure nearer than this to a mark would be printed, with one decimal, as if it had reached it."""


def _say(text: str, lang: str, **places: str) -> str:
    said = catalogue.of(lang).gettext(text)
    return said % places if places else said


def unit(measure: str, *, lang: str = "vi") -> str:
    """ĐVT of a table; a unit this list does not know is printed as it is."""
    return _say(UNITS[measure], lang) if measure in UNITS else measure


def counted(value: int | Decimal | None, noun: str, *, lang: str = "vi") -> str:
    """A count with what is counted, in a sentence: 05 câu lạc bộ, 1.200 thành viên; 1 club, 5 clubs."""
    number = None if value is None else int(value)
    said = catalogue.of(lang).ngettext(COUNTED[noun], COUNTED[noun], 0 if number is None else number)
    return said % {"count": language.padded(number, language=lang)}


def figure(value: int | Decimal | Masked | None, measure: str, decimals: int = 0, *, lang: str = "vi") -> str:
    """A cell of a table whose unit stands in a column of its own: money in millions, percent without
    its sign; or a mark."""
    if isinstance(value, Masked):
        return people(value, lang=lang)
    if measure == "VND":
        return language.million(None if value is None else int(value), 1, language=lang)
    return language.number(value, decimals, language=lang)


def people(value: int | Decimal | Masked | None, decimals: int = 0, *, lang: str = "vi") -> str:
    """A count or a share of people in a cell, or the mark in its place, which is read aloud in words."""
    if not isinstance(value, Masked):
        return language.number(value, decimals, language=lang)
    return Markup('<abbr title="{}">{}</abbr>').format(mark_in_words(value, lang=lang), mark(value))


def mark(value: Masked) -> str:
    """<5 for few, * for what would give few away; in a picture too."""
    return "*" if value.below is None else f"<{value.below}"


def mark_in_words(value: Masked, *, lang: str = "vi") -> str:
    """dưới 5 người; không in để bảo vệ thông tin cá nhân."""
    if value.below is None:
        return _say(_("không in để bảo vệ thông tin cá nhân"), lang)
    return _say(_("dưới %(number)s người"), lang, number=str(value.below))


def actual(row: TargetRow, *, lang: str = "vi") -> str:
    """Thực hiện kỳ in a cell; with up to two more decimals where rounding would hide on which side of the goal it lies:
    69,97 against ≥70 is not printed as 70,0."""
    value = WITHHELD if row.actual.is_withheld else row.actual.value
    return figure(value, row.unit, decimals(row), lang=lang)


def decimals(row: TargetRow) -> int:
    """With how many decimals Thực hiện kỳ is printed."""
    value, shown = row.actual.value, row.decimals
    while value is not None and shown < row.decimals + 2 and _hides_miss(row.goal, Decimal(value), shown):
        shown += 1
    return shown


def _hides_miss(goal: Goal | None, value: Decimal, decimals: int) -> bool:
    if goal is None or goal.measure == "VND":
        return False
    shown = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return value < goal.low <= shown or (goal.high is not None and shown <= goal.high < value)


def amount(value: int | Decimal | None, measure: str, *, lang: str = "vi") -> str:
    """A figure with its unit, in a sentence."""
    if measure == "percent":
        return language.percent(value, language=lang)
    if measure == "VND":
        return language.money(None if value is None else int(value), language=lang)
    if value is None:
        return language.MISSING
    if lang == "en" and measure in COUNTED and value == int(value):
        return counted(value, measure, lang=lang)
    decimals = 0 if value == int(value) else 1
    return f"{language.number(value, decimals, language=lang)} {unit(measure, lang=lang)}"


def goal(demand: Goal | None, *, lang: str = "vi") -> str:
    """Chỉ tiêu giao in a cell: 25, ≥50, 60–70; – where nothing is demanded."""
    if demand is None:
        return language.MISSING
    low = _cell(demand.low, demand.measure, lang)
    if demand.op == "range" and demand.high is not None:
        return f"{low}–{_cell(demand.high, demand.measure, lang)}"
    return SHORT_OPERATORS[demand.op].format(low)


def _cell(value: Decimal, measure: str, lang: str) -> str:
    return figure(value, measure, 0 if value == value.to_integral_value() else 1, lang=lang)


def status(verdict: Verdict, *, lang: str = "vi") -> str:
    """The word with the symbol that tells it without colour: ● Đạt."""
    symbol, word = STATUS[verdict.status]
    said = _say(word, lang)
    return f"{symbol} {said}" if symbol != language.MISSING else said


def rate(verdict: Verdict, *, lang: str = "vi") -> str:
    """Tỷ lệ (%) in a cell; a figure short of a mark is never rounded up to it: 99,96 reads 99,9, not 100,0."""
    if verdict.attainment is None:
        return language.MISSING
    return language.number(_short_of_marks(verdict.attainment), 1, language=lang)


def _short_of_marks(value: Decimal) -> Decimal:
    for mark in (NEAR, Decimal(100)):
        if mark - ROUNDED_UP <= value < mark:
            return mark - 2 * ROUNDED_UP
    return value


def attainment(verdict: Verdict, *, lang: str = "vi") -> str:
    """đạt 136,7% kế hoạch, vượt 36,7%; without a plan: chưa có kế hoạch để so sánh.

    As in a table, a rate short of 100 is not rounded up to it, nor one just above it down: đạt trên 100% kế hoạch.
    """
    if verdict.attainment is None:
        return _say(_("chưa có kế hoạch để so sánh"), lang)
    rate = language.percent(_short_of_marks(verdict.attainment), language=lang)
    if not verdict.surplus:
        return _say(_("đạt %(rate)s kế hoạch"), lang, rate=rate)
    if verdict.surplus < ROUNDED_UP:
        return _say(_("đạt trên 100% kế hoạch"), lang)
    surplus = language.percent(verdict.surplus, language=lang)
    return _say(_("đạt %(rate)s kế hoạch, vượt %(surplus)s"), lang, rate=rate, surplus=surplus)


def change(value: int | Decimal | Masked | None, measure: str, decimals: int = 0, *, lang: str = "vi") -> str:
    """So cùng kỳ: +3, −1,5; – where there is nothing to compare with."""
    text = figure(value, measure, decimals, lang=lang)
    if value is None or isinstance(value, Masked):
        return text
    return f"+{text}" if value > 0 and text.strip("0,.") else text


def context(fact: ContextFact, *, lang: str = "vi") -> str:
    """A stated figure as a line of part I: “Số người cao tuổi trên địa bàn: 27.364 người”."""
    label = _say(CONTEXT[fact.metric], lang) if fact.metric in CONTEXT else fact.note or fact.metric
    if fact.measure in ("district", "commune"):
        number = None if fact.value is None else int(fact.value)
        return f"{label}: {language.padded(number, language=lang)}"
    figure = amount(fact.value, fact.measure, lang=lang)
    if fact.value is not None and fact.op in OPERATORS:
        figure = _say(OPERATORS[fact.op], lang, amount=figure)
    return f"{label}: {figure}"


def item(key: str, *, lang: str = "vi") -> str:
    """a3 → “tình nguyện viên chăm sóc tại nhà (a3)”, for sentences."""
    return f"{_say(ITEMS[key], lang)} ({key})" if key in ITEMS else key


def grade(key: str, *, lang: str = "vi") -> str:
    """Xếp loại of a club."""
    return _say(GRADES[key], lang)


def level(key: str, *, lang: str = "vi") -> str:
    """Whose visit it was: cấp xã, cấp huyện …"""
    return _say(LEVELS[key], lang) if key in LEVELS else key


def fund_band(band: FundBand, *, lang: str = "vi") -> str:
    """dưới 20 triệu đồng; từ 20 triệu đồng đến dưới 30 triệu đồng; từ 30 triệu đồng trở lên."""
    low, high = (language.money(end, language=lang) for end in (band.low, band.high))
    if band.low is None:
        return _say(_("dưới %(high)s"), lang, high=high)
    if band.high is None:
        return _say(OPERATORS[">="], lang, amount=low)
    return _say(_("từ %(low)s đến dưới %(high)s"), lang, low=low, high=high)


def spoken(thing: object, attribute: str, *, lang: str = "vi") -> str:
    """What stands in both languages beside each other: row | spoken("name") is row.name_vi or row.name_en."""
    text: str = getattr(thing, f"{attribute}_{lang}")
    return text


def during(period: Period, *, lang: str = "vi") -> str:
    """The period in a sentence: năm 2021, quý II/2021; in 2021, in the first half of 2021."""
    if lang == "vi":
        return period.name_vi
    if period.kind == "span":
        return f"from {period.name_en}"
    return f"in the {period.name_en}" if period.kind == "half" else f"in {period.name_en}"


def place(where: Unit, *, lang: str = "vi") -> str:
    """A unit by its full name: Huyện Ninh Sơn; in English “Ninh Sơn district”, the name marked as Vietnamese."""
    if lang == "vi":
        return where.full_name
    return Markup("{} {}").format(named(where.name, lang=lang), KINDS.get(where.kind, "")).rstrip()


def named(text: str, *, lang: str = "vi") -> str:
    """A name or a text that stays Vietnamese; on an English page it is marked, so that it is read aloud rightly."""
    return text if lang == "vi" or not text else Markup('<span lang="vi">{}</span>').format(text)


def paper(text: str, *, lang: str = "vi") -> Markup:
    """A decision or plan by its name, its number unbroken; English translates what kind of paper it is."""
    if lang == "vi":
        return unbroken_numbers(text)
    if not any(kind.match(text) for kind, _english in PAPERS[:4]):
        return Markup('<span lang="vi">{}</span>').format(unbroken_numbers(text))
    for vietnamese, english in PAPERS:
        text = vietnamese.sub(english, text)
    return unbroken_numbers(PAPER_DAY.sub(_day_in_english, text))


def _day_in_english(day: re.Match[str]) -> str:
    """31/8/2020 → 31 August 2020; what is no day of the calendar stays."""
    try:
        return language.date_long(date(int(day[3]), int(day[2]), int(day[1])), language="en")
    except ValueError:
        return day[0]


def legal_basis(paper_of: LegalBasis, *, lang: str = "vi") -> Markup:
    """A paper with its day, before the office it is of: Kế hoạch số 72/KH-UBND ngày 08/01/2021 của UBND tỉnh …"""
    text, day = paper_of.document, paper_of.signed_on
    if day and " ngày " not in text:
        what, of, whose = text.partition(" của ")
        month = f"{day.month:02}" if day.month < 3 else str(day.month)
        text = f"{what} ngày {day.day:02}/{month}/{day.year}{of}{whose}"
    return paper(text, lang=lang)


def office(body: IssuingBody, *, lang: str = "vi") -> str:
    """The office that issues; in English too where its English name is known."""
    return (body.name_en if lang == "en" else "") or body.name


def superior(body: IssuingBody, *, lang: str = "vi") -> str:
    """What the office belongs to, the upper line of the head."""
    return (body.parent_en if lang == "en" else "") or body.parent


def signature(head: Header, *, lang: str = "vi") -> tuple[str, ...]:
    """The lines above the signature; in English the head's title alone, where it is known and the head signs."""
    english = head.issuing.signer_en if lang == "en" and head.signed_by == "head" else ""
    return (english.upper(),) if english else head.signature


def page_mark(head: Header, *, lang: str = "vi") -> str:
    """What stands on top of every page: that it is a draft, that its figures are made up; empty: neither."""
    spoken = catalogue.of(lang).gettext
    parts = (spoken("DỰ THẢO") if head.is_draft else "", spoken(head.mark) if head.mark else "")
    return " · ".join(filter(None, parts))


def made_up(head: Header, *, lang: str = "vi") -> str:
    """The mark of made-up figures, on a translation with its meaning; empty: none."""
    meaning = catalogue.of(lang).gettext(head.mark) if head.mark else ""
    if meaning == head.mark:
        return head.mark
    return Markup("{} ({})").format(named(head.mark, lang=lang), meaning)


def band_indicator(rule: str) -> str:
    """The indicator that a bar of chart 2 shows: women → B02."""
    return BAND_INDICATORS[rule]


def capital(text: str) -> str:
    """The text with a capital first letter and the rest as it is."""
    return text[:1].upper() + text[1:]


def small(text: str) -> str:
    """The text with a small first letter, as a name stands inside a sentence: giai đoạn 2016–2020."""
    return text[:1].lower() + text[1:]


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
    """The text as HTML in which no line breaks inside the number of a document or a range: 72/KH-UBND, 60–70%."""
    marked = re.sub(
        r"[0-9]+/[0-9A-ZĐ-]+[A-Za-zĐ]+|[0-9][0-9.,]*–[0-9][0-9.,]*%?",
        r'<span class="unbroken">\g<0></span>',
        str(escape(text)),
    )
    return Markup(marked)  # noqa: S704 (escaped above)


def joined_ranges(text: str) -> str:
    """The text with ranges that no line breaks, joined by a letter without width: in a narrow cell a `span` that may
    not be broken tears the words before it apart."""
    return re.sub("(?<=[0-9])–(?=[0-9])", "–\u2060", text)
