"""Part IV, the members broken down: by age and sex, by ethnicity, by disability.

Counts of persons pass through reports.privacy here and nowhere else in these parts.
"""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from reports import privacy
from reports.facts import Member
from reports.indicators import Context
from reports.indicators import club as one
from reports.privacy import Count
from reports.province.activity_model import AgeBand, Group, People

LOWEST, HIGHEST, STEP = 40, 85, 5
"""Age bands: below 40, then five years each, 85 and above last."""
SEXES = ("male", "female")
DISABILITIES = ("mild", "severe", "very_severe")


def people(ctx: Context) -> People:
    """The members on the lists of clubs standing on the report's day."""
    found = [m for club in ctx.standing() for m in one.members(ctx.data, club, ctx.day)]
    if not found:
        return People()
    placed = [m for m in found if m.sex in SEXES and m.birth_year is not None]
    ages, men, women = _ages(ctx, placed)
    disability, disabled = _disability(found)
    return People(
        members=len(found),
        ages=ages,
        men=men,
        women=women,
        unplaced=len(found) - len(placed),
        ethnicity=_groups(Counter(m.ethnicity or "" for m in found), len(found)),
        disability=disability,
        disabled=disabled,
    )


def _disability(found: Sequence[Member]) -> tuple[tuple[Group, ...], Count]:
    """By degree, and all of them; nothing is known where nobody was asked."""
    counts = Counter(m.disability for m in found)
    if set(counts) == {None}:
        return (), None
    *degrees, total = privacy.row([counts[code] for code in DISABILITIES])
    pairs = zip(DISABILITIES, degrees, strict=True)
    return tuple(Group(code, count, _percent(count, len(found))) for code, count in pairs), total


def _ages(ctx: Context, placed: Sequence[Member]) -> tuple[tuple[AgeBand, ...], Count, Count]:
    """Bands of age by sex, and all men and women in them."""
    if not placed:
        return (), None, None
    counts = Counter((_band(m.age(ctx.day) or 0), m.sex) for m in placed)
    bands = range(2 + (HIGHEST - LOWEST) // STEP)
    shown = privacy.table([[counts[band, sex] for sex in SEXES] for band in bands])
    found = tuple(AgeBand(*_ends(band), shown[band][0], shown[band][1]) for band in bands)
    return found, shown[-1][0], shown[-1][1]


def _band(age: int) -> int:
    """0 below the lowest mark, then one for each step, the last open."""
    if age < LOWEST:
        return 0
    return 1 + (min(age, HIGHEST) - LOWEST) // STEP


def _ends(band: int) -> tuple[int | None, int | None]:
    if band == 0:
        return None, LOWEST - 1
    low = LOWEST + (band - 1) * STEP
    return low, None if low >= HIGHEST else low + STEP - 1


def _groups(counts: Counter[str], members: int) -> tuple[Group, ...]:
    """Largest group first, then those withheld by their codes: their order by size would tell 2 and 1 apart where the
    two are known to be 3. Others come behind all that are named, those not known last."""
    codes = sorted(counts, key=lambda code: (-counts[code], code))
    shown = privacy.row([counts[code] for code in codes])[:-1]
    groups = [Group(code, count, _percent(count, members)) for code, count in zip(codes, shown, strict=True)]
    return tuple(sorted(groups, key=_place))


def _place(group: Group) -> tuple[bool, bool, bool, int, str]:
    known = group.count if isinstance(group.count, int) else None
    return not group.code, group.code == "other", known is None, -(known or 0), group.code


def _percent(count: Count, members: int) -> Decimal | None:
    return Decimal(count) * 100 / members if isinstance(count, int) else None
