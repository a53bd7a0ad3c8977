"""Group C: the clubs' two funds and their loans. All amounts in VND."""

from datetime import date

from reports.facts import Club, IncomeBook
from reports.indicators import club as one
from reports.indicators.a import silent
from reports.indicators.base import Context, Value, count, indicator, share

BOTH = "club_founding; club_meeting"
MEETING = "club_meeting"
SILENT_VI = "CLB không gửi báo cáo tháng nào trong kỳ không vào mẫu số, được đếm riêng"
SILENT_EN = "Clubs without any report of the period are left out of the denominator and counted apart"


def of_phase(ctx: Context) -> list[Club]:
    """Clubs founded in the report's phase by the day, those closed since included."""
    return [c for c in ctx.data.clubs if c.phase == ctx.phase.code and c.founding_date <= ctx.day]


def initial_at_least(ctx: Context, code: str, threshold: int) -> Value:
    """Clubs of the phase whose first income fund was at least so many VND, in percent of those that state it."""
    funds = [c.fund_income_initial for c in of_phase(ctx)]
    known = [f for f in funds if f is not None]
    return share(ctx, code, sum(f >= threshold for f in known), len(known), len(funds) - len(known))


def current_at_least(ctx: Context, code: str, threshold: int, **parts: Value) -> Value:
    """Clubs standing whose income fund is now at least so many VND, in percent of those that state it."""
    funds = [one.fund(ctx.data, c, ctx.reported_to) for c in ctx.standing()]
    known = [f for f in funds if f is not None]
    return share(ctx, code, sum(f >= threshold for f in known), len(known), len(funds) - len(known), **parts)


@indicator(
    "C01",
    name_vi="Tỷ lệ CLB có Quỹ tăng thu nhập",
    name_en="Clubs with an income fund",
    unit="percent",
    kind="stock",
    group="fund",
    target_kind="all",
    formula_vi="Số CLB có Quỹ tăng thu nhập lớn hơn 0 / số CLB hiện có × 100 (theo báo cáo tháng cuối, chưa có "
    "thì theo hồ sơ "
    "thành lập)",
    formula_en="Clubs with an income fund above 0 / clubs standing × 100 (last monthly report, else founding form)",
    source=BOTH,
    absence_vi="CLB không nêu số quỹ không vào mẫu số, được đếm riêng",
    absence_en="Clubs that state no fund are left out of the denominator and counted apart",
)
def c01(ctx: Context) -> Value:
    """Clubs with an income fund above 0, in percent of clubs standing that state it."""
    return current_at_least(ctx, "C01", 1)


@indicator(
    "C02",
    name_vi="Tỷ lệ CLB có Quỹ hoạt động",
    name_en="Clubs with an operating fund",
    unit="percent",
    kind="stock",
    group="fund",
    target_kind="all",
    formula_vi="Số CLB có sổ Quỹ hoạt động và số dư không âm / số CLB hiện có × 100",
    formula_en="Clubs with an operating fund's book and a balance not below 0 / clubs standing × 100",
    source=BOTH,
    absence_vi="CLB không nêu Quỹ hoạt động không vào mẫu số, được đếm riêng",
    absence_en="Clubs that say nothing of it are left out of the denominator and counted apart",
)
def c02(ctx: Context) -> Value:
    """Clubs with an operating fund's book and no negative balance, in percent of clubs standing that tell."""
    answers = [one.has_operating_fund(ctx.data, c, ctx.reported_to) for c in ctx.standing()]
    known = [a for a in answers if a is not None]
    return share(ctx, "C02", sum(known), len(known), len(answers) - len(known))


@indicator(
    "C03",
    name_vi="Tỷ lệ CLB có Quỹ tăng thu nhập ban đầu đạt ngưỡng",
    name_en="Clubs whose first income fund reached the threshold",
    unit="percent",
    kind="stock",
    group="fund",
    target_kind="all",
    formula_vi="Số CLB có Quỹ tăng thu nhập ban đầu từ {fund_initial_min} trở lên / số CLB thành lập trong "
    "giai đoạn × 100",
    formula_en="Clubs whose first income fund is at least {fund_initial_min} / clubs founded in the phase × 100",
    source="club_founding",
    absence_vi="CLB không nêu quỹ ban đầu không vào mẫu số, được đếm riêng",
    absence_en="Clubs that do not state it are left out of the denominator and counted apart",
)
def c03(ctx: Context) -> Value:
    """Clubs founded in the phase with at least the phase's first income fund, in percent. Raises MissingRule."""
    return initial_at_least(ctx, "C03", ctx.phase.whole("fund_initial_min"))


@indicator(
    "C04",
    name_vi="Tỷ lệ CLB có Quỹ tăng thu nhập đạt mức khá",
    name_en="Clubs with a good income fund",
    unit="percent",
    kind="stock",
    group="fund",
    target_kind="min",
    formula_vi="Số CLB có Quỹ tăng thu nhập hiện nay từ {fund_band_high} trở lên / số CLB hiện có "
    "× 100; kèm tỷ lệ tính theo quỹ ban đầu của CLB thành lập trong giai đoạn",
    formula_en="Clubs whose income fund now is at least {fund_band_high} / clubs standing × 100; beside it the same "
    "on the first fund of clubs founded in the phase",
    source=BOTH,
    absence_vi="CLB không nêu số quỹ không vào mẫu số, được đếm riêng",
    absence_en="Clubs that state no fund are left out of the denominator and counted apart",
)
def c04(ctx: Context) -> Value:
    """Clubs whose income fund reaches the phase's upper mark today, in percent. parts: initial. Raises MissingRule."""
    return good_fund(ctx, ctx.phase.whole("fund_band_high"))


def good_fund(ctx: Context, threshold: int) -> Value:
    """C04 at a threshold in VND, such as the one a province's target names."""
    return current_at_least(ctx, "C04", threshold, initial=initial_at_least(ctx, "C04", threshold))


@indicator(
    "C05",
    name_vi="Tỷ lệ thành viên được vay vốn",
    name_en="Members who were given a loan",
    unit="percent",
    kind="flow",
    group="fund",
    target_kind="min",
    formula_vi="Số thành viên hiện có được vay ít nhất một lần (tiền hoặc hiện vật) trong kỳ / số thành viên "
    "hiện có × 100; "
    "lũy kế tính từ đầu giai đoạn",
    formula_en="Members on the list given at least one loan (cash or kind) in the period / members × 100; "
    "cumulative from "
    "the first day of the phase",
    source=BOTH,
    absence_vi=SILENT_VI,
    absence_en=SILENT_EN,
)
def c05(ctx: Context) -> Value:
    """Members with a loan disbursed in the period over members of clubs that reported in it, in percent.

    parts: phase (the same since the phase began), clubs (clubs in which at least the share borrowed_min_share of the
    members borrowed since then, in percent), where the phase has that rule.
    """
    since = ctx.phase_first
    in_phase, silent = _borrowers(ctx, since)
    parts = {"phase": share(ctx, "C05", *_sum(in_phase), silent)}
    if rule := ctx.phase.rule("borrowed_min_share"):
        pairs = [(borrowed, members) for borrowed, members in in_phase if members]
        many = sum(borrowed * 100 >= (rule.low or 0) * members for borrowed, members in pairs)
        parts["clubs"] = share(ctx, "C05", many, len(pairs), silent)
    in_period, missing = _borrowers(ctx, ctx.period.first)
    borrowed, members = _sum(in_period)
    return share(ctx, "C05", borrowed, members, missing, **parts)


def _borrowers(ctx: Context, since: date) -> tuple[list[tuple[int, int]], int]:
    """Borrowers since a day and members, of each club standing that reported since then; and how many did not."""
    standing = ctx.standing()
    known = [k for k in standing if one.has_reported(ctx.data, k, since, ctx.reported_to)]
    pairs = [
        (one.borrowers(ctx.data, k, since, ctx.day), len(one.members(ctx.data, k, ctx.day))) for k in known
    ]
    return pairs, len(standing) - len(known)


def _sum(pairs: list[tuple[int, int]]) -> tuple[int, int]:
    return sum(borrowed for borrowed, _ in pairs), sum(members for _, members in pairs)


@indicator(
    "C06",
    name_vi="Tổng Quỹ tăng thu nhập",
    name_en="Income funds in all",
    unit="VND",
    kind="stock",
    group="fund",
    target_kind="",
    formula_vi="Tổng tiền cuối kỳ và dư nợ theo sổ; kèm dư nợ, doanh số cho vay, thu gốc, thu lãi trong kỳ",
    formula_en="Closing cash and outstanding loans by the books; with outstanding, disbursed, principal and interest",
    source=BOTH,
    absence_vi="CLB chưa có sổ tháng: tính quỹ ban đầu; không nêu thì đếm riêng",
    absence_en="No monthly book yet: the first fund; clubs that state none are counted apart",
)
def c06(ctx: Context) -> Value:
    """Income funds in VND on the day. parts: outstanding (day), disbursed, principal, interest (period).

    None: no club tells anything. Clubs without a fund stated are missing in the total, clubs without a book in parts.
    """
    standing = ctx.standing()
    funds = [one.fund(ctx.data, c, ctx.reported_to) for c in standing]
    open_loans = [one.outstanding(ctx.data, c, ctx.reported_to) for c in standing]
    parts = {"outstanding": _total(ctx, "C06", open_loans)}
    for name in ("disbursed", "principal", "interest"):
        parts[name] = _total(ctx, "C06", [moved(ctx, c, name) for c in standing])
    total = _total(ctx, "C06", funds)
    return count(ctx, "C06", total.numerator, "VND", total.missing, **parts)


def telling_of_loans(ctx: Context) -> list[Club]:
    """Clubs standing with a book that did not fall silent: of the others nobody knows what was repaid since."""
    standing = ctx.standing()
    unknown = {k.id for k in silent(ctx, standing)}
    return [k for k in standing if k.id not in unknown and one.last_book(ctx.data, k, ctx.reported_to)]


def books(ctx: Context, club: Club) -> list[IncomeBook]:
    """Income fund's books of a club for the months of the period up to the day, oldest first."""
    return [m.income for m in ctx.reports(club) if m.income]


def moved(ctx: Context, club: Club, name: str) -> int | None:
    """Sum of one column of a club's books over the period, in VND; None when no month of it tells."""
    amounts = [a for book in books(ctx, club) if (a := getattr(book, name)) is not None]
    return sum(amounts) if amounts else None


def _total(ctx: Context, code: str, amounts: list[int | None]) -> Value:
    known = [a for a in amounts if a is not None]
    return count(ctx, code, sum(known) if known else None, "VND", len(amounts) - len(known))


@indicator(
    "C07",
    name_vi="Tỷ lệ sử dụng vốn",
    name_en="Use of capital",
    unit="percent",
    kind="stock",
    group="fund",
    target_kind="",
    formula_vi="Dư nợ / (tiền cuối kỳ + dư nợ) × 100, cộng các CLB rồi mới chia",
    formula_en="Outstanding / (closing cash + outstanding) × 100, summed over clubs first",
    source=MEETING,
    absence_vi="CLB chưa có sổ tháng nào không vào phép tính, được đếm riêng",
    absence_en="Clubs without a monthly book are left out and counted apart",
)
def c07(ctx: Context) -> Value:
    """Outstanding over cash and outstanding by the last books, in percent."""
    standing = ctx.standing()
    last = [b for c in standing if (b := one.last_book(ctx.data, c, ctx.reported_to))]
    lent, whole = sum(b.close_loans or 0 for b in last), sum(b.closing or 0 for b in last)
    return share(ctx, "C07", lent, whole, len(standing) - len(last))


@indicator(
    "C08",
    name_vi="Tỷ lệ trả gốc đúng hạn",
    name_en="Principal repaid on time",
    unit="percent",
    kind="flow",
    group="fund",
    target_kind="",
    formula_vi="Gốc đã trả chậm nhất vào ngày đến hạn / gốc đến hạn trong kỳ × 100; gia hạn chỉ tính khi thỏa "
    "thuận trước hạn; nợ được xóa không phải là trả đúng hạn",
    formula_en="Principal paid by the due date / principal due in the period × 100; a new date counts if "
    "agreed in time; what was written off was not repaid",
    source=MEETING,
    absence_vi="Không có khoản nào đến hạn: “–”; CLB không gửi báo cáo nào trong kỳ (kỳ nhiều năm: trong năm cuối) "
    "không vào phép tính, được đếm riêng",
    absence_en="Nothing due: “–”; clubs without any report of the period (of its last year, if it has several) are "
    "left out and counted apart",
)
def c08(ctx: Context) -> Value:
    """Principal paid by its due date over principal due in the period, in percent. Loans are due whole, on one day.

    A loan that was written off stays in the denominator: its debt was due, and was cancelled rather than paid. Of a
    club that fell silent nobody knows what was paid, so its loans are left out.
    """
    unknown = {k.id for k in silent(ctx, ctx.standing())}
    due = on_time = 0
    for loan in (loan for c in ctx.data.clubs if c.id not in unknown for loan in ctx.data.loans_of(c.id)):
        day = loan.promised()
        if day is None or not ctx.period.first <= day <= ctx.day:
            continue
        due += loan.amount
        on_time += loan.paid(day)
    return share(ctx, "C08", on_time, due, len(unknown))


@indicator(
    "C09",
    name_vi="Tỷ lệ nợ quá hạn",
    name_en="Overdue loans",
    unit="percent",
    kind="stock",
    group="fund",
    target_kind="",
    formula_vi="Dư nợ của các khoản quá hạn từ 1 ngày / dư nợ theo sổ × 100; khoản đã xóa nợ không còn dư nợ kể từ "
    "ngày xóa; kèm số khoản, số tiền, số tiền quá hạn trên 90 ngày",
    formula_en="Outstanding of loans past due / outstanding by the books × 100; a loan written off owes nothing from "
    "that day on; with number, amount, and amount more than 90 days late",
    source=MEETING,
    absence_vi="Không có dư nợ: “–”; CLB chưa có sổ tháng nào hoặc không gửi báo cáo nào trong kỳ (kỳ nhiều năm: trong "
    "năm cuối) không vào phép tính, được đếm riêng",
    absence_en="Nothing outstanding: “–”; clubs without a monthly book, or any report of the period (of its last year, "
    "if it has several), are left out and counted apart",
)
def c09(ctx: Context) -> Value:
    """Overdue over outstanding in percent. parts: loans (number), amount, amount_90 (VND)."""
    standing = ctx.standing()
    known = telling_of_loans(ctx)
    missing = len(standing) - len(known)
    late = [one.overdue(ctx.data, c, ctx.day) for c in known]
    amount = sum(o.amount for o in late)
    parts = {
        "loans": count(ctx, "C09", sum(o.loans for o in late) if known else None, "loan", missing),
        "amount": count(ctx, "C09", amount if known else None, "VND", missing),
        "amount_90": count(ctx, "C09", sum(o.amount_90 for o in late) if known else None, "VND", missing),
    }
    lent = sum(one.outstanding(ctx.data, c, ctx.reported_to) or 0 for c in known)
    return share(ctx, "C09", amount, lent, missing, **parts)


@indicator(
    "C10",
    name_vi="Chênh lệch sổ quỹ",
    name_en="Differences between counted money and books",
    unit="VND",
    kind="flow",
    group="fund",
    target_kind="",
    formula_vi="Tổng giá trị tuyệt đối của chênh lệch (kiểm quỹ − sổ) của hai quỹ tại lần kiểm quỹ cuối trong "
    "kỳ; kèm số CLB có "
    "chênh lệch",
    formula_en="Sum of absolute differences (counted − book) of both funds at the last count in the period; "
    "with the number "
    "of clubs that have one",
    source=MEETING,
    absence_vi="CLB không kiểm quỹ trong kỳ được đếm riêng",
    absence_en="Clubs that counted nothing in the period are counted apart",
)
def c10(ctx: Context) -> Value:
    """Absolute differences of both funds in VND at each club's last count in the period. parts: clubs (with one)."""
    standing = ctx.standing()
    found = [
        d for c in standing if (d := one.last_difference(ctx.data, c, ctx.period.first, ctx.reported_to))
    ]
    missing = len(standing) - len(found)
    off = sum(bool(income or operating) for _, income, operating in found)
    total = sum(abs(income) + abs(operating) for _, income, operating in found)
    parts = {"clubs": count(ctx, "C10", off, "club", missing)}
    return count(ctx, "C10", total if found else None, "VND", missing, **parts)
