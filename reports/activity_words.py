"""Words of parts IV and VI–IX for the codes of the monthly form, the founding form and the survey, in either language.

The texts are Vietnamese and go through the catalogue; `lang` (vi, en) says which language is printed.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial

from reports import catalogue, language
from reports.facts import Unit
from reports.privacy import Masked
from reports.province.activity_model import AgeBand, Heat, Tally


def _(text: str) -> str:
    """Marks a text for the catalogue; it is translated where it is printed."""
    return text


AREAS = {
    "a1": _("Tăng thu nhập"),
    "a2": _("Chăm sóc sức khỏe"),
    "a3": _("Tình nguyện viên chăm sóc tại nhà"),
    "a4": _("Tự giúp nhau và hỗ trợ cộng đồng"),
    "a5": _("Quyền và lợi ích"),
    "a6": _("Nâng cao nhận thức, kiến thức"),
    "a7": _("Văn hóa, văn nghệ, thăm hỏi"),
    "a8": _("Vận động nguồn lực"),
}
TALLIES = {
    "production_talks": _("%(n)s buổi phổ biến kỹ thuật sản xuất"),
    "bp": _("%(n)s lượt đo huyết áp"),
    "weight": _("%(n)s lượt cân"),
    "clinic": _("%(n)s lượt khám tại cơ sở y tế"),
    "visits": _("%(n)s lượt chăm sóc"),
    "sudden_help": _("%(n)s lượt người được giúp đột xuất"),
    "community": _("%(n)s việc cho cộng đồng"),
    "counselled": _("%(n)s lượt người được tư vấn"),
    "claims": _("%(n)s hồ sơ chế độ được giúp"),
    "talks": _("%(n)s buổi truyền thông"),
    "sick_visits": _("%(n)s lượt thăm ốm"),
    "birthdays": _("%(n)s lượt mừng thọ, sinh nhật"),
    "cash": _("%(n)s tiền mặt"),
    "kind": _("hiện vật trị giá %(n)s"),
    "days": _("%(n)s ngày công"),
}
MONEY = frozenset({"cash", "kind"})
REASONS = {
    "flood_storm": ("B", _("bão, lũ")),
    "tet": ("T", _("Tết")),
    "harvest": ("M", _("mùa vụ")),
    "epidemic": ("D", _("dịch bệnh")),
    "chair_absent": ("V", _("Chủ nhiệm vắng")),
    "no_place": ("C", _("không có chỗ sinh hoạt")),
    "reorganisation": ("S", _("sắp xếp thôn, xã")),
    "other": ("K", _("lý do khác")),
}
"""Why a meeting was not held: the letter in the heat table, and the words of its key."""
DIFFICULTIES = {
    "capital": _("thiếu vốn"),
    "board_old": _("Ban Chủ nhiệm tuổi cao, thiếu người thay"),
    "skill": _("thiếu kỹ năng"),
    "place": _("thiếu nơi sinh hoạt"),
    "attendance": _("thành viên dự sinh hoạt ít"),
    "overdue": _("nợ quá hạn"),
    "equipment": _("thiếu trang bị"),
    "health_support": _("thiếu hỗ trợ y tế"),
    "merger": _("sáp nhập thôn, xã"),
    "other": _("khó khăn khác"),
}
SOURCES = {
    "state_budget": _("ngân sách nhà nước"),
    "hoi_nct": _("Hội Người cao tuổi"),
    "helpage_project": _("dự án HelpAge"),
    "enterprise": _("doanh nghiệp"),
    "individual": _("cá nhân, nhà hảo tâm"),
    "member": _("thành viên đóng góp"),
    "other": _("nguồn khác"),
}
CHECKS = {
    "bp_high": _("huyết áp từ 140/90 mmHg trở lên"),
    "bmi_low": _("BMI dưới 18,5"),
    "bmi_high": _("BMI từ 23 trở lên"),
}
ETHNICITIES = {
    "kinh": _("Kinh"),
    "tay": _("Tày"),
    "thai": _("Thái"),
    "muong": _("Mường"),
    "hmong": _("Mông"),
    "dao": _("Dao"),
    "khmer": _("Khmer"),
    "cham": _("Chăm"),
    "raglai": _("Raglai"),
    "hoa": _("Hoa"),
    "giay": _("Giáy"),
    "ha_nhi": _("Hà Nhì"),
    "la_hu": _("La Hủ"),
    "kho_mu": _("Khơ Mú"),
    "lu": _("Lự"),
    "mang": _("Mảng"),
    "other": _("Dân tộc khác"),
    "": _("Chưa ghi"),
}
DISABILITIES = {"mild": _("Nhẹ"), "severe": _("Nặng"), "very_severe": _("Đặc biệt nặng")}
ROUNDS = {
    "baseline": _("đầu kỳ"),
    "mid": _("giữa kỳ"),
    "end": _("cuối kỳ"),
    "yearly": _("hằng năm"),
}
SURVEY = {
    "E01": _("Người vay vốn có thu nhập tăng"),
    "E02": _("Được nâng cao sức khỏe, kiến thức và hiểu biết về quyền"),
    "E02_health": _("Sức khỏe giữ được hoặc tốt hơn"),
    "E02_knowledge": _("Đạt điểm kiến thức sức khỏe"),
    "E02_rights": _("Đạt điểm hiểu biết về quyền"),
    "E03": _("Hài lòng với câu lạc bộ"),
    "E04": _("Điểm hỗ trợ xã hội bình quân (thang 5)"),
    "E04_lonely": _("Thường xuyên hoặc luôn cảm thấy cô đơn"),
}


def said(text: str, lang: str, **places: str) -> str:
    """A text of the catalogue in a language, with its places filled."""
    found = catalogue.of(lang).gettext(text)
    return found % places if places else found


def area(code: str, *, lang: str = "vi") -> str:
    """One of the eight areas: a3 → “Tình nguyện viên chăm sóc tại nhà”."""
    return said(AREAS[code], lang)


def tally(found: Tally, *, lang: str = "vi") -> str:
    """A sum with what it counts: “260 lượt đo huyết áp”."""
    if found.key in MONEY:
        amount = language.money(found.value, language=lang)
    else:
        amount = language.padded(found.value, language=lang)
    return said(TALLIES[found.key], lang, n=amount)


def tallies(found: Sequence[Tally], *, lang: str = "vi") -> str:
    """The sums of one area that are known and not 0, joined; – where none is."""
    return "; ".join(tally(one, lang=lang) for one in found if one.value) or language.MISSING


def reason(code: str, *, lang: str = "vi") -> str:
    """Why a meeting was not held; one the form does not know reads “lý do khác”."""
    return said(REASONS.get(code, REASONS["other"])[1], lang)


def reason_letter(code: str | None) -> str:
    """The letter of a reason in the heat table, the same in both languages; "" where none was given."""
    return REASONS.get(code, REASONS["other"])[0] if code else ""


def difficulty(code: str, *, lang: str = "vi") -> str:
    """What a club named as its difficulty."""
    return said(DIFFICULTIES.get(code, DIFFICULTIES["other"]), lang)


def giver(code: str, *, lang: str = "vi") -> str:
    """Who gave to a club."""
    return said(SOURCES.get(code, SOURCES["other"]), lang)


def check(key: str, *, lang: str = "vi") -> str:
    """A measurement out of range."""
    return said(CHECKS[key], lang)


def ethnicity(code: str, *, lang: str = "vi") -> str:
    """A people's name; a code this list does not know is shown as it is."""
    return said(ETHNICITIES[code], lang) if code in ETHNICITIES else code


def disability(code: str, *, lang: str = "vi") -> str:
    """A degree of disability."""
    return said(DISABILITIES[code], lang)


def survey_round(code: str, *, lang: str = "vi") -> str:
    """A round of the member survey."""
    return said(ROUNDS[code], lang) if code in ROUNDS else code


def survey_item(key: str, *, lang: str = "vi") -> str:
    """What a row of the survey's table says."""
    return said(SURVEY[key], lang)


def ages(band: AgeBand, *, lang: str = "vi") -> str:
    """An age band: dưới 40; 40–44; từ 85."""
    if band.low is None:
        return said(_("Dưới %(age)s"), lang, age=str((band.high or 0) + 1))
    return said(_("Từ %(age)s"), lang, age=str(band.low)) if band.high is None else f"{band.low}–{band.high}"


def persons(count: "int | Masked | None", *, lang: str = "vi") -> str:
    """A count of people that may be masked: 1.234; <5; * where another could be worked out from it; –."""
    if isinstance(count, Masked):
        return "*" if count.below is None else f"<{count.below}"
    return language.number(count, language=lang)


def columns(heat: Heat, *, lang: str = "vi") -> list[str]:
    """The heads of the heat table: 4/21, II/20, 2019."""
    if heat.months_each == 1:
        return [f"{first.month}/{first.year % 100:02}" for first, _last in heat.columns]
    if heat.months_each == 3:
        return [
            f"{language.roman((first.month + 2) // 3)}/{first.year % 100:02}" for first, _last in heat.columns
        ]
    return [str(first.year) for first, _last in heat.columns]


def months(found: Sequence[date], *, lang: str = "vi") -> str:
    """Months with runs drawn together: 3/2020; 6–8/2020; 11/2020–01/2021 as 11/2020–1/2021."""
    runs: list[list[date]] = []
    for month in found:
        if runs and (month.year - runs[-1][-1].year) * 12 + month.month - runs[-1][-1].month == 1:
            runs[-1].append(month)
        else:
            runs.append([month])
    return "; ".join(_run(run[0], run[-1]) for run in runs)


def _run(first: date, last: date) -> str:
    if first == last:
        return f"{first.month}/{first.year}"
    if first.year == last.year:
        return f"{first.month}–{last.month}/{first.year}"
    return f"{first.month}/{first.year}–{last.month}/{last.year}"


def unit_name(unit: Unit, *, lang: str = "vi") -> str:
    """A unit in a list: Huyện Ninh Sơn; Ninh Sơn."""
    return unit.name if lang == "en" else unit.full_name


KINDS_OF_UNIT = re.compile(r"(?:Tỉnh|Thành phố|Huyện|Thị xã|Thị trấn|Xã|Phường|Quận|Đặc khu) (?![0-9])")


def inside(name: str) -> str:
    """A unit's name inside a sentence: huyện Ninh Sơn, but Quận 1. Source: Nghị định 30/2020/NĐ-CP, Phụ lục II."""
    return name[0].lower() + name[1:] if KINDS_OF_UNIT.match(name) else name


def thousand(value: int | None, *, lang: str = "vi") -> str:
    """An amount of đồng in thousands, for tables headed “nghìn đồng”."""
    return language.number(None if value is None else Decimal(value) / 1000, language=lang)


def filters(lang: str) -> Mapping[str, Callable[..., object]]:
    """The words as template filters bound to one language."""
    speaking = (area, tally, tallies, reason, difficulty, giver, check, ethnicity, disability)
    more = (survey_round, survey_item, ages, columns, months, unit_name, thousand)
    return {function.__name__: partial(function, lang=lang) for function in (*speaking, *more)} | {
        "reason_letter": reason_letter,
        "inside": inside,
    }
