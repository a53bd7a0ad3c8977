"""A submission with other answers: what was asked for changes, and nothing else."""

import pytest

from forms import submission
from forms.amend import amend

SENT = """<?xml version='1.0' encoding='UTF-8'?>
<data xmlns:orx="http://openrosa.org/xforms" id="f" version="1"><club><name>CLB A</name></club><note>giữ nguyên</note>
<orx:meta><orx:instanceID>uuid:1</orx:instanceID><entity dataset="clubs" id="x" create="1"><label>CLB A</label></entity>
</orx:meta></data>""".encode()


def test_an_answer_changes_and_the_text_replaces_the_one_it_was_made_from():
    made = submission.read(amend(SENT, {("club", "name"): "CLB Bình & Minh"}, "uuid:2", "uuid:1"))

    assert (made.instance_id, made.deprecated_id, made.xml_form_id, made.version) == (
        "uuid:2",
        "uuid:1",
        "f",
        "1",
    )
    assert made.root.findtext("club/name") == "CLB Bình & Minh"
    assert made.root.findtext("note") == "giữ nguyên"


def test_a_question_that_was_left_blank_gets_its_group_and_one_taken_back_loses_its_text():
    made = submission.read(
        amend(SENT, {("decision", "no"): "12", ("club", "name"): "", ("x", "y"): ""}, "uuid:2", "uuid:1")
    )

    assert made.root.findtext("decision/no") == "12"
    assert made.root.findtext("club/name") == ""
    assert made.root.find("x") is None


def test_the_label_of_the_entity_follows_and_an_edit_of_an_edit_names_the_newer():
    once = amend(SENT, {}, "uuid:2", "uuid:1", {"clubs": "CLB B", "members": "không có"})
    twice = submission.read(amend(once, {}, "uuid:3", "uuid:2"))

    assert b"<label>CLB B</label>" in once
    assert (twice.instance_id, twice.deprecated_id) == ("uuid:3", "uuid:2")


def test_text_that_xml_cannot_hold_is_refused():
    with pytest.raises(ValueError, match="XML compatible"):
        amend(SENT, {("club", "name"): "a\x01"}, "uuid:2", "uuid:1")
