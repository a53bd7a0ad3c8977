"""XML from strangers: refused quickly, by name, and never half read."""

import time

import pytest

from forms import submission
from forms.errors import (
    DoctypeRefused,
    MalformedXML,
    MissingFormID,
    TooDeep,
    WrongEncoding,
    XMLTooLarge,
)
from forms.xml import MAX_BYTES, MAX_DEPTH, parse

BILLION_LAUGHS = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>
<data id="f">&c;</data>"""
EXTERNAL_ENTITY = (
    b"""<!-- x --><!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]><data id="f">&e;</data>"""
)

REFUSED = {
    "billion laughs": (BILLION_LAUGHS, DoctypeRefused),
    "external entity": (EXTERNAL_ENTITY, DoctypeRefused),
    "doctype alone": (b"<!DOCTYPE data><data id='f'/>", DoctypeRefused),
    "doctype after a byte order mark": (b"\xef\xbb\xbf<!DOCTYPE data><data id='f'/>", DoctypeRefused),
    "doctype after 100 000 comments": (b"<!-- c -->" * 100_000 + b"<!DOCTYPE d><d/>", DoctypeRefused),
    "entity nobody declared": (b"<data id='f'>&who;</data>", MalformedXML),
    "10 MB of opening tags": (b"<a>" * 3_500_000, TooDeep),
    "10 MB of nesting": (b"<a>" * 1_500_000 + b"</a>" * 1_500_000, TooDeep),
    "nesting the parser would allow": (b"<a>" * (MAX_DEPTH + 1) + b"</a>" * (MAX_DEPTH + 1), TooDeep),
    "10 MB in one attribute": (b'<data id="' + b"a" * 10_500_000 + b'"/>', MalformedXML),
    "more bytes than any submission": (b"<data>" + b" " * MAX_BYTES + b"</data>", XMLTooLarge),
    "a NUL": (b"<data id='f'>\0</data>", MalformedXML),
    "cut off in an element": (b"<data id='f'><q>31", MalformedXML),
    "cut off in a tag": (b"<data id='f'><q", MalformedXML),
    "nothing": (b"", MalformedXML),
    "white space": (b" \r\n", MalformedXML),
    "two roots": (b"<a/><b/>", MalformedXML),
    "a prefix nobody declared": (b"<orx:data id='f'/>", MalformedXML),
    "UTF-16 with its mark": ("<data id='f'/>".encode("utf-16"), WrongEncoding),
    "UTF-16 without a mark": ("<data id='f'/>".encode("utf-16-be"), WrongEncoding),
    "UTF-32": ("<data id='f'/>".encode("utf-32"), WrongEncoding),
    "an encoding that hides tags": (b"<?xml version='1.0' encoding='UTF-7'?><data id='f'/>", WrongEncoding),
    "declared as Latin-1": (b"<?xml version='1.0' encoding='ISO-8859-1'?><d/>", WrongEncoding),
    "Latin-1 not declared": ("<data id='f'>Hà</data>".encode("latin-1"), WrongEncoding),
}


@pytest.mark.parametrize("case", REFUSED)
def test_hostile_or_broken_xml_is_refused_by_name_within_a_second(case):
    xml, error = REFUSED[case]
    started = time.process_time()

    with pytest.raises(error):
        parse(xml)

    assert time.process_time() - started < 1


def test_nesting_up_to_the_limit_is_read():
    root = parse(b"<a>" * MAX_DEPTH + b"</a>" * MAX_DEPTH)

    assert root.tag == "a"


@pytest.mark.parametrize(
    "xml",
    [
        b"\xef\xbb\xbf<data id='f'>H\xc3\xa0</data>",
        b"<?xml version='1.0' encoding='utf-8'?>\r\n<data id='f'>H\xc3\xa0</data>\r\n",
        b"<?xml version='1.0'?><!-- from a phone --><?pi x?><data id='f'>H<!-- ! -->\xc3\xa0</data>",
    ],
    ids=["byte order mark", "CRLF", "comments"],
)
def test_harmless_habits_of_clients_are_accepted(xml):
    assert parse(xml).text == "Hà"


def test_the_word_doctype_in_an_answer_is_no_doctype():
    assert parse(b"<data><![CDATA[<!DOCTYPE html>]]></data>").text == "<!DOCTYPE html>"


def test_a_submission_without_a_form_id_is_refused():
    with pytest.raises(MissingFormID):
        submission.read(b"<data version='1'/>")
    with pytest.raises(MissingFormID):
        submission.read(b"<data id='  '/>")


def test_every_error_speaks_vietnamese_and_english():
    for error in (DoctypeRefused(), MalformedXML("line 1"), MissingFormID(), TooDeep(), WrongEncoding()):
        assert error.code
        assert error.message_vi != error.message_en
        assert error.message_en.endswith(".")
