"""Part IV: members by age and sex, ethnicity and disability, with counts of one to four people masked."""

from decimal import Decimal

from reports.privacy import FEW, WITHHELD
from reports.province.people import people
from tests.builders_facts import club, context, dataset, member


def made(members):
    return people(context(dataset([club()], members=members), "2020"))


def group(prefix, number, **changes):
    return [member(f"{prefix}{n}", **changes) for n in range(number)]


def band(found, low):
    return next(b for b in found.ages if b.low == low)


def test_members_stand_in_five_year_bands_by_their_age_at_the_end():
    """Born 1950: 70 at the end of 2020; born 1981: 39."""
    found = made(group("w", 12, born=1950) + group("m", 6, born=1981, sex="male"))

    assert band(found, 70).women == 12
    assert (found.ages[0].low, found.ages[0].high, found.ages[0].men) == (None, 39, 6)
    assert (found.ages[-1].low, found.ages[-1].high) == (85, None)
    assert len(found.ages) == 11


def test_few_people_are_masked_and_so_is_what_would_give_them_away():
    """Three women of 72 beside twelve of 62: three and a further figure of their line and column are not printed."""
    found = made(
        group("a", 12, born=1958)
        + group("b", 3, born=1948)
        + group("c", 9, born=1958, sex="male")
        + group("d", 8, born=1948, sex="male")
    )

    assert band(found, 70).women == FEW
    assert band(found, 70).men == WITHHELD


def test_all_of_one_sex_leaves_the_other_side_empty_and_masks_nothing():
    found = made(group("w", 7))

    assert {b.men for b in found.ages} == {0}
    assert (found.men, found.women) == (0, 7)


def test_members_without_sex_or_year_of_birth_are_in_no_band_and_counted():
    found = made([*group("w", 5), member("x", sex=None), member("y", born=None)])

    assert (found.members, found.unplaced) == (7, 2)
    assert made([]).ages == ()


def test_groups_stand_by_size_and_the_unknown_last():
    found = made(
        group("k", 20) + group("r", 30, ethnicity="raglai") + group("u", 6, ethnicity=None)
    ).ethnicity

    assert [(g.code, g.count) for g in found] == [("raglai", 30), ("kinh", 20), ("", 6)]
    assert round(found[0].percent, 1) == Decimal("53.6")


def test_the_order_of_groups_does_not_tell_the_sizes_that_are_withheld():
    """Among four small groups the order by size would say who is more than whom. Others come last."""
    small = [("giay", 1), ("ha_nhi", 2), ("raglai", 4), ("cham", 3)]
    members = group("k", 20) + group("x", 30, ethnicity="other")
    for code, number in small:
        members += group(code, number, ethnicity=code)

    found = made(members).ethnicity

    assert [g.code for g in found] == ["kinh", "cham", "giay", "ha_nhi", "raglai", "other"]
    assert [g.count for g in found[1:5]] == [FEW] * 4


def test_disabled_members_are_told_by_degree_and_without_those_who_have_none():
    found = made(group("n", 40) + group("l", 8, disability="mild") + group("s", 5, disability="severe"))

    assert [(g.code, g.count) for g in found.disability] == [("mild", 8), ("severe", 5), ("very_severe", 0)]
    assert found.disabled == 13
