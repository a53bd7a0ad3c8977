"""The register in the database: which unit a code means on a day, and what became of it."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from server.db import Database
from server.errors import UnitNotFound
from server.models import Unit, UnitClosure, UnitLink
from server.services import unit

ROOT = Path(__file__).parent.parent
REGISTER = ROOT / "register"
SAMPLE_PROVINCES = ("12", "34", "58")
BEFORE, AFTER = date(2020, 12, 31), date(2025, 7, 1)


@pytest.fixture(scope="module")
def register(shared_database: Database) -> Iterator[Session]:
    """A database that holds the register and nothing else; no test here writes to it."""
    with Session(shared_database.writer) as session:
        unit.load(session, REGISTER)
        session.commit()
        yield session


def names(successors: list[unit.Successor]) -> list[tuple[str, bool]]:
    return [(one.unit.full_name, one.is_partial) for one in successors]


def test_one_code_names_two_units_on_two_days(register):
    assert unit.get_at(register, "03388", date(2025, 6, 30)).full_name == "Phường Quyết Tiến"
    assert unit.get_at(register, "03388", date(2025, 7, 1)).full_name == "Phường Đoàn Kết"


def test_a_unit_on_a_day_takes_one_query(register):
    queries: list[str] = []
    event.listen(register.bind, "before_cursor_execute", lambda *args: queries.append(args[2]))

    assert unit.at(register, "582", BEFORE).full_name == "Thành phố Phan Rang - Tháp Chàm"

    assert len(queries) == 1


def test_an_abolished_code_is_not_found_after_its_end(register):
    assert unit.at(register, "585", AFTER) is None
    with pytest.raises(UnitNotFound) as error:
        unit.get_at(register, "585", AFTER)
    assert "585" in error.value.message("vi")
    assert "01/07/2025" in error.value.message("vi")


@pytest.mark.parametrize(
    ("code", "new_name"),
    [
        ("03388", "Phường Đoàn Kết"),
        ("03390", "Xã Bình Lư"),
        ("03598", "Xã Tân Uyên"),
        ("03589", "Xã Phong Thổ"),
    ],
)
def test_the_four_pilot_communes_of_lai_chau_have_one_successor_each(register, code, new_name):
    old = unit.get_at(register, code, date(2017, 8, 1))

    assert names(unit.became(register, old, AFTER)) == [(new_name, False)]


def test_a_split_ward_becomes_two_units_and_neither_whole(register):
    dong_hai = unit.get_at(register, "22768", BEFORE)

    assert names(unit.became(register, dong_hai, AFTER)) == [
        ("Phường Đông Hải", True),
        ("Xã Phước Dinh", True),
    ]


def test_a_commune_that_moved_to_another_district_keeps_its_trail(register):
    before = unit.get_at(register, "03397", date(2017, 8, 1))

    after = unit.became(register, before, date(2021, 1, 1))

    assert names(after) == [("Xã Sùng Phài", False)]
    assert unit.lineage(register, before)[2].full_name == "Huyện Tam Đường"
    assert unit.lineage(register, after[0].unit)[2].full_name == "Thành phố Lai Châu"


def test_a_chain_of_two_reforms_is_followed_to_its_end(register):
    thanh_son = unit.get_at(register, "22750", BEFORE)

    assert thanh_son.full_name == "Phường Thanh Sơn"
    assert names(unit.became(register, thanh_son, date(2024, 12, 1))) == [("Phường Phủ Hà", False)]
    assert names(unit.became(register, thanh_son, AFTER)) == [("Phường Phan Rang", False)]


def test_a_unit_that_still_stands_became_itself(register):
    lai_chau = unit.get_at(register, "12", BEFORE)

    assert names(unit.became(register, lai_chau, AFTER)) == [("Tỉnh Lai Châu", False)]
    assert names(unit.was(register, lai_chau, BEFORE)) == [("Tỉnh Lai Châu", False)]


def test_a_district_ended_without_a_successor(register):
    assert unit.became(register, unit.get_at(register, "585", BEFORE), AFTER) == []


def test_a_new_commune_was_several_old_ones_across_a_district_line(register):
    do_vinh = unit.get_at(register, "22738", AFTER)

    before = unit.was(register, do_vinh, BEFORE)

    assert names(before) == [("Phường Đô Vinh", False), ("Xã Nhơn Sơn", False)]
    assert {unit.lineage(register, one.unit)[2].name for one in before} == {
        "Phan Rang - Tháp Chàm",
        "Ninh Sơn",
    }


def test_ninh_thuan_became_a_part_of_khanh_hoa(register):
    ninh_thuan = unit.get_at(register, "58", BEFORE)

    assert [(s.unit.code, s.unit.full_name) for s in unit.became(register, ninh_thuan, AFTER)] == [
        ("56", "Tỉnh Khánh Hòa")
    ]


def test_many_units_are_traced_with_one_query(register):
    old = [unit.get_at(register, code, BEFORE).id for code in ("22768", "22738", "585")]
    queries: list[str] = []
    event.listen(register.bind, "before_cursor_execute", lambda *args: queries.append(args[2]))

    traced = unit.trace(register, old, AFTER)

    assert len(queries) == 1
    assert {unit_id: len(ends) for unit_id, ends in traced.items()} == {old[0]: 2, old[1]: 1}


def test_lineage_leads_from_the_nation_to_the_commune(register):
    nhon_son = unit.get_at(register, "22831", BEFORE)

    assert [one.level for one in unit.lineage(register, nhon_son)] == ["n", "p", "d", "c"]


@pytest.mark.parametrize(
    ("code", "on", "districts", "communes"),
    [
        ("58", date(2020, 12, 31), 7, 65),
        ("58", date(2024, 11, 1), 7, 62),
        ("12", date(2017, 12, 31), 8, 108),  # LC-03: 8 districts and towns
        ("12", date(2020, 3, 1), 8, 106),
        ("34", date(2017, 12, 31), 8, 286),
        ("12", AFTER, 0, 38),
        ("34", date(2020, 12, 31), 8, 260),
        ("34", date(2025, 1, 1), 8, 242),
        ("56", AFTER, 0, 65),
        ("33", AFTER, 0, 104),
    ],
)
def test_units_in_force_below_a_province(register, code, on, districts, communes):
    province = unit.get_at(register, code, on)

    assert len(unit.children(register, province, on, "d")) == districts
    assert len(unit.children(register, province, on, "c")) == communes


def test_the_nation_had_63_provinces_and_has_34(register):
    nation = unit.get_at(register, "VN", BEFORE)

    assert len(unit.children(register, nation, BEFORE, "p")) == 63
    assert len(unit.children(register, nation, AFTER, "p")) == 34


def test_a_subtree_holds_the_unit_itself_and_all_below(register):
    bac_ai = unit.get_at(register, "584", BEFORE)

    below = register.scalars(select(Unit.code).where(Unit.id.in_(unit.subtree_ids(bac_ai.id)))).all()

    assert len(below) == 10  # the district and its nine communes
    assert "584" in below


@pytest.mark.parametrize("text", ["03388", "@2016-01-01", "03388@1/1/2016", ""])
def test_a_text_that_is_no_unit_key_is_refused_with_an_example(text):
    with pytest.raises(unit.BadUnitKey) as error:
        unit.parse_key(text)
    assert "03388@2016-01-01" in error.value.message("vi")


def test_a_unit_key_and_its_unit_lead_to_each_other(register):
    code, valid_from = unit.parse_key("03388@2025-07-01")

    found = unit.get(register, code, valid_from)

    assert found.full_name == "Phường Đoàn Kết"
    assert unit.key_of(found) == "03388@2025-07-01"
    with pytest.raises(UnitNotFound):
        unit.get(register, "03388", date(2019, 1, 1))


def test_loading_again_changes_nothing(session):
    first = unit.load(session, REGISTER)
    ids = set(session.scalars(select(Unit.id)))

    second = unit.load(session, REGISTER)

    assert first.changed == first.units + first.links
    assert (second.units, second.links, second.changed) == (first.units, first.links, 0)
    assert set(session.scalars(select(Unit.id))) == ids


def test_a_corrected_row_is_updated_in_place(session, tmp_path):
    unit.load(session, REGISTER)
    before = unit.get_at(session, "22831", BEFORE).id
    for name in ("unit.csv", "unit_link.csv"):
        text = (REGISTER / name).read_text(encoding="utf-8").replace("Xã Nhơn Sơn", "Xã Nhơn Sơn Mới")
        (tmp_path / name).write_text(text, encoding="utf-8")

    assert unit.load(session, tmp_path).changed == 1

    assert unit.get_at(session, "22831", BEFORE).id == before
    assert unit.get_at(session, "22831", BEFORE).full_name == "Xã Nhơn Sơn Mới"


def test_a_register_that_contradicts_itself_is_refused_whole(session, tmp_path):
    header = (REGISTER / "unit.csv").read_text(encoding="utf-8").splitlines()[0]
    rows = [
        "VN,2016-01-01,,n,Việt Nam,Việt Nam,quoc_gia,,,,,,,",
        "58,2016-01-01,,p,Ninh Thuận,Tỉnh Ninh Thuận,tinh,VN,2016-01-01,,,,,",
        "58,2020-01-01,2019-01-01,p,Ninh Thuận,Tỉnh Ninh Thuận,tinh,XX,2016-01-01,,,,,",
    ]
    (tmp_path / "unit.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    link = "old_code,old_valid_from,new_code,new_valid_from,partial,basis\n58,2016-01-01,99,2025-07-01,0,\n"
    (tmp_path / "unit_link.csv").write_text(link, encoding="utf-8")

    with pytest.raises(unit.RegisterInvalid) as error:
        unit.load(session, tmp_path)

    told = error.value.message("vi")
    assert "unknown parent XX@2016-01-01" in told
    assert "two states on 2020-01-01" in told
    assert "ends before 2020-01-01" in told
    assert "99@2025-07-01" in told
    assert session.scalar(select(func.count(Unit.id))) == 0


def test_every_unit_lies_below_itself_and_every_link_goes_forwards(register):
    itself = select(func.count()).where(UnitClosure.ancestor_id == UnitClosure.descendant_id)
    assert register.scalar(itself) == register.scalar(select(func.count(Unit.id)))

    for link in register.scalars(select(UnitLink)):
        assert register.get(Unit, link.old_id).valid_to < register.get(Unit, link.new_id).valid_from


def test_the_forms_list_of_places_is_the_registers(register):
    out = io.StringIO()

    written = unit.write_form_csv(register, SAMPLE_PROVINCES, out)

    kept = (ROOT / "xlsforms/media/admin_unit.csv").read_text(encoding="utf-8")
    assert out.getvalue() == kept
    assert written == len(kept.splitlines()) - 1 < 900


def test_every_place_of_the_forms_list_hangs_together():
    with (ROOT / "xlsforms/media/admin_unit.csv").open(newline="", encoding="utf-8") as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}

    for row in rows.values():
        assert row["name"] == f"{row['code']}@{row['valid_from']}"
        assert row["province"] in rows
        assert row["level"] == "p" or rows[row["parent"]]["province"] == row["province"]
        assert not row["district"] or rows[row["district"]]["level"] == "d"
        assert row["valid_from"] <= row["valid_to"]
    do_vinh = rows["22738@2025-07-01"]
    assert (do_vinh["parent"], do_vinh["district"], do_vinh["valid_to"]) == (
        "56@2025-07-01",
        "",
        "9999-12-31",
    )
    assert rows["22738@2016-01-01"]["district"] == "582@2016-01-01"
