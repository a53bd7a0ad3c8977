"""What the report says club by club: the list of Phụ lục I, who did not report, whose books do not balance."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from reports import language, privacy, targets
from reports.facts import Club, Meeting
from reports.indicators import Context
from reports.indicators import club as one
from reports.indicators.b import composition
from reports.indicators.grade import UNKNOWN, Grade, assess
from reports.privacy import Masked
from reports.province.model import BandBar, ClubName, ClubRow, Composition, Steering, Unbalanced
from reports.standards import BANDS, MissingRule, Phase

BAND_NAMES = {
    "size": ("Thành viên bình quân một CLB", "Members a club", "person"),
    "women": ("Nữ", "Women", "percent"),
    "older": ("Người cao tuổi", "Older people", "percent"),
    "young": ("Người trẻ", "Younger people", "percent"),
    "disadvantaged": ("Nghèo, cận nghèo, khó khăn", "Poor, near-poor, disadvantaged", "percent"),
}


VILLAGES = {
    "thon": "Thôn",
    "ban": "Bản",
    "ap": "Ấp",
    "lang": "Làng",
    "khu_pho": "Khu phố",
    "to_dan_pho": "Tổ dân phố",
    "khu": "Khu",
    "xom": "Xóm",
}


def village(club: Club) -> str:
    """The village with its kind before it, as people say it: “Khu phố 2”; a name that has it already is left."""
    kind = VILLAGES.get(club.village_kind, "")
    if not kind or club.village_name.casefold().startswith(kind.casefold()):
        return club.village_name
    return f"{kind} {club.village_name}"


def grade(ctx: Context, club: Club) -> Grade:
    """The club's grade; unknown where the phase lacks a rule that it needs."""
    try:
        return assess(ctx, club)
    except MissingRule:
        return Grade(UNKNOWN)


def name(ctx: Context, club: Club) -> ClubName:
    """A club with its village and commune, for a sentence; the commune of the boundaries that the report follows."""
    place, reform = ctx.geography.places.get(club.id), ctx.geography.reform_on
    names = (place.new_name, place.old_name) if place else (None, None)
    if reform and ctx.geography.as_of < reform:
        names = names[::-1]
    commune = names[0] or names[1]
    return ClubName(club.code, club.name, " – ".join(filter(None, (village(club), commune))))


def rows(ctx: Context) -> tuple[ClubRow, ...]:
    """Phụ lục I: clubs standing, by unit in order of code, then by name; clubs without a unit last."""
    order = {unit.id: place for place, unit in enumerate(ctx.geography.rows)}

    def key(club: Club) -> tuple[object, ...]:
        row = ctx.geography.row_of(club.id)
        return order.get(row, len(order)) if row else len(order), language.text_key(club.name), club.code

    found = sorted(ctx.standing(), key=key)
    return tuple(_row(ctx, club, number) for number, club in enumerate(found, start=1))


def _row(ctx: Context, club: Club, number: int) -> ClubRow:
    place = ctx.geography.places.get(club.id)
    result = grade(ctx, club)
    chairs = [s.full_name for s in club.board if s.role == "chair" and s.held_on(ctx.day)]
    return ClubRow(
        number=number,
        code=club.code,
        name=club.name,
        village=village(club),
        place_old=place.old_name if place else None,
        place_new=place.new_name if place else None,
        unit=next((u for u in ctx.geography.rows if place and u.id == place.row_id), None),
        founding_date=club.founding_date,
        decision_no=club.decision_no,
        chair=chairs[-1] if chairs else None,
        members=len(one.members(ctx.data, club, ctx.day)),
        fund=one.fund(ctx.data, club, ctx.reported_to),
        outstanding=one.outstanding(ctx.data, club, ctx.reported_to),
        grade=result.grade,
        failing=result.failing,
    )


def silent(ctx: Context) -> tuple[ClubName, ...]:
    """Clubs standing that had to report in the period and sent nothing for any of its months."""
    return _names(ctx, lambda k: bool(one.expected_months(k, ctx.period, ctx.day)) and not _reports(ctx, k))


def late(ctx: Context) -> tuple[ClubName, ...]:
    """Clubs standing whose report of the last full month of the period is not in."""

    def is_late(club: Club) -> bool:
        due = one.expected_months(club, ctx.period, ctx.day)
        return bool(due) and due[-1] not in {m.month for m in _reports(ctx, club)}

    return _names(ctx, is_late)


def undecided(ctx: Context) -> tuple[ClubName, ...]:
    """Clubs standing that no unit of the tables can be named for."""
    return _names(ctx, lambda k: ctx.geography.row_of(k.id) is None)


def _reports(ctx: Context, club: Club) -> list[Meeting]:
    return ctx.reports(club)


def _names(ctx: Context, keep: Callable[[Club], bool]) -> tuple[ClubName, ...]:
    found = [name(ctx, club) for club in ctx.standing() if keep(club)]
    return tuple(sorted(found, key=lambda n: (language.text_key(n.name), n.code)))


def unbalanced(ctx: Context) -> tuple[Unbalanced, ...]:
    """Clubs standing whose counted money differs from a book at the last count of the period, largest first."""
    found = []
    for club in ctx.standing():
        last = one.last_difference(ctx.data, club, ctx.period.first, ctx.reported_to)
        if last and (last[1] or last[2]):
            meeting, income, operating = last
            reasons = [
                book.difference_reason
                for book in (meeting.income, meeting.operating)
                if book and book.difference
            ]
            reason = privacy.without_phones("; ".join(dict.fromkeys(r.strip() for r in reasons if r.strip())))
            found.append(Unbalanced(name(ctx, club), meeting.month, income, operating, reason))
    return tuple(sorted(found, key=lambda u: (-abs(u.income) - abs(u.operating), u.club.code)))


def failing_counts(ctx: Context) -> tuple[tuple[str, int], ...]:
    """Items of the grade with the number of assessed clubs that miss them, most frequent first."""
    counted = Counter(item for club in ctx.standing() for item in grade(ctx, club).failing)
    return tuple(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


def difficulties(ctx: Context) -> tuple[tuple[str, int], ...]:
    """Difficulties with the number of clubs that named them in the period, those closed since included, most frequent
    first."""
    counted: Counter[str] = Counter()
    for club in ctx.data.clubs:
        counted.update(set().union(*(m.difficulties for m in _reports(ctx, club))))
    return tuple(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


def steering(ctx: Context) -> Steering:
    """Trainings that touch the period and visits that clubs' reports of it tell of."""
    trainings = [t for t in ctx.data.trainings if t.starts_on <= ctx.day and t.ends_on >= ctx.period.first]
    visits = [
        v
        for club in ctx.data.clubs
        for v in ctx.data.supervisions_of(club.id)
        if ctx.period.first <= v.on <= ctx.day
    ]
    levels = Counter(level for v in visits for level in v.levels)
    known = [
        (level, levels[level]) for level in ("xa", "huyen", "tinh", "trung_uong", "sponsor") if levels[level]
    ]
    return Steering(
        trainings=tuple(sorted(trainings, key=lambda t: (t.starts_on, t.topic))),
        trainees=sum(t.participants for t in trainings) if trainings else None,
        visits=len(visits),
        clubs_visited=len({v.club_id for v in visits}),
        visits_by_level=tuple(known),
    )


def compositions(ctx: Context) -> tuple[Composition, ...]:
    """Chart 2: clubs standing by the phase they were founded in, each judged by its own phase.

    Clubs older than the scheme are judged by the phase of the report.
    """
    by_phase: dict[str, list[Club]] = {}
    for club in ctx.standing():
        by_phase.setdefault(ctx.phase_of(club).code, []).append(club)
    found = [
        _composition(ctx, phase, by_phase[phase.code])
        for phase in ctx.standards.phases
        if phase.code in by_phase
    ]
    return _masked(found)


def _masked(found: list[Composition]) -> tuple[Composition, ...]:
    """The same with shares of few persons withheld, each group over all phases at once."""
    lines = [
        _withheld(bars) if bars[0].unit == "percent" else bars
        for bars in zip(*(part.bars for part in found), strict=True)
    ]
    return tuple(replace(part, bars=bars) for part, bars in zip(found, zip(*lines, strict=True), strict=True))


def _withheld(bars: tuple[BandBar, ...]) -> tuple[BandBar, ...]:
    shown = privacy.shares([(bar.numerator, bar.denominator) for bar in bars])[:-1]
    return tuple(
        replace(bar, value=one, numerator=0, denominator=0) if isinstance(one, Masked) else bar
        for bar, one in zip(bars, shown, strict=True)
    )


def _composition(ctx: Context, phase: Phase, clubs: list[Club]) -> Composition:
    counted = composition(ctx, clubs, phase)
    own = [composition(ctx, [club], phase) for club in clubs]
    asked = [rule for code in BANDS if (rule := phase.rule(code))]
    passing = sum(
        bool(k.members) and all(r.judge(k.figure(r.name)) in ("within", "above") for r in asked) for k in own
    )
    bars = []
    for code in BANDS:
        name_vi, name_en, unit = BAND_NAMES[code]
        rule, value = phase.rule(code), counted.figure(code)
        low, high = (rule.low, rule.high) if rule else (None, None)
        verdict = targets.judge_band(value, rule)
        bars.append(BandBar(code, name_vi, name_en, unit, value, *counted.pair(code), low, high, verdict))
    return Composition(phase, len(clubs), counted.members, tuple(bars), passing)
