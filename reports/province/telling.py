"""Sentences of parts III, IV and VI around their tables and pictures, in one language."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from reports import activity_words, language, privacy
from reports.province.model import ProvinceReport
from reports.province.shown import MOST_UNITS
from reports.province.voice import Voice


def _(text: str) -> str:
    """Marks a text for the catalogue; it is translated where it is printed."""
    return text


_WITHOUT = {
    (False, False): _("Địa bàn chưa có câu lạc bộ: %(names)s."),
    (False, True): _("Địa bàn chưa có câu lạc bộ: %(names)s (chưa kể %(clubs)s chưa xác định xã, phường)."),
    (True, False): _("%(empty)s trên %(all)s địa bàn chưa có câu lạc bộ (Bảng 2)."),
    (True, True): _(
        "%(empty)s trên %(all)s địa bàn chưa có câu lạc bộ (Bảng 2; chưa kể %(clubs)s chưa xác định xã, phường)."
    ),
}
"""By whether there are many, and whether some clubs' communes are not decided."""


def tell(report: ProvinceReport, language: str) -> dict[str, tuple[str, ...]]:
    """Paragraphs by name (empty, people, meetings, attendance, care, health, resources, survey); () where nothing is
    known."""
    voice = Voice(language)
    return {
        "empty": tuple(without_clubs(report, voice)),
        "people": tuple(_people(report, voice)),
        "meetings": tuple(_meetings(report, voice)),
        "attendance": tuple(_attendance(report, voice)),
        "care": tuple(_care(report, voice)),
        "health": tuple(_health(report, voice)),
        "resources": tuple(_resources(report, voice)),
        "survey": tuple(_survey(report, voice)),
    }


def without_clubs(report: ProvinceReport, voice: Voice) -> Iterator[str]:
    """The units without a club in one sentence; of more than MOST_UNITS only how many, since table 2 names them."""
    units = [row.unit for row in report.units if row.kind == "unit" and row.unit]
    empty = [row.unit for row in report.units if row.kind == "unit" and row.unit and not row.standing]
    if not empty or report.scope.is_empty:
        return
    names = (activity_words.inside(activity_words.unit_name(unit, lang=voice.lang)) for unit in empty)
    told = {
        "names": ", ".join(names),
        "empty": language.number(len(empty), language=voice.lang),
        "all": language.number(len(units), language=voice.lang),
        "clubs": voice.count(len(report.scope.undecided), "club"),
    }
    yield voice.say(_WITHOUT[len(empty) > MOST_UNITS, bool(report.scope.undecided)], **told)


def _share(part: int, whole: int) -> Decimal:
    return Decimal(part) * 100 / whole


def _people(report: ProvinceReport, voice: Voice) -> Iterator[str]:
    people = report.people
    if not people.members:
        return
    if people.disabled is not None:
        yield voice.say(
            _("Số thành viên khuyết tật: %(count)s người."),
            count=activity_words.persons(people.disabled, lang=voice.lang),
        )
    if people.unplaced:
        yield voice.say(
            _("Tháp tuổi không tính %(people)s chưa ghi giới tính hoặc năm sinh."),
            people=voice.count(people.unplaced, "member"),
        )


def _meetings(report: ProvinceReport, voice: Voice) -> Iterator[str]:
    done = report.activities
    if not done.due:
        return
    if not done.clubs and not done.held:
        yield voice.say(
            _("Các câu lạc bộ phải tổ chức %(due)s sinh hoạt; trong kỳ chưa nhận được báo cáo tháng nào."),
            due=voice.count(done.due, "meeting"),
        )
        return
    yield voice.say(
        _("Các câu lạc bộ phải tổ chức %(due)s sinh hoạt, đã tổ chức %(held)s, đạt %(share)s."),
        due=voice.count(done.due, "meeting"),
        held=voice.count(done.held, "meeting"),
        share=voice.percent(_share(done.held, done.due)),
    )
    told = sum(times for _code, times in done.not_held)
    if told:
        reasons = [
            f"{activity_words.reason(code or 'other', lang=voice.lang)} {voice.count(times, 'meeting')}"
            for code, times in done.not_held
        ]
        yield voice.say(
            _("Đã báo không tổ chức %(count)s, do: %(reasons)s."),
            count=voice.count(told, "meeting"),
            reasons=voice.listed(reasons),
        )


def _attendance(report: ProvinceReport, voice: Voice) -> Iterator[str]:
    points = report.activities.attendance
    present, listed = sum(p.present for p in points), sum(p.on_list for p in points)
    if listed:
        yield voice.say(
            _(
                "Tỷ lệ tham dự cả kỳ đạt %(share)s (%(present)s lượt người có mặt trên %(listed)s lượt phải dự)."
            ),
            share=voice.percent(_share(present, listed)),
            present=language.number(present, language=voice.lang),
            listed=language.number(listed, language=voice.lang),
        )


def _care(report: ProvinceReport, voice: Voice) -> Iterator[str]:
    care = report.activities.care
    if care is None:
        return
    if care.visits:
        yield voice.say(
            _(
                "Có %(clubs)s chăm sóc tại nhà với %(visits)s, bình quân %(mean)s lượt cho một người mỗi tháng."
            ),
            clubs=voice.opened(voice.count(care.clubs, "club")),
            visits=voice.count(care.visits, "visit"),
            mean=language.number(Decimal(care.visits) / care.person_months, 1, language=voice.lang)
            if care.person_months
            else language.MISSING,
        )
    if care.recipients is not None:
        yield voice.say(
            _("Số người trong danh sách được chăm sóc: %(people)s người."),
            people=activity_words.persons(care.recipients, lang=voice.lang),
        )
    if care.volunteers:
        yield voice.say(
            _("Theo báo cáo gần nhất, %(clubs)s có %(volunteers)s chăm sóc tại nhà."),
            clubs=voice.count(care.clubs_told, "club"),
            volunteers=voice.count(care.volunteers, "volunteer"),
        )


def _health(report: ProvinceReport, voice: Voice) -> Iterator[str]:
    done = report.activities
    counted = [
        activity_words.tally(tally, lang=voice.lang)
        for area in done.areas
        if area.code == "a2"
        for tally in area.tallies
        if tally.value
    ]
    if counted:
        yield voice.say(_("Trong kỳ có %(counted)s."), counted=", ".join(counted))
    found = [
        voice.say(
            _("%(what)s chiếm %(share)s (%(out)s trên %(measured)s)"),
            what=activity_words.check(check.key, lang=voice.lang),
            share=voice.percent(check.percent),
            out=language.number(check.out, language=voice.lang),
            measured=voice.count(check.measured, "visit"),
        )
        for check in done.checks
        if check.out is not None and not privacy.is_few(check.out)
    ]
    if found:
        yield voice.say(_("Kết quả đo: %(found)s."), found=voice.listed(found))


def _resources(report: ProvinceReport, voice: Voice) -> Iterator[str]:
    done = report.activities
    given = [
        voice.say(_("%(money)s tiền mặt"), money=voice.money(done.cash)) if done.cash else "",
        voice.say(_("hiện vật trị giá %(money)s"), money=voice.money(done.kind_value))
        if done.kind_value
        else "",
        voice.count(done.days, "day") if done.days else "",
    ]
    if any(given):
        yield voice.say(
            _("Các câu lạc bộ vận động được %(given)s."), given=", ".join(one for one in given if one)
        )
    if done.sources:
        named = [
            f"{activity_words.giver(code, lang=voice.lang)} ({voice.count(clubs, 'club')})"
            for code, clubs in done.sources
        ]
        yield voice.say(_("Nguồn vận động: %(named)s."), named=voice.listed(named))


def _days(first: date, last: date, voice: Voice) -> str:
    begun, ended = (language.date_in_text(day, language=voice.lang) for day in (first, last))
    if first == last:
        return voice.say(_("ngày %(day)s"), day=begun)
    return voice.say(_("từ %(first)s đến %(last)s"), first=begun, last=ended)


def _survey(report: ProvinceReport, voice: Voice) -> Iterator[str]:
    found = report.activities.survey
    if found is None:
        return
    yield voice.say(
        _("Đợt khảo sát %(round)s (%(days)s): phỏng vấn %(asked)s của %(clubs)s%(refused)s."),
        round=activity_words.survey_round(found.round, lang=voice.lang),
        days=_days(found.first, found.last, voice),
        asked=voice.count(found.interviews, "member"),
        clubs=voice.count(found.clubs, "club"),
        refused=voice.say(_("; %(people)s từ chối"), people=voice.count(found.refused, "person"))
        if found.refused
        else "",
    )
