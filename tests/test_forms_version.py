"""Another version for an XForm and for its workbook: that one place changes, and nothing else."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from forms.errors import NotAnXForm
from forms.xform import read_facts
from forms.xform_version import with_version
from forms.xlsform import convert
from forms.xlsform import version as workbook_version
from tests.builders import VISIT, converted

XLSFORMS = Path(__file__).parents[1] / "xlsforms"
HEAD = '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head>'


def xform(instance: str, before: str = "") -> bytes:
    text = f"{HEAD}<h:title>Thử</h:title><model>{before}<instance>{instance}</instance></model></h:head></h:html>"
    return text.encode()


def test_only_the_version_of_the_primary_instance_changes():
    made, _ = converted(VISIT)

    changed = with_version(made.xml, "2026112202")

    assert read_facts(changed).version == "2026112202"
    assert changed.replace(b'version="2026112202"', b'version="v1"', 1) == made.xml


@pytest.mark.parametrize(
    ("instance", "expected"),
    [
        ('<data id="a"/>', '<data version="2" id="a"/>'),
        ("<data id='a' version='1'><x/></data>", "<data id='a' version=\"2\"><x/></data>"),
        ('<data id="a version=1" version = "1"/>', '<data id="a version=1" version="2"/>'),
        ('<data\n  id="ă>ề"\n  version=""\n/>', '<data\n  id="ă>ề"\n  version="2"\n/>'),
        (
            '<data id="a" orx:version="1" xmlns:orx="x"/>',
            '<data version="2" id="a" orx:version="1" xmlns:orx="x"/>',
        ),
    ],
)
def test_the_attribute_is_found_however_it_is_written(instance, expected):
    assert with_version(xform(instance), "2") == xform(expected)


def test_texts_before_the_instance_and_other_instances_are_left_alone():
    before = '<!-- <instance><data id="x" version="9"/></instance> --><itext note="Tiếng Việt"/>'
    lists = '</instance><instance id="l"><root version="1"/>'
    form = xform('<data id="a" version="1"/>' + lists, before)

    assert with_version(form, "2") == form.replace(b'id="a" version="1"', b'id="a" version="2"')


def test_a_version_is_written_as_text_of_an_attribute():
    changed = with_version(xform('<data id="a" version="1"/>'), 'a<b&"c"')

    assert read_facts(changed).version == 'a<b&"c"'


def test_what_is_no_form_is_refused():
    with pytest.raises(NotAnXForm):
        with_version(b"<html><head><model><instance/></model></head></html>", "2")


@pytest.mark.parametrize("name", ["club_founding", "club_meeting", "member_survey"])
def test_a_workbook_under_another_version_gives_the_very_text_under_that_version(name):
    workbook = (XLSFORMS / f"{name}.xlsx").read_bytes()

    changed = workbook_version.with_version(workbook, "2099010101")

    assert convert(changed).xml == with_version(convert(workbook).xml, "2099010101")


def test_a_workbook_keeps_every_other_file_in_it_byte_for_byte():
    workbook = (XLSFORMS / "club_meeting.xlsx").read_bytes()

    changed = workbook_version.with_version(workbook, "2099010101")

    old, new = (zipfile.ZipFile(io.BytesIO(one)) for one in (workbook, changed))
    assert old.namelist() == new.namelist()
    assert len([one for one in old.namelist() if old.read(one) != new.read(one)]) == 1
    sheet = openpyxl.load_workbook(io.BytesIO(changed))["settings"]
    assert "2099010101" in [cell.value for cell in sheet[2]]


def test_a_version_that_excel_computes_is_left_to_a_person():
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        survey, settings = book.add_worksheet("survey"), book.add_worksheet("settings")
        survey.write_row(0, 0, ["type", "name", "label"])
        survey.write_row(1, 0, ["text", "note", "Ghi chú"])
        settings.write_row(0, 0, ["form_id", "version"])
        settings.write(1, 0, "visit")
        settings.write_formula(1, 1, "=2026112200+1", None, 2026112201)

    assert workbook_version.with_version(file.getvalue(), "2099010101") is None
