"""The envelope of a submission."""

import uuid

from forms import submission
from forms.schema import Field

ENCRYPTED = b"""<data xmlns="http://opendatakit.org/submissions" id="club_meeting" version="3" encrypted="yes">
<base64EncryptedKey>abc</base64EncryptedKey>
<orx:meta xmlns:orx="http://openrosa.org/xforms"><orx:instanceID>uuid:e1</orx:instanceID></orx:meta>
<media><file>1.jpg.enc</file><file>audit.csv.enc</file></media>
<encryptedXmlFile>submission.xml.enc</encryptedXmlFile></data>"""


def filled(meta: str, root: str = 'id="club_meeting" version="2026112201"') -> bytes:
    return f"<?xml version='1.0'?><data {root}><n_present>31</n_present><meta>{meta}</meta></data>".encode()


def test_an_envelope_says_which_form_version_and_instance():
    xml = filled(
        "<instanceID>uuid:new</instanceID><instanceName>CLB Thôn Đông</instanceName>"
        "<deprecatedID>uuid:old</deprecatedID><audit>audit.csv</audit>"
    )

    envelope = submission.read(xml)

    assert (envelope.xml_form_id, envelope.version) == ("club_meeting", "2026112201")
    assert (envelope.instance_id, envelope.instance_id_derived) == ("uuid:new", False)
    assert envelope.instance_name == "CLB Thôn Đông"
    assert envelope.deprecated_id == "uuid:old"
    assert envelope.audit == "audit.csv"
    assert not envelope.encrypted
    assert envelope.xml is xml


def test_what_a_submission_leaves_out_is_absent():
    envelope = submission.read(filled("<instanceID> uuid:new </instanceID><deprecatedID/>", 'id="Đợt 1/2"'))

    assert envelope.xml_form_id == "Đợt 1/2"
    assert envelope.version == ""
    assert envelope.instance_id == "uuid:new"
    assert (envelope.instance_name, envelope.deprecated_id, envelope.audit) == (None, None, None)


def test_meta_is_found_in_any_namespace_and_so_is_the_root():
    xml = b"""<ns:club xmlns:ns="urn:mine" id="f"><orx:meta xmlns:orx="http://openrosa.org/xforms">
    <orx:instanceID>uuid:1</orx:instanceID></orx:meta></ns:club>"""

    assert submission.read(xml).instance_id == "uuid:1"


def test_meta_of_an_entity_inside_a_repeat_is_not_the_envelope():
    xml = b'<d id="f"><m><meta><instanceID>uuid:inner</instanceID></meta></m></d>'

    assert submission.read(xml).instance_id_derived


def test_a_missing_instance_id_is_derived_and_stays_the_same():
    first = submission.read(filled(""))
    again = submission.read(filled(""))
    other = submission.read(filled("<instanceID/><instanceName>x</instanceName>"))

    assert first.instance_id_derived
    assert first.instance_id == again.instance_id
    assert other.instance_id_derived
    assert other.instance_id != first.instance_id
    assert uuid.UUID(first.instance_id.removeprefix("uuid:")).version == 4


def test_an_encrypted_submission_names_its_files_with_the_xml_last():
    envelope = submission.read(ENCRYPTED)

    assert envelope.encrypted
    assert envelope.instance_id == "uuid:e1"
    assert submission.expected_attachments(ENCRYPTED, ()) == (
        "1.jpg.enc",
        "audit.csv.enc",
        "submission.xml.enc",
    )


def test_expected_attachments_are_the_answers_of_binary_questions():
    fields = (
        Field(("photo",), "photo", "binary"),
        Field(("members",), "members", "repeat"),
        Field(("members", "m_photo"), "m_photo", "binary", ("members",)),
        Field(("remarks",), "remarks", "string"),
        Field(("meta", "audit"), "audit", "binary"),
    )
    xml = """<d id="f"><photo>ả.jpg</photo><members><m_photo>1.jpg</m_photo></members>
    <members><m_photo/></members><members><m_photo>1.jpg</m_photo></members><remarks>2.jpg</remarks>
    <meta><audit>audit.csv</audit></meta></d>""".encode()

    names = submission.expected_attachments(xml, fields)

    assert names == ("ả.jpg", "1.jpg", "audit.csv")
