"""Group A: how many clubs, where, with how many members."""

from reports import targets
from reports.facts import Club
from reports.indicators import club as one
from reports.indicators.base import Context, Value, count, indicator, share
from reports.indicators.club import is_active, members
from reports.period import add_months

FOUNDING, MEETING = "club_founding", "club_meeting"


def active(ctx: Context, clubs: list[Club]) -> list[Club]:
    """Those of the clubs that met within the phase's window of months."""
    months = ctx.phase.whole("active_months")
    return [c for c in clubs if is_active(ctx.data, c, ctx.day, months)]


def silent(ctx: Context, clubs: list[Club]) -> list[Club]:
    """Those of the clubs that sent no report of the period, nor of the months by which a club counts as active.

    Of a period of years only the last counts: what a club reported in 2021 tells nothing of it at the end of 2025.
    """
    year = max(ctx.period.months[0], add_months(ctx.reported_to.replace(day=1), -11))
    rule = ctx.phase.rule("active_months")
    window = one.full_months(ctx.day, int(rule.low)) if rule and rule.low else (year,)
    first = min(year, window[0])
    return [c for c in clubs if not one.has_reported(ctx.data, c, first, ctx.reported_to)]


@indicator(
    "A01",
    name_vi="Số CLB thành lập mới",
    name_en="Clubs founded",
    unit="club",
    kind="flow",
    group="number",
    target_kind="count",
    formula_vi="Số CLB có ngày thành lập trong kỳ, trừ hồ sơ bị loại",
    formula_en="Clubs with a founding date in the period, rejected ones left out",
    source=FOUNDING,
    absence_vi="Không có hồ sơ thành lập: 0 CLB",
    absence_en="No founding form: 0 clubs",
)
def a01(ctx: Context) -> Value:
    """Clubs founded in the period. No founding form means no club: 0, never unknown."""
    founded = sum(ctx.period.first <= c.founding_date <= ctx.day for c in ctx.data.clubs)
    return count(ctx, "A01", founded, "club")


@indicator(
    "A02",
    name_vi="Tỷ lệ hoàn thành kế hoạch thành lập CLB",
    name_en="Share of the plan of new clubs reached",
    unit="percent",
    kind="flow",
    group="number",
    target_kind="all",
    formula_vi="Số CLB thành lập mới / số CLB kế hoạch giao cho cùng địa bàn và cùng kỳ × 100",
    formula_en="A01 / clubs planned for the same unit and period × 100",
    source=f"{FOUNDING}; target",
    absence_vi="Không có kế hoạch cho kỳ này: “–”",
    absence_en="No plan for this period: “–”",
)
def a02(ctx: Context) -> Value:
    """Clubs founded over clubs planned, in percent. None where no paper plans just this period for the area."""
    own = targets.of_unit(ctx.data.targets, ctx.geography.area.id, "A01")
    plan = targets.plan(own, ctx.period)
    planned = int(plan.value) if plan and targets.holds_for(plan, own, ctx.period) else 0
    return share(ctx, "A02", a01(ctx).numerator or 0, planned)


@indicator(
    "A03",
    name_vi="Số CLB hiện có (lũy kế)",
    name_en="Clubs standing",
    unit="club",
    kind="stock",
    group="number",
    target_kind="count",
    formula_vi="Số CLB thành lập đến ngày chốt và chưa giải thể; “Đang hoạt động” là có sinh hoạt ít nhất một lần "
    "trong {active_months} tháng gần nhất",
    formula_en="Clubs founded by the day and not closed; active ones met in the last {active_months} months",
    source=f"{FOUNDING}; {MEETING}",
    absence_vi="CLB không gửi báo cáo tháng nào trong kỳ (kỳ nhiều năm: trong năm cuối; kỳ ngắn: trong "
    "{active_months} tháng gần nhất) không tính là đang hoạt động và được đếm riêng",
    absence_en="Clubs without any report of the period (of its last year, if it has several; of the last "
    "{active_months} months, if it is shorter) are not counted as active, and are counted apart",
)
def a03(ctx: Context) -> Value:
    """Clubs standing on the day. parts: active (met within the window), founded (ever, closed ones too)."""
    standing = ctx.standing()
    missing = len(silent(ctx, standing))
    met = count(ctx, "A03", len(active(ctx, standing)), "club", missing)
    founded = count(ctx, "A03", sum(c.founding_date <= ctx.day for c in ctx.data.clubs), "club")
    return count(ctx, "A03", len(standing), "club", missing, active=met, founded=founded)


@indicator(
    "A04",
    name_vi="Tỷ lệ xã, phường, thị trấn có CLB đang hoạt động",
    name_en="Communes with an active club",
    unit="percent",
    kind="stock",
    group="number",
    target_kind="min",
    formula_vi="Số xã có ít nhất 1 CLB đang hoạt động / số xã theo địa giới áp dụng × 100",
    formula_en="Communes with at least one active club / communes in force at the geography's date × 100",
    source=f"{FOUNDING}; {MEETING}; unit",
    absence_vi="Không CLB nào gửi báo cáo tháng, hoặc sổ đơn vị hành chính chưa có cấp xã: “–”",
    absence_en="No club reported in the period, or the register holds no communes: “–”",
)
def a04(ctx: Context) -> Value:
    """Communes with an active club over communes in force, in percent. parts: rural, urban.

    Clubs whose commune is open after a split, and clubs that did not report, are missing.
    """
    standing = ctx.standing()
    unknown = {c.id for c in silent(ctx, standing)}
    places = {c.id: ctx.geography.places.get(c.id) for c in standing}
    missing = sum(c.id in unknown or (p := places[c.id]) is None or p.commune_id is None for c in standing)
    known = not standing or len(unknown) < len(standing)
    held = {p.commune_id for c in active(ctx, standing) if (p := places[c.id])}

    def part(is_urban: bool | None) -> tuple[int, int]:
        communes = [u for u in ctx.geography.communes if is_urban is None or u.is_urban is is_urban]
        return (sum(u.id in held for u in communes), len(communes)) if known else (0, 0)

    parts = {"rural": share(ctx, "A04", *part(False)), "urban": share(ctx, "A04", *part(True))}
    held_all, communes_all = part(None)
    return share(ctx, "A04", held_all, communes_all, missing, **parts)


@indicator(
    "A05",
    name_vi="Số tỉnh, thành phố có CLB",
    name_en="Provinces with a club",
    unit="percent",
    kind="stock",
    group="number",
    target_kind="min",
    formula_vi="Số tỉnh, thành phố có ít nhất 1 CLB / số tỉnh, thành phố theo địa giới áp dụng × 100",
    formula_en="Provinces with at least one club standing / provinces in force × 100",
    source=f"{FOUNDING}; unit",
    absence_vi="Không có danh sách tỉnh: “–”",
    absence_en="No list of provinces: “–”",
)
def a05(ctx: Context) -> Value:
    """Provinces with a club standing over provinces in force, in percent: a figure of the nation."""
    held = {p.province_id for c in ctx.standing() if (p := ctx.geography.places.get(c.id))}
    return share(ctx, "A05", sum(u.id in held for u in ctx.geography.provinces), len(ctx.geography.provinces))


@indicator(
    "A06",
    name_vi="Tổng số thành viên",
    name_en="Members",
    unit="person",
    kind="stock",
    group="number",
    target_kind="count",
    formula_vi="Số người có trong danh sách các CLB hiện có vào ngày chốt (đã vào, chưa ra, chưa mất)",
    formula_en="Persons on the lists of clubs standing on the day: joined, not left, not died",
    source=f"{FOUNDING}; {MEETING}",
    absence_vi="CLB không có danh sách thành viên được đếm riêng",
    absence_en="Clubs without a list of members are counted apart",
)
def a06(ctx: Context) -> Value:
    """Members on the day, over clubs standing. Clubs with an empty list are missing."""
    sizes = [len(members(ctx.data, c, ctx.day)) for c in ctx.standing()]
    return count(ctx, "A06", sum(sizes), "person", sizes.count(0))


@indicator(
    "A07",
    name_vi="Số thành viên là người cao tuổi",
    name_en="Older members",
    unit="person",
    kind="stock",
    group="number",
    target_kind="count",
    formula_vi="Số thành viên có tuổi (năm báo cáo − năm sinh) từ {older_age} trở lên",
    formula_en="Members whose age (reference year − birth year) is {older_age} or above",
    source=f"{FOUNDING}; {MEETING}",
    absence_vi="Thành viên không rõ năm sinh không tính",
    absence_en="Members without a birth year are not counted",
)
def a07(ctx: Context) -> Value:
    """Members at or above the phase's age for older people."""
    counted = [one.people(ctx.data, c, ctx.day, ctx.phase.older_age) for c in ctx.standing()]
    older = sum(people.older[0] for people in counted)
    return count(ctx, "A07", older, "person", sum(not people.members for people in counted))


@indicator(
    "A08",
    name_vi="Tỷ lệ CLB được duy trì",
    name_en="Clubs of earlier years kept up",
    unit="percent",
    kind="stock",
    group="number",
    target_kind="all",
    formula_vi="Số CLB thành lập trước kỳ còn đang hoạt động / số CLB có trước kỳ × 100",
    formula_en="Clubs founded before the period and still active / clubs standing before the period × 100",
    source=f"{FOUNDING}; {MEETING}",
    absence_vi="CLB không gửi báo cáo tháng nào trong kỳ (kỳ nhiều năm: trong năm cuối) không vào mẫu số, được đếm "
    "riêng; CLB giải thể trong kỳ là không duy trì",
    absence_en="Clubs without any report of the period (of its last year, if it has several) are left out of the "
    "denominator and counted apart; one closed in the period was not kept up",
)
def a08(ctx: Context) -> Value:
    """Clubs that stood when the period began and are still active on the day, in percent.

    Of a club that was closed since nothing is missing: it was not kept up.
    """
    earlier = [
        c
        for c in ctx.data.clubs
        if c.founding_date < ctx.period.first and (c.closed_on is None or c.closed_on >= ctx.period.first)
    ]
    unknown = {c.id for c in silent(ctx, [c for c in earlier if c.stands_on(ctx.day)])}
    known = [c for c in earlier if c.id not in unknown]
    return share(ctx, "A08", len(active(ctx, known)), len(known), len(unknown))
