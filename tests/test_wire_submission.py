"""Submissions as Collect sends them and other clients may: bodies, answers, repeats, files, edits, on a real socket."""

import hashlib
import unicodedata

import pytest
from lxml import etree
from sqlalchemy import select

from server.blobs import BlobStore
from server.models import Quarantine, Submission, SubmissionAttachment, SubmissionVersion
from server.services import form
from tests.builders import BOUNDARY, CONTENT_TYPE, multipart, new_instance_id, publish, submission
from tests.wire import SUCCESS

pytestmark = pytest.mark.database


def versions(wire, instance_id):
    """Texts that were stored under an instance ID."""
    with wire.database.reading() as session:
        return session.scalars(
            select(SubmissionVersion).where(SubmissionVersion.instance_id == instance_id)
        ).all()


def files(wire, instance_id):
    """The files of a submission: name → (SHA-256, size, expected, current), one row of a name that has several."""
    with wire.database.reading() as session:
        rows = session.scalars(
            select(SubmissionAttachment)
            .join(SubmissionVersion, SubmissionVersion.id == SubmissionAttachment.submission_version_id)
            .where(SubmissionVersion.instance_id == instance_id)
            .order_by(SubmissionAttachment.id)
        ).all()
    return {row.name: row for row in rows if row.is_current}


def held(wire, xml):
    """Why these bytes are kept aside; None when they are not."""
    with wire.database.reading() as session:
        digest = hashlib.sha256(xml).hexdigest()
        return session.scalar(select(Quarantine.reason).where(Quarantine.xml_sha256 == digest))


def taken(answer):
    """Whether Collect would mark the form as sent, and show that in its own words."""
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    return answer.status == 201 and SUCCESS in answer.text


def refused(answer, status):
    """What the enumerator is shown: the text of the first message without a prefix."""
    assert answer.status == status
    root = etree.fromstring(answer.body)
    assert root.nsmap == {None: "http://openrosa.org/http/response"}
    return root[0].text


# Before a submission


def test_head_is_204_with_how_much_one_request_should_hold_and_leads_nowhere_else(shared_wire):
    answer = shared_wire.head()

    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["x-openrosa-accept-content-length"] == "10485760"
    assert answer.headers["x-openrosa-version"] == "1.0"
    assert "location" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


def test_get_and_other_methods_at_the_submission_address_do_no_harm(shared_wire):
    before = shared_wire.count(Submission)

    for method in ("GET", "PUT", "DELETE", "PATCH"):
        answer = shared_wire.ask(method, f"{shared_wire.base}/submission", headers=shared_wire.headers)
        refused(answer, 405)
    assert shared_wire.count(Submission) == before


# The body


def test_a_body_is_kept_byte_for_byte_with_who_sent_it_and_from_what(shared_wire):
    instance_id = new_instance_id()
    xml = submission({"note": "bún  chả\t&amp; nem"}, instance_id=instance_id).replace(b"><", b">\r\n <")

    assert taken(shared_wire.post(multipart(xml)))
    (stored,) = versions(shared_wire, instance_id)
    assert stored.xml == xml
    assert (stored.device_id, stored.actor_id) == ("x:y", shared_wire.actor_id)
    assert stored.user_agent.startswith("org.odk.collect.android/v2026.2.1")


def test_a_device_id_that_is_missing_or_very_long_is_no_reason_to_refuse(shared_wire):
    for query, kept in (("", None), ("?deviceID=", None), ("?deviceID=" + "x" * 900, "x" * 255)):
        instance_id = new_instance_id()
        body = multipart(submission(instance_id=instance_id))
        answer = shared_wire.ask(
            "POST", f"{shared_wire.base}/submission{query}", body, {"Content-Type": CONTENT_TYPE}
        )
        assert taken(answer)
        assert versions(shared_wire, instance_id)[0].device_id == kept


def test_files_may_come_before_the_xml(shared_wire):
    instance_id = new_instance_id()
    body = multipart(
        submission({"photo": "1.jpg"}, instance_id=instance_id), [("1.jpg", b"a")], xml_last=True
    )

    assert taken(shared_wire.post(body))
    assert files(shared_wire, instance_id)["1.jpg"].size == 1


@pytest.mark.parametrize(
    "media_type", [b"application/xml", b"text/xml; charset=utf-8", b"application/octet-stream"]
)
def test_the_xml_part_may_be_of_another_type(shared_wire, media_type):
    body = multipart(submission()).replace(b"text/xml", media_type, 1)

    assert taken(shared_wire.post(body))


@pytest.mark.parametrize(
    "filename", [b'; filename=""', b"", b'; filename="Th\xc4\x83m h\xe1\xbb\x99_2026-11-22.xml"']
)
def test_the_name_of_the_xml_file_means_nothing(shared_wire, filename):
    body = multipart(submission()).replace('; filename="bài.xml"'.encode(), filename, 1)

    assert taken(shared_wire.post(body))


@pytest.mark.parametrize(
    "name",
    [
        'ảnh "1".jpg',
        "a\\b.jpg",
        "100% thật.jpg",
        "../../etc/passwd",
        "C:\\x\\y.jpg",
        ".hidden",
        "a;b=c.jpg",
        "Photo.JPG",
        "ếặỗ" * 80 + ".jpg",
        "a\r\nb.jpg",
    ],
)
@pytest.mark.parametrize("spelling", ["NFC", "NFD"])
def test_any_file_name_comes_through(shared_wire, name, spelling):
    instance_id, sent = new_instance_id(), unicodedata.normalize(spelling, name)
    body = multipart(submission(instance_id=instance_id), [(sent, b"content")])

    assert taken(shared_wire.post(body))
    (kept,) = files(shared_wire, instance_id).values()
    assert kept.name == unicodedata.normalize("NFC", name)
    assert kept.original_name == sent
    assert BlobStore(shared_wire.data / "blobs").read(kept.sha256) == b"content"


def test_a_name_in_the_xml_and_its_file_meet_whatever_their_spelling(shared_wire):
    for in_xml, in_file in (("NFC", "NFD"), ("NFD", "NFC")):
        instance_id, name = new_instance_id(), "ảnh ruộng.jpg"
        xml = submission({"photo": unicodedata.normalize(in_xml, name)}, instance_id=instance_id)

        assert taken(shared_wire.post(multipart(xml, [(unicodedata.normalize(in_file, name), b"x")])))
        (only,) = files(shared_wire, instance_id).values()
        assert (only.is_expected, only.size) == (True, 1)


def test_names_are_case_sensitive_as_on_the_tablet(shared_wire):
    instance_id = new_instance_id()
    body = multipart(submission(instance_id=instance_id), [("A.jpg", b"1"), ("a.jpg", b"22")])

    assert taken(shared_wire.post(body))
    assert {name: row.size for name, row in files(shared_wire, instance_id).items()} == {
        "A.jpg": 1,
        "a.jpg": 2,
    }


def test_a_file_without_a_byte_and_one_the_form_does_not_name_are_kept(shared_wire):
    instance_id = new_instance_id()
    body = multipart(
        submission({"photo": "1.jpg"}, instance_id=instance_id), [("1.jpg", b""), ("note.txt", b"extra")]
    )

    assert taken(shared_wire.post(body))
    kept = files(shared_wire, instance_id)
    assert (kept["1.jpg"].size, kept["1.jpg"].is_expected) == (0, True)
    assert (kept["note.txt"].size, kept["note.txt"].is_expected) == (5, False)


def test_a_part_name_that_is_not_the_file_name_counts_as_centrals_does(shared_wire):
    instance_id = new_instance_id()
    body = multipart(submission({"photo": "1.jpg"}, instance_id=instance_id), [("1.jpg", b"x")])
    body = body.replace(b'name="1.jpg"; filename="1.jpg"', b'name="1.jpg"; filename="other.jpg"')

    assert taken(shared_wire.post(body))
    assert list(files(shared_wire, instance_id)) == ["1.jpg"]


def test_a_preamble_an_epilogue_and_unknown_fields_are_passed_over(shared_wire):
    field = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="Date"\r\n\r\nnow\r\n'.encode()

    assert taken(shared_wire.post(b"preamble\r\n" + field + multipart(submission()) + b"epilogue"))


def test_a_quoted_boundary_and_a_chunked_body_are_taken(shared_wire):
    body = multipart(submission())

    assert taken(shared_wire.post(body, f'multipart/form-data; boundary="{BOUNDARY}"'))
    pieces = (body[start : start + 7] for start in range(0, len(body), 7))
    assert taken(shared_wire.post(pieces))


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{}"),
        ("", b""),
        ("text/xml", submission()),
        ("multipart/form-data", multipart(submission())),
        (CONTENT_TYPE, b""),
        (CONTENT_TYPE, multipart(submission())[:-20]),
        (CONTENT_TYPE, multipart(None, [("1.jpg", b"x")])),
        (CONTENT_TYPE.replace("-", "_"), multipart(submission())),
    ],
)
def test_a_body_that_is_no_submission_is_400_in_words_and_leaves_nothing(shared_wire, content_type, body):
    before = shared_wire.count(Submission)

    said = refused(shared_wire.post(body, content_type), 400)

    assert "Bài gửi" in said or "bài gửi" in said or "Đường truyền" in said
    assert shared_wire.count(Submission) == before
    assert list((shared_wire.data / "blobs" / "incoming").iterdir()) == []


# What the XML says


@pytest.mark.parametrize(
    "meta",
    [
        "<meta><instanceID>{}</instanceID></meta>",
        '<meta xmlns="http://openrosa.org/xforms"><instanceID>{}</instanceID></meta>',
        '<x:meta xmlns:x="http://openrosa.org/xforms"><x:instanceID>{}</x:instanceID></x:meta>',
        "<meta><instanceID>\n {} \n</instanceID></meta>",
    ],
)
def test_meta_is_found_by_its_local_name(shared_wire, meta):
    instance_id = new_instance_id()
    xml = f'<data id="visit" version="v1">{meta.format(instance_id)}</data>'.encode()

    assert taken(shared_wire.post(multipart(xml)))
    assert len(versions(shared_wire, instance_id)) == 1


def test_a_root_in_a_namespace_is_read(shared_wire):
    instance_id = new_instance_id()
    xml = (
        f'<a:visit xmlns:a="http://example.org/v" id="visit" version="v1"><meta><instanceID>{instance_id}'
        "</instanceID></meta></a:visit>"
    ).encode()

    assert taken(shared_wire.post(multipart(xml)))
    assert versions(shared_wire, instance_id)[0].xml == xml


@pytest.mark.parametrize(
    ("xml", "status", "reason"),
    [
        (b"<data id='visit'><a></data>", 400, "malformed_xml"),
        (b"", 400, "malformed_xml"),
        (b"<data/>", 400, "missing_form_id"),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><data id='visit'>&a;</data>", 400, "doctype_refused"),
        (b"<data id='visit'>" + b"<a>" * 600 + b"</a>" * 600 + b"</data>", 400, "too_deep"),
        ("<data id='visit'>ă</data>".encode("utf-16"), 400, None),
        (submission(xml_form_id="nobody"), 404, "unknown_form"),
        (submission(xml_form_id="Visit"), 404, "unknown_form"),
    ],
)
def test_what_cannot_be_taken_is_kept_byte_for_byte_and_the_sender_told(shared_wire, xml, status, reason):
    said = refused(shared_wire.post(multipart(xml, [("1.jpg", b"photo")])), status)

    assert "giữ riêng" in said
    assert held(shared_wire, xml) == reason or reason is None
    assert held(shared_wire, xml) is not None
    blobs = BlobStore(shared_wire.data / "blobs")
    assert blobs.read(hashlib.sha256(xml).hexdigest()) == xml
    assert blobs.read(hashlib.sha256(b"photo").hexdigest()) == b"photo"


@pytest.mark.parametrize("version", ["v0", "", "never published", "2026112201 "])
def test_an_unknown_version_is_taken_because_the_tablet_cannot_change_it(shared_wire, version):
    instance_id = new_instance_id()

    assert taken(shared_wire.post(multipart(submission(version=version, instance_id=instance_id))))
    assert versions(shared_wire, instance_id)[0].version == version


def test_an_older_version_is_taken_as_long_as_there_are_tablets(shared_wire):
    markdown = """
| survey |
| | type | name | label |
| | text | note | Ghi   |
| settings |
| | form_id | form_title | version |
| | elder   | Cũ         | {}      |
"""
    with shared_wire.database.transaction() as session:
        for version in ("1", "2", "3"):
            publish(session, BlobStore(shared_wire.data / "blobs"), markdown.format(version))
    instance_id = new_instance_id()

    assert taken(
        shared_wire.post(multipart(submission(xml_form_id="elder", version="1", instance_id=instance_id)))
    )
    assert versions(shared_wire, instance_id)[0].form_version_id is not None


@pytest.mark.parametrize(("state", "status"), [("closing", 201), ("closed", 409)])
def test_a_form_on_its_way_out_loses_nothing(shared_wire, state, status):
    form_id = f"leaving-{state}"
    markdown = f"""
| survey |
| | type | name | label |
| | text | note | Ghi   |
| settings |
| | form_id   | form_title | version |
| | {form_id} | Sắp đóng   | 1       |
"""
    with shared_wire.database.transaction() as session:
        publish(session, BlobStore(shared_wire.data / "blobs"), markdown)
        form.get(session, 1, form_id).state = state
    xml = submission(xml_form_id=form_id, version="1")

    answer = shared_wire.post(multipart(xml))

    assert answer.status == status
    assert held(shared_wire, xml) == ("closed_form" if state == "closed" else None)


# Repeats


def test_the_same_again_is_the_same_submission_and_every_answer_says_success(shared_wire):
    xml = submission({"photo": "1.jpg"})
    before = shared_wire.count(Submission)

    for _ in range(3):
        assert taken(shared_wire.post(multipart(xml, [("1.jpg", b"x")])))
    assert shared_wire.count(Submission) == before + 1


def test_a_repeat_with_fewer_or_more_files_takes_nothing_away(shared_wire):
    instance_id = new_instance_id()
    xml = submission({"photo": "1.jpg", "voice": "2.mp3"}, instance_id=instance_id)

    for batch in ([("1.jpg", b"one")], [], [("2.mp3", b"two")], [("1.jpg", b"")], [("3.txt", b"three")]):
        assert taken(shared_wire.post(multipart(xml, batch)))
    sizes = {name: row.size for name, row in files(shared_wire, instance_id).items()}
    assert sizes == {"1.jpg": 3, "2.mp3": 3, "3.txt": 5}


def test_a_batch_that_is_not_the_last_leaves_the_submission_waiting_for_files(shared_wire):
    instance_id = new_instance_id()
    xml = submission({"photo": "1.jpg", "voice": "2.mp3"}, instance_id=instance_id)

    assert taken(shared_wire.post(multipart(xml, [("1.jpg", b"one")], incomplete=True)))
    assert files(shared_wire, instance_id)["2.mp3"].sha256 is None
    assert taken(shared_wire.post(multipart(xml, [("2.mp3", b"two")])))
    assert files(shared_wire, instance_id)["2.mp3"].size == 3


def test_the_same_id_with_other_answers_keeps_both_and_says_so(shared_wire):
    instance_id = new_instance_id()
    first = submission({"note": "một"}, instance_id=instance_id)
    second = submission({"note": "hai"}, instance_id=instance_id)

    assert taken(shared_wire.post(multipart(first)))
    said = refused(shared_wire.post(multipart(second)), 409)

    assert "giữ riêng" in said
    assert versions(shared_wire, instance_id)[0].xml == first
    assert held(shared_wire, second) == "xml_conflict"


def test_without_an_instance_id_the_same_bytes_are_one_submission(shared_wire):
    before = shared_wire.count(Submission)
    for note, together in (("a", 1), ("a", 1), ("b", 2)):
        assert taken(
            shared_wire.post(multipart(f'<data id="visit" version="v1"><note>{note}</note></data>'.encode()))
        )
        assert shared_wire.count(Submission) == before + together


def test_the_same_instance_id_on_two_forms_is_two_submissions(shared_wire):
    instance_id = new_instance_id()
    for form_id, version in (("visit", "v1"), ("place/1", "2026")):
        xml = submission(xml_form_id=form_id, version=version, instance_id=instance_id)
        assert taken(shared_wire.post(multipart(xml)))
    assert len(versions(shared_wire, instance_id)) == 2


def test_a_deleted_submission_stays_deleted_and_the_tablet_is_at_peace(shared_wire):
    instance_id = new_instance_id()
    xml = submission(instance_id=instance_id)
    shared_wire.post(multipart(xml))
    with shared_wire.database.transaction() as session:
        row = session.scalar(select(Submission).where(Submission.instance_id == instance_id))
        row.deleted_at = row.received_at

    assert taken(shared_wire.post(multipart(xml)))
    with shared_wire.database.reading() as session:
        again = session.scalars(select(Submission).where(Submission.instance_id == instance_id)).one()
    assert again.deleted_at is not None


# Edits


def test_an_edit_replaces_what_it_names_and_brings_the_files_it_still_names(shared_wire):
    old, new = new_instance_id(), new_instance_id()
    first = submission({"photo": "1.jpg", "voice": "2.mp3"}, instance_id=old)
    edit = submission({"note": "đúng", "photo": "1.jpg"}, instance_id=new, deprecated_id=old)
    shared_wire.post(multipart(first, [("1.jpg", b"photo"), ("2.mp3", b"voice")]))

    for _ in range(2):
        assert taken(shared_wire.post(multipart(edit)))
    kept = files(shared_wire, new)
    assert {name: row.size for name, row in kept.items()} == {"1.jpg": 5}
    with shared_wire.database.reading() as session:
        row = session.scalars(select(Submission).where(Submission.instance_id == old)).one()
        assert session.get_one(SubmissionVersion, row.current_version_id).instance_id == new


@pytest.mark.parametrize("order", ["012", "210", "120", "02121001"])
def test_a_chain_of_edits_ends_the_same_in_any_order_and_however_often(shared_wire, order):
    ids = [new_instance_id() for _ in range(3)]
    chain = [
        submission({"note": str(step)}, instance_id=ids[step], deprecated_id=ids[step - 1] if step else None)
        for step in range(3)
    ]

    for step in order:
        assert taken(shared_wire.post(multipart(chain[int(step)])))
    with shared_wire.database.reading() as session:
        row = session.scalars(select(Submission).where(Submission.instance_id == ids[0])).one()
        assert session.get_one(SubmissionVersion, row.current_version_id).xml == chain[2]
        texts = session.scalars(
            select(SubmissionVersion).where(SubmissionVersion.submission_id == row.id)
        ).all()
    assert {text.xml for text in texts} == set(chain)


def test_two_edits_of_one_text_are_both_kept_and_both_tablets_at_peace(shared_wire):
    old = new_instance_id()
    edits = [submission({"note": n}, instance_id=new_instance_id(), deprecated_id=old) for n in ("a", "b")]
    shared_wire.post(multipart(submission(instance_id=old)))

    for edit in (*edits, *edits):
        assert taken(shared_wire.post(multipart(edit)))
    with shared_wire.database.reading() as session:
        row = session.scalars(select(Submission).where(Submission.instance_id == old)).one()
        texts = session.scalars(
            select(SubmissionVersion).where(SubmissionVersion.submission_id == row.id)
        ).all()
        assert {text.xml for text in texts} >= set(edits)
        assert session.get_one(SubmissionVersion, row.current_version_id).xml == edits[0]


# Encrypted

ENCRYPTED = (
    '<data xmlns="http://opendatakit.org/submissions" xmlns:orx="http://openrosa.org/xforms" encrypted="yes" '
    'id="visit" version="v1"><base64EncryptedKey>a</base64EncryptedKey><orx:meta>{}</orx:meta>'
    "<media><file>1.jpg.enc</file></media><encryptedXmlFile>submission.xml.enc</encryptedXmlFile>"
    "<base64EncryptedElementSignature>b</base64EncryptedElementSignature></data>"
)


def test_an_encrypted_submission_is_kept_whole_and_waits_for_its_files(shared_wire):
    instance_id = new_instance_id()
    xml = ENCRYPTED.format(f"<orx:instanceID>{instance_id}</orx:instanceID>").encode()

    assert taken(shared_wire.post(multipart(xml, [("submission.xml.enc", b"secret")])))
    kept = files(shared_wire, instance_id)
    assert {name: row.sha256 is not None for name, row in kept.items()} == {
        "1.jpg.enc": False,
        "submission.xml.enc": True,
    }
    assert versions(shared_wire, instance_id)[0].xml == xml


def test_an_encrypted_submission_without_an_instance_id_can_never_be_opened_and_is_refused(shared_wire):
    xml = ENCRYPTED.format("").encode()

    refused(shared_wire.post(multipart(xml)), 400)
    assert held(shared_wire, xml) is not None


# What comes with it


def test_device_times_are_kept_as_they_are_and_order_nothing(shared_wire):
    for clock in ("1970-01-01T00:00:00.000Z", "2099-12-31T23:59:59.999+07:00", "hôm nay"):
        instance_id = new_instance_id()
        xml = submission({"start": clock, "end": clock, "today": clock}, instance_id=instance_id)
        assert taken(shared_wire.post(multipart(xml)))
        assert clock.encode() in versions(shared_wire, instance_id)[0].xml


def test_an_audit_log_is_a_file_like_any_other(shared_wire):
    instance_id = new_instance_id()
    xml = submission(instance_id=instance_id).replace(b"</orx:meta>", b"<audit>audit.csv</audit></orx:meta>")
    log = (
        b"event,node,start,end\nform start,,1763800000000,\nquestion,/data/note,1763800000000,1763800004000\n"
    )

    assert taken(shared_wire.post(multipart(xml, [("audit.csv", log)])))
    assert files(shared_wire, instance_id)["audit.csv"].size == len(log)
