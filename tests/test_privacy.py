"""No count of 1–4 persons is printed, and none can be worked out: an attacker tries every table that fits."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.privacy import (
    FEW,
    MINIMUM,
    WITHHELD,
    Count,
    Masked,
    cell,
    row,
    share,
    shares,
    table,
    without_phones,
)

SMALL = st.integers(min_value=0, max_value=9)
LARGEST = 13
"""Beyond what any cell of the tables below holds by more than a step: two values are found below it or nowhere."""


def test_a_count_of_one_to_four_is_masked_and_nobody_is_not():
    assert [cell(n) for n in (None, 0, 1, 4, 5, 1200)] == [None, 0, FEW, FEW, 5, 1200]


def test_one_masked_count_takes_the_smallest_other_with_it():
    assert row([3, 40, 0, 12]) == (FEW, 40, 0, WITHHELD, 55)


def test_two_masked_counts_hide_each_other():
    assert row([3, 2, 40]) == (FEW, FEW, 40, 45)


def test_a_total_of_few_is_masked_too():
    assert row([0, 3]) == (0, FEW, FEW)


def test_where_the_marks_alone_would_tell_the_total_is_withheld():
    """4 + 4: of two counts below 5 that make 8, each must be 4. 1 + 5: what is not below 5 is 5 at least."""
    assert row([4, 4]) == (FEW, FEW, WITHHELD)
    assert row([1, 5]) == (FEW, WITHHELD, WITHHELD)


def test_where_everything_is_masked_and_the_mark_still_tells_it_is_left_open():
    """Four counts with a total below 5 can only be 1 each; so nothing is said of the total."""
    assert row([1, 1, 1, 1]) == (FEW, FEW, FEW, FEW, WITHHELD)


def test_what_is_not_known_stays_unknown():
    assert row([None, 20, 30]) == (None, 20, 30, 50)


def test_a_line_without_small_counts_is_printed_as_it_is():
    assert row([12, 0, 40]) == (12, 0, 40, 52)
    assert table([[12, 5], [40, 8]]) == ((12, 5, 17), (40, 8, 48), (52, 13, 65))


def test_in_a_table_the_masked_count_is_hidden_both_ways():
    """3 could be told from its line and from its column: 8 and 40 cover it, and 60 these."""
    assert table([[3, 40, 50], [8, 60, 70], [90, 95, 99]]) == (
        (FEW, WITHHELD, 50, 93),
        (WITHHELD, WITHHELD, 70, 138),
        (90, 95, 99, 284),
        (101, 195, 219, 515),
    )


def test_telephone_numbers_are_taken_out_of_free_text_and_money_is_not():
    said = "Thiếu 1.500.000 đồng ngày 01/02/2021, hỏi chị An 0912 345 678 hoặc +84912345678, 02593.822.683"

    assert without_phones(said) == "Thiếu 1.500.000 đồng ngày 01/02/2021, hỏi chị An … hoặc …, …"


@pytest.mark.parametrize(
    "number",
    [
        "0912/345/678",
        "09.12.34.56.78",
        "(0912) 345 678",
        "0912 – 345 – 678",
        "0912\u00a0345\u00a0678",
        "+84 912/345678",
    ],
)
def test_a_telephone_number_is_known_however_its_digits_are_set_apart(number):
    assert without_phones(f"Gọi {number}, gặp chị An.") == "Gọi …, gặp chị An."


@pytest.mark.parametrize(
    "said",
    [
        "từ 01/01/2021-31/12/2021",
        "01/2021-06/2021",
        "ngày 05/09/2021 – 12 người",
        "0 đồng; 5 người; 2.000.000 đồng",
    ],
)
def test_days_and_amounts_are_no_telephone_numbers(said):
    assert without_phones(said) == said


def test_lines_of_different_lengths_are_no_table():
    with pytest.raises(ValueError, match="same number of cells"):
        table([[1, 2], [3]])


def test_a_share_of_few_or_of_all_but_few_is_withheld():
    assert [share(*pair) for pair in ((3, 50), (47, 50), (0, 50), (50, 50), (5, 50), (0, 0))] == [
        WITHHELD,
        WITHHELD,
        Decimal(0),
        Decimal(100),
        Decimal(10),
        None,
    ]


def test_one_share_withheld_takes_another_with_it_so_that_the_total_does_not_tell():
    assert shares([(3, 50), (30, 60), (45, 90)]) == (WITHHELD, WITHHELD, Decimal(50), Decimal(39))


def test_a_part_without_anybody_has_no_share_and_hides_none():
    assert shares([(0, 0), (3, 50), (30, 60)]) == (None, WITHHELD, WITHHELD, Decimal(30))


@settings(max_examples=100, deadline=None)
@given(st.lists(SMALL, min_size=1, max_size=4))
def test_nobody_can_tell_a_small_count_from_a_line_and_its_total(counts):
    printed = row(counts)

    _assert_masked_rightly([*counts, sum(counts)], printed)
    least = _least([*counts, sum(counts)], printed)
    guesses = ((*guess, sum(guess)) for guess in _guesses(printed[:-1], least))
    _assert_two_values([*counts, sum(counts)], printed, guesses, least)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(SMALL, min_size=2, max_size=2), min_size=1, max_size=2))
def test_nobody_can_tell_a_small_count_from_a_table_and_its_totals(rows):
    printed = table(rows)
    flat = tuple(itertools.chain(*printed))

    counts = list(itertools.chain(*_with_totals(rows)))
    _assert_masked_rightly(counts, flat)
    least = _least(counts, flat)
    inner = [one for line in printed[:-1] for one in line[:-1]]
    guesses = (tuple(itertools.chain(*_with_totals(_lines(guess, 2)))) for guess in _guesses(inner, least))
    _assert_two_values(counts, flat, guesses, least)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.integers(1, 9).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))),
        min_size=1,
        max_size=3,
    )
)
def test_nobody_can_tell_of_how_few_a_share_is_from_the_other_shares(parts):
    printed = shares(parts)
    whole = (sum(p[0] for p in parts), sum(p[1] for p in parts))
    pairs = [*parts, whole]

    possible = [[] for _ in pairs]
    for guess in itertools.product(*(range(of + 1) for _, of in parts)):
        full = [*guess, sum(guess)]
        if all(_is_share(n, of, one) for n, (_, of), one in zip(full, pairs, printed, strict=True)):
            for found, n in zip(possible, full, strict=True):
                found.append(n)
    for (numerator, of), found, one in zip(pairs, possible, printed, strict=True):
        if 0 < numerator < MINIMUM or 0 < of - numerator < MINIMUM:
            assert one == WITHHELD
            assert len(set(found)) > 1


def _is_share(numerator: int, of: int, printed: object) -> bool:
    """Whether a guess fits: a share printed is that very one, one withheld may be any."""
    return printed == WITHHELD or printed == Decimal(numerator) * 100 / of


def _assert_masked_rightly(counts: Sequence[int], printed: Sequence[Count]) -> None:
    for count, one in zip(counts, printed, strict=True):
        if 0 < count < MINIMUM:
            assert one in (FEW, WITHHELD)
        else:
            assert one == count or (one == WITHHELD and count)


def _least(counts: Sequence[int], printed: Sequence[Count]) -> int:
    """What “*” stands for at least: the attacker may know that “<5” is printed wherever it can be."""
    withheld = [count for count, one in zip(counts, printed, strict=True) if one == WITHHELD]
    return MINIMUM if all(count >= MINIMUM for count in withheld) else 1


def _assert_two_values(
    counts: Sequence[int], printed: Sequence[Count], guesses: Iterable[tuple[int, ...]], least: int
) -> None:
    fitting = [
        guess for guess in guesses if all(_fits(n, one, least) for n, one in zip(guess, printed, strict=True))
    ]
    for place, count in enumerate(counts):
        if 0 < count < MINIMUM:
            assert len({guess[place] for guess in fitting}) > 1, printed


def _fits(guess: int, printed: Count, least: int) -> bool:
    if isinstance(printed, Masked):
        return 0 < guess < MINIMUM if printed == FEW else guess >= least
    return guess == printed


def _guesses(printed: Sequence[Count], least: int) -> Iterator[tuple[int, ...]]:
    """Every way to fill the masked cells by what their marks say."""
    ways = [
        range(1, MINIMUM) if one == FEW else range(least, LARGEST) if one == WITHHELD else (one,)
        for one in printed
    ]
    return itertools.product(*ways)


def _lines(flat: Sequence[int], width: int) -> list[Sequence[int]]:
    return [flat[i : i + width] for i in range(0, len(flat), width)]


def _with_totals(rows: Sequence[Sequence[int]]) -> list[list[int]]:
    full = [[*line, sum(line)] for line in rows]
    return [*full, [sum(column) for column in zip(*full, strict=True)]]
