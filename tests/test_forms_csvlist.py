"""Entity lists as Collect reads them."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.csvlist import CHUNK_CHARACTERS, ListRow, write_list
from forms.errors import PropertyNameRefused


def read(pieces) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(pieces).decode(), newline="")))


def test_a_list_has_its_three_columns_then_the_properties_in_order():
    rows = [ListRow("u1", 'CLB "Đông", thôn 1', 3, {"village": "Đông\nTây", "phase": "p3", "other": "x"})]

    data = b"".join(write_list(["phase", "village", "status"], rows))

    assert data.decode() == (
        'name,label,__version,phase,village,status\r\nu1,"CLB ""Đông"", thôn 1",3,p3,"Đông\nTây",\r\n'
    )


def test_an_empty_list_still_has_its_header():
    assert b"".join(write_list([], [])) == b"name,label,__version\r\n"


@pytest.mark.parametrize("name", ["a;b", "name", "LABEL", "__version", "1a", ""])
def test_a_property_name_that_spoils_the_list_is_refused_before_anything_is_written(name):
    with pytest.raises(PropertyNameRefused):
        write_list(["village", name], [])


def test_a_long_list_comes_in_pieces_and_is_read_as_it_is_written():
    asked = 0

    def rows():
        nonlocal asked
        for number in range(20_000):
            asked = number
            yield ListRow(f"u{number}", "Nhãn", 1, {"village": "Thôn"})

    pieces = write_list(["village"], rows())
    first = next(pieces)

    assert asked < 5_000
    assert len(first) < 2 * CHUNK_CHARACTERS
    assert len(read([first, *pieces])) == 20_001


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(label=TEXT, value=TEXT)
def test_any_text_comes_back_as_it_was(label, value):
    pieces = write_list(["village"], [ListRow("u", label, 1, {"village": value})])

    assert read(pieces)[1] == ["u", label, "1", value]
