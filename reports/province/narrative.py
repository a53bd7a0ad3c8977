"""Parts VII–IX as rules would write them: sentences drawn from the report's own figures, for people to edit.

Every sentence states a figure of the report; where there is none, there is no sentence.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from decimal import Decimal

from reports import activity_words, language, words
from reports.province.model import ProvinceReport, TargetRow
from reports.province.telling import without_clubs
from reports.province.voice import Voice

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
REACHED = frozenset({"dat", "trong_khung"})
MISSED = frozenset({"gan_dat", "chua_dat", "duoi_khung"})
MOST_NAMED = 3
"""Items of the assessment that are named where clubs miss them."""
PETITIONS = {
    "petition_government": ("capital", "health_support"),
    "petition_province": ("capital", "equipment"),
    "petition_association": ("skill", "board_old", "attendance"),
    "petition_commune": ("place", "merger", "overdue"),
}
"""Who can do something about which difficulty."""


def _(text: str) -> str:
    """Marks a text for the catalogue; it is translated where it is printed."""
    return text


UNTOLD = {
    "chua_co_so_lieu": _("Chưa có số liệu để đánh giá %(count)s: %(names)s."),
    "khong_in": _("Không in kết quả của %(count)s để bảo vệ thông tin cá nhân: %(names)s."),
}
"""What is said of targets that nobody can judge, by how they stand."""
ASKED = {
    "capital": _("bố trí, huy động thêm nguồn vốn cho Quỹ tăng thu nhập"),
    "health_support": _("hỗ trợ khám sức khỏe định kỳ và y tế cơ sở cho thành viên"),
    "equipment": _("hỗ trợ trang thiết bị sinh hoạt"),
    "skill": _("tập huấn kỹ năng vận hành cho Ban Chủ nhiệm"),
    "board_old": _("giới thiệu, bồi dưỡng người kế cận cho Ban Chủ nhiệm"),
    "attendance": _("vận động hội viên tham gia sinh hoạt đều"),
    "place": _("bố trí nơi sinh hoạt"),
    "merger": _("ổn định tổ chức câu lạc bộ sau sáp nhập thôn, xã"),
    "overdue": _("phối hợp thu hồi nợ quá hạn"),
}


def suggest(report: ProvinceReport, language: str) -> dict[str, tuple[str, ...]]:
    """Paragraphs by key, all of KEYS, in one language (vi, en); () where the figures say nothing."""
    voice = Voice(language)
    if report.scope.is_empty:
        return dict.fromkeys(KEYS, ())
    return {
        "results": tuple(_results(report, voice)),
        "shortcomings": tuple(_shortcomings(report, voice)),
        "causes": tuple(_causes(report, voice)),
        "direction": tuple(_direction(report, voice)),
    } | {key: tuple(_petition(report, voice, key)) for key in PETITIONS}


def paragraphs(report: ProvinceReport, language: str) -> dict[str, tuple[str, ...]]:
    """What is printed: what people wrote, where they wrote something, else what is suggested."""
    suggested = suggest(report, language)
    for key in KEYS:
        lines = tuple(line.strip() for line in report.written.get(key, "").splitlines() if line.strip())
        if lines:
            suggested[key] = lines
    return suggested


def _rows(report: ProvinceReport) -> list[TargetRow]:
    """Rows of the newest phase's table that something is demanded of, as many as a reader counts there; of an indicator
    with two goals the second under a name that tells it apart. Levels only given for reference demand nothing."""
    groups = report.tables[-1].groups if report.tables else ()
    demanded = (
        row for group in groups for row in group.rows if row.goal is not None and not row.goal.is_reference
    )
    found: list[TargetRow] = []
    for row in demanded:
        found.append(_told_apart(row) if any(row.code == other.code for other in found) else row)
    return found


def _told_apart(row: TargetRow) -> TargetRow:
    """Its name with what the table says of the goal: số câu lạc bộ thành lập mới lũy kế giai đoạn 2021–2025."""
    note_vi, note_en = row.note_vi.partition(";")[0], row.note_en.partition(";")[0]
    return replace(
        row,
        name_vi=f"{row.name_vi} {note_vi}".strip(),
        name_en=f"{row.name_en}, {note_en}" if note_en else row.name_en,
    )


def _results(report: ProvinceReport, voice: Voice) -> Iterator[str]:
    total, scope = report.total, report.scope
    if total.founded:
        founded = voice.count(total.founded, "club")
        reached = voice.attainment(total.verdict)
        if reached:
            yield voice.say(
                _("Trong kỳ thành lập mới %(clubs)s, %(reached)s."), clubs=founded, reached=reached
            )
        else:
            yield voice.say(_("Trong kỳ thành lập mới %(clubs)s."), clubs=founded)
    if not total.members:
        yield voice.say(
            _("Đến cuối kỳ có %(clubs)s, chưa có danh sách thành viên."),
            clubs=voice.count(scope.clubs, "club"),
        )
    else:
        yield voice.say(
            _("Đến cuối kỳ có %(clubs)s với %(members)s%(shares)s."),
            clubs=voice.count(scope.clubs, "club"),
            members=voice.count(total.members, "member"),
            shares=_member_shares(report, voice),
        )
    rows = _rows(report)
    reached_rows = [row for row in rows if row.verdict.status in REACHED]
    if reached_rows:
        yield voice.say(
            _("Có %(reached)s trên %(all)s đạt yêu cầu hoặc nằm trong khung quy định: %(names)s."),
            reached=language.padded(len(reached_rows), language=voice.lang),
            all=voice.count(len(rows), "target"),
            names=voice.listed(_achieved(row, voice) for row in reached_rows),
        )
    yield from _named(report, voice, {"chua_den_han"}, _("Có %(count)s chưa đến hạn: %(names)s."))
    yield from _fund_results(report, voice)
    yield from _activity_results(report, voice)


def _member_shares(report: ProvinceReport, voice: Voice) -> str:
    total, told = report.total, []
    if isinstance(total.women, Decimal):
        told.append(voice.say(_("nữ chiếm %(share)s"), share=voice.percent(total.women)))
    if isinstance(total.older, Decimal):
        told.append(voice.say(_("người cao tuổi chiếm %(share)s"), share=voice.percent(total.older)))
    return "".join(", " + one for one in told)


def _achieved(row: TargetRow, voice: Voice) -> str:
    return f"{voice.name(row)} ({voice.actual(row)})"


def _fund_results(report: ProvinceReport, voice: Voice) -> Iterator[str]:
    funds = report.funds[-1] if report.funds else None
    if funds is None or not funds.closing:
        return
    yield voice.say(_("Tổng Quỹ tăng thu nhập cuối kỳ là %(fund)s."), fund=voice.money(funds.closing))
    if funds.disbursed and funds.repaid is not None:
        yield voice.say(
            _("Trong kỳ cho vay %(lent)s, thu nợ gốc %(repaid)s."),
            lent=voice.money(funds.disbursed),
            repaid=voice.money(funds.repaid),
        )
    if funds.outstanding and funds.overdue == 0:
        yield voice.say(_("Dư nợ %(owed)s, không có nợ quá hạn."), owed=voice.money(funds.outstanding))


def _activity_results(report: ProvinceReport, voice: Voice) -> Iterator[str]:
    done = report.activities
    if done.due and done.held:
        yield voice.say(
            _("Các câu lạc bộ đã tổ chức %(held)s sinh hoạt trên %(due)s phải tổ chức, đạt %(share)s."),
            held=voice.count(done.held, "meeting"),
            due=voice.count(done.due, "meeting"),
            share=voice.percent(_share(done.held, done.due)),
        )
    if done.care and done.care.visits:
        yield voice.say(
            _("Tình nguyện viên của %(clubs)s đã thực hiện %(visits)s chăm sóc tại nhà."),
            clubs=voice.count(done.care.clubs, "club"),
            visits=voice.count(done.care.visits, "visit"),
        )
    given = [
        voice.say(_("%(money)s tiền mặt"), money=voice.money(done.cash)) if done.cash else "",
        voice.say(_("hiện vật trị giá %(money)s"), money=voice.money(done.kind_value))
        if done.kind_value
        else "",
        voice.count(done.days, "day") if done.days else "",
    ]
    if any(given):
        yield voice.say(_("Vận động được %(given)s."), given=", ".join(one for one in given if one))


def _share(part: int, whole: int) -> Decimal:
    return Decimal(part) * 100 / whole


def _shortcomings(report: ProvinceReport, voice: Voice) -> Iterator[str]:
    yield from _named(report, voice, MISSED, _("Còn %(count)s chưa đạt yêu cầu: %(names)s."))
    yield from _named(report, voice, {"tren_khung"}, _("Có %(count)s cao hơn khung quy định: %(names)s."))
    for status, text in UNTOLD.items():
        rows = [row for row in _rows(report) if row.verdict.status == status]
        if rows:
            names = voice.listed(voice.name(row) for row in rows)
            yield voice.say(text, count=voice.count(len(rows), "target"), names=names)
    yield from without_clubs(report, voice)
    if report.absent and len(report.scope.silent) == len(report.absent):
        yield voice.say(
            _("Có %(clubs)s không gửi báo cáo tháng nào trong kỳ (Phụ lục III)."),
            clubs=voice.count(len(report.absent), "club"),
        )
    elif report.absent:
        yield voice.say(
            _("Có %(clubs)s gửi thiếu báo cáo tháng, tổng cộng thiếu %(months)s báo cáo (Phụ lục III)."),
            clubs=voice.count(len(report.absent), "club"),
            months=language.padded(sum(len(row.months) for row in report.absent), language=voice.lang),
        )
    yield from _fund_shortcomings(report, voice)
    if report.failing_counts:
        items = [
            f"{_item(code, voice)} ({voice.count(clubs, 'club')})"
            for code, clubs in report.failing_counts[:MOST_NAMED]
        ]
        yield voice.say(
            _("Nội dung có nhiều câu lạc bộ chưa đạt khi xếp loại: %(items)s."), items=voice.listed(items)
        )


def _named(report: ProvinceReport, voice: Voice, statuses: Collection[str], text: str) -> Iterator[str]:
    """A sentence that counts and names the targets that stand so, with what was done and what was asked."""
    rows = [row for row in _rows(report) if row.verdict.status in statuses]
    if rows:
        names = voice.listed(_against(row, voice) for row in rows)
        yield voice.say(text, count=voice.count(len(rows), "target"), names=names)


def _against(row: TargetRow, voice: Voice) -> str:
    assert row.goal is not None
    if row.verdict.status == "gan_dat":
        text = _("%(name)s (thực hiện %(actual)s, yêu cầu %(goal)s, gần đạt)")
    else:
        text = _("%(name)s (thực hiện %(actual)s, yêu cầu %(goal)s)")
    return voice.say(
        text,
        name=voice.name(row),
        actual=voice.actual(row),
        goal=voice.goal(row.goal),
    )


def _item(code: str, voice: Voice) -> str:
    return voice.say(words.ITEMS.get(code, code))


def _fund_shortcomings(report: ProvinceReport, voice: Voice) -> Iterator[str]:
    funds = report.funds[-1] if report.funds else None
    if funds and funds.overdue:
        share = _share(funds.overdue, funds.outstanding) if funds.outstanding else None
        if share is not None:
            yield voice.say(
                _("Nợ quá hạn %(late)s, chiếm %(share)s dư nợ."),
                late=voice.money(funds.overdue),
                share=voice.percent(share),
            )
    if report.unbalanced:
        yield voice.say(
            _("Có %(clubs)s có số kiểm quỹ chênh với sổ ở lần kiểm cuối kỳ."),
            clubs=voice.count(len(report.unbalanced), "club"),
        )


def _causes(report: ProvinceReport, voice: Voice) -> Iterator[str]:
    if report.difficulties:
        named = [
            f"{activity_words.difficulty(code, lang=voice.lang)} ({voice.count(clubs, 'club')})"
            for code, clubs in report.difficulties
        ]
        yield voice.say(_("Khó khăn các câu lạc bộ nêu trong kỳ: %(named)s."), named=voice.listed(named))
    reasons = [(code, times) for code, times in report.activities.not_held if code]
    if reasons:
        told = [
            f"{activity_words.reason(code, lang=voice.lang)} ({voice.count(times, 'meeting')})"
            for code, times in reasons
        ]
        yield voice.say(_("Lý do không tổ chức sinh hoạt: %(told)s."), told=voice.listed(told))


def _direction(report: ProvinceReport, voice: Voice) -> Iterator[str]:
    yield from _planned(report, voice)
    missed = [
        row
        for row in _rows(report)
        if row.verdict.status in MISSED and row.code != "A01" and row.goal and row.goal.op != "<="
    ]
    phase = report.tables[-1].phase if report.tables else None
    if phase and missed and phase.valid_to <= report.scope.period.last:
        yield voice.say(
            _(
                "Tiếp tục khắc phục nội dung chưa đạt của %(phase)s theo tiêu chuẩn của giai đoạn sau: %(names)s."
            ),
            phase=voice.inside(phase.name_en if voice.lang == "en" else phase.name_vi),
            names=voice.listed(voice.name(row) for row in missed),
        )
        missed = []
    for row in missed:
        if row.goal:
            yield voice.say(
                _("Phấn đấu đưa %(name)s từ %(actual)s lên %(goal)s."),
                name=voice.name(row),
                actual=voice.actual(row),
                goal=voice.aim(row.goal),
            )
    funds = report.funds[-1] if report.funds else None
    if funds and funds.overdue:
        yield voice.say(_("Đôn đốc thu hồi %(late)s nợ quá hạn."), late=voice.money(funds.overdue))
    if report.unbalanced:
        clubs = voice.count(len(report.unbalanced), "club")
        yield voice.say(_("Kiểm tra, điều chỉnh sổ quỹ của %(clubs)s có chênh lệch."), clubs=clubs)
    if report.absent:
        clubs = voice.count(len(report.absent), "club")
        yield voice.say(_("Hướng dẫn %(clubs)s gửi báo cáo tháng đầy đủ, đúng hạn."), clubs=clubs)


def _planned(report: ProvinceReport, voice: Voice) -> Iterator[str]:
    outlook = report.outlook
    if outlook is None or not outlook.rows or not outlook.rows[-1].plan:
        return
    total = outlook.rows[-1]
    plan, year = voice.count(total.plan or 0, "club"), str(outlook.year)
    if total.founded is None and outlook.kept:
        yield voice.say(
            _("Năm %(year)s duy trì %(kept)s, thành lập mới %(plan)s theo kế hoạch."),
            year=year,
            kept=voice.count(outlook.kept, "club"),
            plan=plan,
        )
    elif total.founded is None:
        yield voice.say(_("Năm %(year)s thành lập mới %(plan)s theo kế hoạch."), year=year, plan=plan)
    elif total.left:
        yield voice.say(
            _("Thành lập tiếp %(left)s để hoàn thành kế hoạch %(plan)s của năm %(year)s."),
            left=voice.count(total.left, "club"),
            plan=plan,
            year=year,
        )


def _petition(report: ProvinceReport, voice: Voice, key: str) -> Iterator[str]:
    named = dict(report.difficulties)
    for code in PETITIONS[key]:
        if named.get(code):
            yield voice.say(
                _("Đề nghị %(what)s (%(clubs)s nêu khó khăn này)."),
                what=voice.say(ASKED[code]),
                clubs=voice.count(named[code], "club"),
            )
    if key == "petition_commune" and report.scope.undecided:
        yield voice.say(
            _("Đề nghị xác định xã, phường mới của %(clubs)s ở địa bàn được chia tách."),
            clubs=voice.count(len(report.scope.undecided), "club"),
        )
