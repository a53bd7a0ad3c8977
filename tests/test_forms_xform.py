"""Facts of an XForm."""

import pytest

from forms.errors import MissingFormID, NotAnXForm
from forms.schema import Choice
from forms.xform import Facts, read_facts
from forms.xlsform import convert

from .workbooks import workbook

XFORM = """<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:odk="http://www.opendatakit.org/xforms" xmlns:entities="http://www.opendatakit.org/xforms/entities">
<h:head><h:title> Sinh hoạt </h:title><model entities:entities-version="2024.1.0">
 <instance>{root}</instance>
 <instance id="clubs" src="jr://file-csv/clubs.csv"/><instance id="s" src="jr://instance/last-saved"/>
 <itext><translation lang="vi"><text id="a"><value form="image">jr://images/ảnh 1.jpg</value>
 <value form="audio">jr://audio/a.mp3</value><value form="image">jr://images/ảnh 1.jpg</value></text>
 </translation></itext>
 {submission}</model></h:head><h:body/></h:html>"""
ROOT = '<data id="club_meeting" version="7"/>'
SETTINGS = """
| settings |
| | form_id | form_title | version | client_editable | public_key | submission_url |
| | f | F | 1 | yes | MIIB | https://example.org/submission |
"""


def xform(root: str = ROOT, submission: str = "") -> bytes:
    return XFORM.format(root=root, submission=submission).encode()


def test_facts_are_read_from_the_bytes_served():
    assert read_facts(xform()) == Facts(
        xml_form_id="club_meeting",
        version="7",
        title="Sinh hoạt",
        encrypted=False,
        entities_version="2024.1.0",
        media=("clubs.csv", "ảnh 1.jpg", "a.mp3"),
        client_editable=False,
        submission_url=None,
    )


def test_a_list_that_search_reads_is_a_file_of_the_form():
    survey = """
    | survey |
    | | type | name | label | appearance |
    | | select_one xa | xa | Xã | minimal search('admin_unit') |
    | choices |
    | | list_name | name | label |
    | | xa | code | name |
    """

    form = convert(workbook(survey))

    assert form.media == ("admin_unit.csv",)
    assert form.fields[0].choices == (Choice("code", {"default": "name"}),)


def test_a_version_may_be_absent():
    assert read_facts(xform('<data id="club_meeting"/>')).version == ""


def test_editing_encryption_and_another_address_are_seen_as_pyxform_writes_them():
    facts = read_facts(
        convert(workbook("| survey |\n| | type | name | label |\n| | text | a | A |", SETTINGS)).xml
    )

    assert facts.client_editable
    assert facts.encrypted
    assert facts.submission_url == "https://example.org/submission"


@pytest.mark.parametrize("xml", [b"<data id='f'/>", b"<html><head/></html>", xform("")])
def test_xml_that_is_no_xform_is_refused(xml):
    with pytest.raises(NotAnXForm):
        read_facts(xml)


def test_an_xform_without_an_id_is_refused():
    with pytest.raises(MissingFormID):
        read_facts(xform("<data/>"))
