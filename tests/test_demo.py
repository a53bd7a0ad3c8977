"""Sample data: the same from one seed, true to the stated figures, books that add up, faults where they are meant."""

from collections import Counter
from datetime import date

import pytest

from forms import rows, schema
from forms.xlsform import convert
from server.cli.data import REGISTER
from server.demo import document, life, setting
from server.demo.answers import founding, meeting

XLSFORMS = REGISTER.parent / "xlsforms"


def places(province: setting.Province) -> dict[str, list[setting.Place]]:
    """Nine communes a district, the named ones among them."""
    return {
        code: [
            setting.Place(
                known,
                f"{known}@2016-01-01",
                f"Xã {n}",
                n % 2 == 0,
                f"{code}@2016-01-01",
                f"{province.code}@2016-01-01",
                11.5,
                108.9,
            )
            for n, known in enumerate([*province.first.get(code, ()), *(f"9{code}{n}" for n in range(9))])
        ]
        for code in province.years
    }


def clubs(province: setting.Province) -> list[setting.Club]:
    return setting.clubs(province, places(province))


@pytest.fixture(scope="module")
def meeting_form():
    return convert((XLSFORMS / "club_meeting.xlsx").read_bytes())


def test_ninh_thuan_has_the_stated_clubs_to_2020():
    """NT-01, NT-04 to NT-10."""
    founded = [club for club in clubs(setting.NINH_THUAN) if club.founded_on <= date(2020, 12, 31)]

    by_district = Counter(club.place.district_key.split("@")[0] for club in founded)
    assert len(founded) == 20
    assert by_district == {"582": 5, "585": 4, "586": 4, "587": 2, "589": 3, "588": 2}


def test_lai_chau_has_its_25_clubs_and_the_four_pilots():
    """LC-12, LC-14 to LC-17; one district a year late."""
    founded = clubs(setting.LAI_CHAU)

    pilots = {club.place.code for club in founded if club.founded_on.year == 2017}
    assert len([club for club in founded if club.founded_on.year <= 2020]) == 25
    assert pilots == {"03388", "03390", "03589", "03598"}


def test_the_same_seed_gives_the_same_bytes(meeting_form):
    nodes = document.tree(meeting_form.fields)

    def told() -> list[bytes]:
        lived = life.found(clubs(setting.LAI_CHAU)[0], "hạt giống")
        forms = [meeting.filled(lived, month, "1") for month in life.months(lived)]
        return [
            document.write(nodes, f.form_id, "1", f.answers, f.instance_id, f.instance_name) for f in forms
        ]

    assert told() == told()


@pytest.mark.parametrize("province", setting.PROVINCES, ids=lambda province: province.code)
def test_every_month_opens_with_the_closing_of_the_last_unless_meant_otherwise(province):
    for club in clubs(province):
        lived = life.found(club, "sổ quỹ")
        cash, operating = lived.fund, lived.operating
        for month in life.months(lived):
            books = month.books
            assert books.open_cash == cash - (100_000 if books.open_differs else 0)
            assert books.of_open == operating
            assert books.close_cash == books.open_cash + books.principal + books.added - books.disbursed
            assert books.close_cash >= 0
            assert (
                books.open_loans + books.disbursed - books.principal - books.written_off == books.close_loans
            )
            assert books.close_loans == sum(loan.outstanding for loan in lived.loans)
            cash, operating = books.close_cash, books.of_close


def test_every_answer_has_its_question(meeting_form):
    founding_form = convert((XLSFORMS / "club_founding.xlsx").read_bytes())
    known = {
        form.xml_form_id: {field.name for field in form.fields}
        | {f"entity:{e.list_name}" for e in schema.declarations(form.fields)}
        for form in (founding_form, meeting_form)
    }
    for club in clubs(setting.NINH_THUAN)[:6]:
        lived = life.found(club, "câu hỏi")
        for told in (
            founding.filled(lived, "1"),
            *(meeting.filled(lived, month, "1") for month in life.months(lived)),
        ):
            assert set(named(told.answers)) <= known[told.form_id]


def named(answers):
    for name, value in answers.items():
        yield name
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for row in value:
                yield from named(row)


def test_a_document_reads_back_as_it_was_told(meeting_form):
    lived = life.found(clubs(setting.NINH_THUAN)[0], "đọc lại")
    month = next(month for month in life.months(lived) if month.held_on and month.loans)
    told = meeting.filled(lived, month, "1")
    xml = document.write(
        document.tree(meeting_form.fields),
        told.form_id,
        "1",
        told.answers,
        told.instance_id,
        told.instance_name,
    )

    read = rows.read_rows(xml, meeting_form.fields)

    assert not read.problems
    assert read.root["meeting_date"] == month.held_on
    assert len(read.repeats["loans_new"]) == len(month.loans)
    assert read.root["present"] == tuple(one.id for one in month.present)


def test_after_a_month_sent_twice_the_tablet_goes_on_from_what_the_server_holds():
    club = next(one for one in clubs(setting.NINH_THUAN) if one.faults.month_twice)
    lived = life.found(club, 1)
    months = life.months(lived)
    first = next(one for one in months if one.payments)
    loan = first.payments[0].loan
    known = loan.version

    life.sent_twice(lived, first)
    following = next(months)

    assert following.base_version == first.base_version + 2
    assert loan.version >= known + 1
    assert all(one.base_version > known for one in following.payments if one.loan is loan)
