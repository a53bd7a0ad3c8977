"""What a report may say about few people: counts of 1–4 persons are not printed, nor can they be worked out.

What counts people is masked where it is broken down by unit or group: members by sex, age, ethnicity, disability or
hardship, borrowers, survey answers, people cared for. What counts clubs, meetings, loans or money is not, nor is the
number of members of a club or unit: the size of a public association. Nobody is 0: an empty group is printed.

Ask for what you print, and print only what comes back:

    cell(3)                    one count that stands alone
    row([12, 3, 40])           counts printed with their total, which comes last in the result
    table([[12, 3], [40, 8]])  a two-way table; each line gets its total, and the totals come as the last line
    share(3, 40)               one percentage that stands alone
    shares([(3, 40), (20, 50)]) the same percentage by unit or group, and for all of them together as the last
    spread(parts, held)        the same percentage club by club, beneath the percentages of units and phases

The guarantee: somebody who knows every figure that comes back, and what the marks mean, is left with at least two
possible values for each count of 1–4. It covers what one call returns: a total that is printed elsewhere as well must
be printed as it is returned here, and one group of people belongs into one call. It does not cover who knows some of
the people by name already. Source: docs/decisions/privacy.md.
"""

import re
from collections import Counter
from collections.abc import Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

MINIMUM = 5
"""The smallest number of persons that is printed. Source: data dictionary, personal data (“cells under 5 masked”)."""


@dataclass(frozen=True, slots=True)
class Masked:
    """What stands in the place of a figure: below MINIMUM, or withheld so that another one cannot be worked out."""

    below: int | None


FEW = Masked(MINIMUM)
"""1 to 4 persons; printed “<5”."""
WITHHELD = Masked(None)
"""A count of one or more, or any share, that would give another one away; printed “*”."""

Count = int | Masked | None
"""A number of persons to print; None: not known, printed “–”."""
Share = Decimal | Masked | None
"""A percentage of persons to print, unrounded; None: nobody to be a share of."""


PHONE = re.compile(
    r"(?<![\d.,])(?!\d{1,2}[/.-](?:\d{1,2}[/.-])?(?:19|20)\d\d(?!\d))"
    r"\(?(?:\+?84|0)(?:[ \u00a0./()–-]{0,3}\d){8,10}(?!\d)"
)
"""A Vietnamese telephone number, however its digits are set apart; no amount of money begins with 0 or is grouped so,
and a day is none."""


def without_phones(text: str) -> str:
    """Free text of a club with “…” for whatever looks like a telephone number."""
    return PHONE.sub("…", text)


def is_few(count: int) -> bool:
    """Whether so many persons could be told by name: 1 to 4; nobody at all is no secret."""
    return 0 < count < MINIMUM


def cell(count: int | None) -> Count:
    """A count that nothing printed adds up to or with."""
    return FEW if count is not None and is_few(count) else count


def row(counts: Sequence[int | None]) -> tuple[Count, ...]:
    """Counts of one line as they may be printed, and last their total. An unknown one stays so, and adds nothing."""
    cells = [_count(count or 0, "row", "open") for count in counts]
    total = _count(sum(count or 0 for count in counts), "row", "open", is_total=True)
    _cover([*cells, total])
    shown = [None if count is None else one.printed for count, one in zip(counts, cells, strict=True)]
    return *shown, total.printed


def table(rows: Sequence[Sequence[int]]) -> tuple[tuple[Count, ...], ...]:
    """A two-way table as it may be printed: every line with its total, then the line of totals.

    rows: at least one line, all of the same length. Raises ValueError for lines of different lengths.
    """
    if len({len(line) for line in rows}) != 1:
        raise ValueError("lines of a table have the same number of cells")
    full = [[*line, sum(line)] for line in rows]
    full.append([sum(column) for column in zip(*full, strict=True)])
    last_row, last_column = len(full) - 1, len(full[0]) - 1
    cells = [
        [
            _count(
                value,
                ("row", i),
                ("column", j),
                is_total=(i == last_row) != (j == last_column),
                is_grand_total=(i, j) == (last_row, last_column),
            )
            for j, value in enumerate(line)
        ]
        for i, line in enumerate(full)
    ]
    _cover([one for line in cells for one in line])
    return tuple(tuple(one.printed for one in line) for line in cells)


def share(numerator: int, denominator: int) -> Share:
    """A percentage that stands alone: withheld where it is of 1–4 persons, or of all but 1–4."""
    if not denominator:
        return None
    return WITHHELD if _part(numerator, denominator).is_secret else Decimal(numerator) * 100 / denominator


def shares(parts: Sequence[tuple[int, int]]) -> tuple[Share, ...]:
    """The percentage of each part, (numerator, denominator), and last that of all parts together.

    The denominators count as known. A part without anybody has no percentage.
    """
    whole = (sum(part[0] for part in parts), sum(part[1] for part in parts))
    cells = [_part(*part) for part in parts]
    total = _part(*whole, is_total=True)
    _cover([*cells, total])
    pairs = zip((*parts, whole), (*cells, total), strict=True)
    return tuple(
        WITHHELD if one.is_masked else Decimal(part[0]) * 100 / part[1] if part[1] else None
        for part, one in pairs
    )


@dataclass(frozen=True, slots=True)
class Part:
    """A share of persons that counts into the total of a row (its unit) and of a column (its phase)."""

    row: Hashable
    column: Hashable
    numerator: int
    denominator: int


def spread(parts: Sequence[Part], held: Collection[tuple[str, Hashable]]) -> tuple[Share, ...]:
    """The percentage of each part as it may stand beneath the totals of rows and columns that are printed already.

    held: ("row", key) and ("column", key) of the totals that are withheld; all others, and the total of all parts,
    count as known. The denominators do too.
    """
    cells = [_part(one.numerator, one.denominator) for one in parts]
    for one, cell in zip(parts, cells, strict=True):
        cell.lines = (("row", one.row), ("column", one.column))
    rows = dict.fromkeys(one.row for one in parts)
    columns = dict.fromkeys(one.column for one in parts)
    _cover(
        [
            *cells,
            *(_sum([p for p in parts if p.row == key], ("row", key), ("column", ALL), held) for key in rows),
            *(
                _sum([p for p in parts if p.column == key], ("row", ALL), ("column", key), held)
                for key in columns
            ),
        ]
    )
    return tuple(
        WITHHELD
        if cell.is_masked
        else (Decimal(one.numerator) * 100 / one.denominator if one.denominator else None)
        for one, cell in zip(parts, cells, strict=True)
    )


ALL = "all"
"""The row and the column of totals."""


def _sum(
    parts: Sequence[Part],
    row: tuple[str, Hashable],
    column: tuple[str, Hashable],
    held: Collection[tuple[str, Hashable]],
) -> "_Cell":
    """The total of some parts: as it was printed or withheld before, never to be masked anew."""
    total = sum(one.numerator for one in parts)
    of = sum(one.denominator for one in parts)
    is_held = row in held or column in held
    cell = _Cell(
        total,
        (row, column),
        0 if is_held else total,
        of if is_held else total,
        is_held and (is_few(total) or is_few(of - total)),
        is_total=True,
    )
    cell.is_masked = is_held
    return cell


Line = object


@dataclass(slots=True, eq=False)
class _Cell:
    """A figure that stands in two lines, with what a reader may take it to be once it is masked."""

    value: int
    lines: tuple[Line, Line]
    low: int
    high: int | None
    is_secret: bool
    """Whether it must be left with two possible values."""
    is_total: bool = False
    is_grand_total: bool = False
    is_masked: bool = field(init=False)

    def __post_init__(self) -> None:
        self.is_masked = self.is_secret

    @property
    def printed(self) -> Count:
        if not self.is_masked:
            return self.value
        return WITHHELD if self.high is None else FEW

    @property
    def is_open(self) -> bool:
        """Whether masking it could hide another: it is printed, and its mark would leave room."""
        return not self.is_masked and self.low <= self.value and self.low != self.high

    def withhold(self) -> None:
        """Mask it by the mark that leaves all room."""
        if self.is_masked:
            self.low, self.high = 1, None
        self.is_masked = True

    def steps(self) -> Iterator[tuple[Line, Line]]:
        """From line to line: one more or one less, wherever the marks leave room. A total counts the other way."""
        up, down = (self.lines, self.lines[::-1]) if not self.is_total else (self.lines[::-1], self.lines)
        if self.high is None or self.value < self.high:
            yield up
        if self.value > self.low:
            yield down


def _count(
    value: int, one: Line, other: Line, *, is_total: bool = False, is_grand_total: bool = False
) -> _Cell:
    few = is_few(value)
    low, high = (1, MINIMUM - 1) if few else (MINIMUM, None)
    return _Cell(value, (one, other), low, high, few, is_total, is_grand_total)


def _part(numerator: int, denominator: int, *, is_total: bool = False) -> _Cell:
    secret = is_few(numerator) or is_few(denominator - numerator)
    return _Cell(numerator, ("row", "open"), 0, denominator, secret, is_total)


def _cover(cells: Sequence[_Cell]) -> None:
    """Mask further cells, one at a time, until every secret has another possible value.

    First no line keeps a single masked cell. Then what the marks themselves would tell: two tables with the same
    printed figures differ by rounds, along masked cells, in turn one more and one less, so that every line keeps its
    sum. A secret is safe once such a round goes through it. Where everything is masked and “<5” itself tells too much
    (1 + 1 + 1 + 1 is 4, and no other four counts have a total below 5), “*” takes its place.
    """
    while companion := _companion(cells):
        companion.withhold()


def _companion(cells: Sequence[_Cell]) -> _Cell | None:
    masked = Counter(line for one in cells if one.is_masked for line in one.lines)

    def order(one: _Cell) -> tuple[bool, bool, bool, bool, int]:
        closes = all(masked[line] for line in one.lines)
        return one.is_grand_total, one.is_total, not closes, not one.value, one.value

    lonely = [one for one in cells if one.is_open and any(masked[line] == 1 for line in one.lines)]
    if lonely:
        return min(lonely, key=order)
    exposed = next((one for one in cells if one.is_secret and not _has_round(one, cells)), None)
    if exposed is None:
        return None
    near = [one for one in cells if one.is_open and set(one.lines) & set(exposed.lines)]
    if near:
        return min(near, key=order)
    return next((one for one in reversed(cells) if one.is_open or one.printed == FEW), None)


def _has_round(cell: _Cell, cells: Sequence[_Cell]) -> bool:
    others = [step for one in cells if one.is_masked and one is not cell for step in one.steps()]
    return any(_leads(others, end, start) for start, end in cell.steps())


def _leads(steps: Sequence[tuple[Line, Line]], start: Line, end: Line) -> bool:
    reached, left = {start}, [start]
    while left:
        here = left.pop()
        for one, other in steps:
            if one == here and other not in reached:
                reached.add(other)
                left.append(other)
    return end in reached
