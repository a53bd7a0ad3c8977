"""Group B: who the members are, against the bands of the phase."""

from dataclasses import dataclass
from decimal import Decimal

from reports.facts import Club
from reports.indicators import club as one
from reports.indicators.base import Context, Value, indicator, mean, share
from reports.indicators.club import members
from reports.standards import BANDS, Phase

SOURCE = "club_founding; club_meeting"
NO_LIST_VI = "CLB không có danh sách và thành viên không rõ thông tin không vào mẫu số"
NO_LIST_EN = "Clubs without a list, and members whose answer is not known, are not in the denominator"


@dataclass(frozen=True, slots=True)
class Composition:
    """Members of one or more clubs counted for all bands at once; shares over those whose answer is known."""

    clubs: int
    members: int
    women: tuple[int, int]
    older: tuple[int, int]
    young: tuple[int, int]
    disadvantaged: tuple[int, int]
    empty: int
    """Clubs without a single member on the list."""

    def pair(self, rule: str) -> tuple[int, int]:
        """Numerator and denominator for a band; size: members over clubs that have a list."""
        if rule == "size":
            return self.members, self.clubs - self.empty
        pair: tuple[int, int] = getattr(self, rule)
        return pair

    def figure(self, rule: str) -> Decimal | None:
        """The figure a band is about: members a club, or a percentage; None when nobody is known."""
        numerator, denominator = self.pair(rule)
        if not denominator:
            return None
        return Decimal(numerator) / denominator * (1 if rule == "size" else 100)


def composition(ctx: Context, clubs: list[Club], phase: Phase) -> Composition:
    """Count the members of some clubs on the day, with the age that the phase calls older."""
    counted = [one.people(ctx.data, c, ctx.day, phase.older_age) for c in clubs]
    older = _sum([c.older for c in counted])
    return Composition(
        clubs=len(clubs),
        members=sum([c.members for c in counted]),
        women=_sum([c.women for c in counted]),
        older=older,
        young=(older[1] - older[0], older[1]),
        disadvantaged=_sum([c.disadvantaged for c in counted]),
        empty=sum([not c.members for c in counted]),
    )


def _sum(pairs: list[tuple[int, int]]) -> tuple[int, int]:
    return sum([reached for reached, _ in pairs]), sum([known for _, known in pairs])


def below_band(ctx: Context, club: Club) -> list[str] | None:
    """Bands of the club's own phase that it lies below; None when it has no list of members.

    A share above its band is shown, not failed. Source: indicator catalogue, target kinds.
    """
    phase = ctx.phase_of(club)
    own = composition(ctx, [club], phase)
    if not own.members:
        return None
    rules = [rule for name in BANDS if (rule := phase.rule(name))]
    return [rule.name for rule in rules if rule.judge(own.figure(rule.name)) == "below"]


def _share(ctx: Context, code: str, rule: str) -> Value:
    counted = composition(ctx, ctx.standing(), ctx.phase)
    return share(ctx, code, *counted.pair(rule), counted.empty)


@indicator(
    "B01",
    name_vi="Số thành viên bình quân một CLB",
    name_en="Members a club",
    unit="person",
    kind="stock",
    group="quality",
    target_kind="range",
    formula_vi="Tổng số thành viên / số CLB có danh sách; kèm tỷ lệ CLB có số thành viên trong khung của giai đoạn",
    formula_en="Members / clubs with a list; with the share of clubs whose size lies in the phase's band",
    source=SOURCE,
    absence_vi="CLB không có danh sách không vào mẫu số; giai đoạn không có khung: chỉ in bình quân",
    absence_en="Clubs without a list are not in the denominator; no band in the phase: the mean alone",
)
def b01(ctx: Context) -> Value:
    """Members a club, both ends of the band included. parts: in_band (clubs inside it, in "
    "percent), where there is one."""
    sizes = [n for c in ctx.standing() if (n := len(members(ctx.data, c, ctx.day)))]
    empty = len(ctx.standing()) - len(sizes)
    parts = {}
    if band := ctx.phase.rule("size"):
        inside = sum(band.judge(n) == "within" for n in sizes)
        parts["in_band"] = share(ctx, "B01", inside, len(sizes), empty)
    return mean(ctx, "B01", sum(sizes), len(sizes), "person", empty, **parts)


@indicator(
    "B02",
    name_vi="Tỷ lệ thành viên là nữ",
    name_en="Women among members",
    unit="percent",
    kind="stock",
    group="quality",
    target_kind="range",
    formula_vi="Số thành viên nữ / số thành viên × 100",
    formula_en="Women / members × 100",
    source=SOURCE,
    absence_vi=NO_LIST_VI,
    absence_en=NO_LIST_EN,
)
def b02(ctx: Context) -> Value:
    """Women over members whose sex is known, in percent."""
    return _share(ctx, "B02", "women")


@indicator(
    "B03",
    name_vi="Tỷ lệ thành viên là người cao tuổi",
    name_en="Older people among members",
    unit="percent",
    kind="stock",
    group="quality",
    target_kind="range",
    formula_vi="Số thành viên từ {older_age} tuổi trở lên / số thành viên × 100 (tuổi = năm báo cáo − năm sinh)",
    formula_en="Members aged {older_age} or above / members × 100 (age = reference year − birth year)",
    source=SOURCE,
    absence_vi=NO_LIST_VI,
    absence_en=NO_LIST_EN,
)
def b03(ctx: Context) -> Value:
    """Members of the phase's age or above over members whose birth year is known, in percent."""
    return _share(ctx, "B03", "older")


@indicator(
    "B04",
    name_vi="Tỷ lệ thành viên là người trẻ",
    name_en="Younger people among members",
    unit="percent",
    kind="stock",
    group="quality",
    target_kind="range",
    formula_vi="Số thành viên dưới {older_age} tuổi / số thành viên × 100 (bằng 100% − tỷ lệ người cao tuổi)",
    formula_en="Members below the age of {older_age} / members × 100 (100% − B03)",
    source=SOURCE,
    absence_vi=NO_LIST_VI,
    absence_en=NO_LIST_EN,
)
def b04(ctx: Context) -> Value:
    """Members below the phase's age over members whose birth year is known: with B03 it makes 100 percent."""
    return _share(ctx, "B04", "young")


@indicator(
    "B05",
    name_vi="Tỷ lệ thành viên nghèo, cận nghèo, có hoàn cảnh khó khăn",
    name_en="Poor, near-poor or disadvantaged among members",
    unit="percent",
    kind="stock",
    group="quality",
    target_kind="range",
    formula_vi="Số thành viên thuộc hộ nghèo, cận nghèo hoặc có ít nhất một hoàn cảnh khó khăn / số thành viên × 100",
    formula_en="Members who are poor, near-poor or have at least one hardship / members × 100",
    source=SOURCE,
    absence_vi=NO_LIST_VI,
    absence_en=NO_LIST_EN,
)
def b05(ctx: Context) -> Value:
    """Poor, near-poor or in hardship over members with either answer, in percent."""
    return _share(ctx, "B05", "disadvantaged")


@indicator(
    "B06",
    name_vi="Tỷ lệ CLB đạt cơ cấu thành phần",
    name_en="Clubs with the composition asked for",
    unit="percent",
    kind="stock",
    group="quality",
    target_kind="all",
    formula_vi="Số CLB không có tiêu chí thành phần nào dưới khung của giai đoạn CLB thành lập / số CLB có "
    "danh sách × 100",
    formula_en="Clubs below none of the bands of the phase they were founded in / clubs with a list × 100",
    source=SOURCE,
    absence_vi="CLB không có danh sách không vào mẫu số, được đếm riêng",
    absence_en="Clubs without a list are left out of the denominator and counted apart",
)
def b06(ctx: Context) -> Value:
    """Clubs below no band of their own phase, in percent of clubs with a list of members."""
    failing = [below_band(ctx, c) for c in ctx.standing()]
    known = [f for f in failing if f is not None]
    return share(ctx, "B06", sum(not f for f in known), len(known), len(failing) - len(known))
