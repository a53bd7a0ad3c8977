"""Exports: every answer is in a table, every file in a folder, and what cannot be opened is told."""

import csv
import io
import unicodedata
import xml.etree.ElementTree as ET
from datetime import date
from zipfile import ZipFile

import pytest
from sqlalchemy import select, update

from forms.encryption import BadKeyFile, load_private_key
from server.errors import FormNotFound
from server.models import Submission, SubmissionAttachment, SubmissionVersion
from server.scope import Scope
from server.services import export
from server.services.actor import SYSTEM_ID
from server.services.export import Options
from tests.builders import FILES, VISIT, new_instance_id, publish, submission
from tests.encrypting import encrypt, key_pair

pytestmark = pytest.mark.database

HOUSEHOLD = """
| survey |
| | type                     | name    | label |
| | begin group              | head    | Chủ hộ |
| | text                     | name    | Tên |
| | date                     | born    | Sinh |
| | end group                |         |     |
| | geopoint                 | place   | Nơi ở |
| | select_multiple goods    | has     | Có |
| | decimal                  | income  | Thu nhập |
| | begin repeat             | people  | Người |
| | text                     | name    | Tên |
| | begin repeat             | visits  | Lần khám |
| | text                     | drug    | Thuốc |
| | end repeat               |         |     |
| | end repeat               |         |     |
| choices |
| | list_name | name | label |
| | goods     | tv   | Ti vi |
| | goods     | pig  | Lợn   |
| settings |
| | form_id   | form_title | version |
| | household | Hộ         | 1       |
"""
SECRET = VISIT.replace("| version |", "| version | public_key |").replace(
    "| v1      |", f"| v1 | {key_pair().public} |"
)
BODY = (
    "<head><name>Lò Văn A</name><born>1950-02-01</born></head>"
    "<place>20.98 105.84 7.5 4.2</place><has>tv pig</has><income>-1500.50</income>"
    "<people><name>Mai</name><visits><drug>aspirin</drug></visits><visits><drug>=1+2</drug></visits></people>"
    "<people><name>Tí</name></people><people><name>Sửu</name><visits><drug>-5</drug></visits></people>"
)


def write(database, blobs, xml_form_id="household", keys=(), scope=None, **options):
    """An export as bytes and what was said of it."""
    out = io.BytesIO()
    with database.reading() as session:
        seen = scope or Scope(None, SYSTEM_ID, date(2026, 1, 1))
        report = export.write(session, blobs, seen, 1, xml_form_id, out, Options(**options), keys)
    return ZipFile(out), report


def table(archive: ZipFile, name: str) -> list[dict[str, str]]:
    """A table as a spreadsheet reads it; no two columns may have one name."""
    rows = list(csv.reader(io.TextIOWrapper(archive.open(name), "utf-8-sig", newline="")))
    assert len(set(rows[0])) == len(rows[0])
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


@pytest.fixture
def household(database, blobs, collect):
    with database.transaction() as session:
        publish(session, blobs, HOUSEHOLD)
    return collect


def send(household, body=BODY, files=(), **how) -> str:
    instance_id = how.pop("instance_id", None) or new_instance_id()
    how = {"xml_form_id": "household", "version": "1", **how}
    answer = household.send(submission(body=body, instance_id=instance_id, **how), files)
    assert answer.status_code == 201
    return instance_id


def test_a_form_with_repeats_becomes_tables_that_point_at_each_other(database, blobs, household):
    key = send(household)

    archive, report = write(database, blobs)

    (root,) = table(archive, "household.csv")
    people, visits = table(archive, "household-people.csv"), table(archive, "household-visits.csv")
    assert report.is_whole
    assert (root["KEY"], root["head-name"], root["head-born"]) == (key, "Lò Văn A", "1950-02-01")
    assert [root[f"place-{part}"] for part in ("Latitude", "Longitude", "Altitude", "Accuracy")] == [
        "20.98",
        "105.84",
        "7.5",
        "4.2",
    ]
    assert (root["has"], root["income"], root["FormVersion"], root["Edits"]) == (
        "tv pig",
        "-1500.50",
        "1",
        "0",
    )
    assert (root["SubmitterName"], root["DeviceID"]) == ("Máy thử", "collect:aB3")
    assert [(row["name"], row["PARENT_KEY"], row["KEY"]) for row in people] == [
        ("Mai", key, f"{key}/people[1]"),
        ("Tí", key, f"{key}/people[2]"),
        ("Sửu", key, f"{key}/people[3]"),
    ]
    assert [(row["PARENT_KEY"], row["KEY"]) for row in visits] == [
        (f"{key}/people[1]", f"{key}/people[1]/visits[1]"),
        (f"{key}/people[1]", f"{key}/people[1]/visits[2]"),
        (f"{key}/people[3]", f"{key}/people[3]/visits[1]"),
    ]


def test_no_cell_is_a_formula_and_numbers_stay_numbers(database, blobs, household):
    send(household, BODY.replace("Lò Văn A", "@SUM(A1)").replace("Mai", "+cmd|' /C calc'!A0"))

    archive, _ = write(database, blobs)

    assert table(archive, "household.csv")[0]["head-name"] == "'@SUM(A1)"
    assert table(archive, "household.csv")[0]["income"] == "-1500.50"
    assert table(archive, "household-people.csv")[0]["name"] == "'+cmd|' /C calc'!A0"
    assert [row["drug"] for row in table(archive, "household-visits.csv")] == ["aspirin", "'=1+2", "-5"]


def test_selects_of_many_are_split_when_asked(database, blobs, household):
    send(household)
    send(household, "<has>pig</has>")
    send(household, "")

    archive, _ = write(database, blobs, split_selects=True)

    rows = table(archive, "household.csv")
    assert [(row["has"], row["has/tv"], row["has/pig"]) for row in rows] == [
        ("tv pig", "1", "1"),
        ("pig", "0", "1"),
        ("", "", ""),
    ]


def test_excel_is_told_that_a_table_is_utf_8_unless_not_wished(database, blobs, household):
    send(household)

    assert write(database, blobs)[0].read("household.csv").startswith(b"\xef\xbb\xbfSubmissionDate")
    assert write(database, blobs, bom=False)[0].read("household.csv").startswith(b"SubmissionDate")


def test_questions_of_every_version_have_a_column(database, blobs, household):
    send(household)
    newer = HOUSEHOLD.replace(
        "| | decimal                  | income  | Thu nhập |", "| | text | job | Nghề |"
    )
    with database.transaction() as session:
        publish(session, blobs, newer.replace("| 1       |", "| 2       |"))
    send(household, "<job>thợ rèn</job>", version="2")

    archive, _ = write(database, blobs)

    old, new = table(archive, "household.csv")
    assert (old["income"], old["job"], new["income"], new["job"]) == ("-1500.50", "", "", "thợ rèn")


def test_what_is_no_answer_of_its_question_is_not_lost(database, blobs, household):
    key = send(household, "<income>nhiều lắm</income><other>lạ</other>")

    archive, report = write(database, blobs)

    assert table(archive, "household.csv")[0]["income"] == "nhiều lắm"
    (told,) = table(archive, "problems.csv")
    assert (told["KEY"], told["Problem"], told["Place"], told["Text"]) == (key, "not_in_form", "other", "lạ")
    assert report.is_whole


def test_a_column_of_ours_does_not_hide_a_question_of_that_name(database, blobs, collect):
    markdown = VISIT.replace("| text  | note  |", "| text  | KEY   |").replace("visit ", "other ")
    with database.transaction() as session:
        publish(session, blobs, markdown, FILES)
    collect.send(submission({"KEY": "mine"}, xml_form_id="other"))

    (row,) = table(write(database, blobs, "other")[0], "other.csv")

    assert row["KEY~2"] == "mine"
    assert row["KEY"].startswith("uuid:")


def test_files_of_one_name_stay_two_and_unsafe_names_are_made_safe(database, blobs, collect):
    first, second = new_instance_id(), new_instance_id()
    for key, content in ((first, b"one"), (second, b"two")):
        files = [("1.jpg", content), ("../CON:ảnh?.jpg", b"safe"), (".._con_ảnh_.jpg", b"same name")]
        collect.send(submission({"photo": "1.jpg"}, instance_id=key), files)

    archive, report = write(database, blobs, "visit", xml=True)

    names = archive.namelist()
    folders = [f"media/{key.removeprefix('uuid:')}" for key in (first, second)]
    assert [archive.read(f"{folder}/1.jpg") for folder in folders] == [b"one", b"two"]
    assert not any(".." in name.split("/") or ":" in name or "?" in name for name in names)
    assert len(names) == len({name.casefold() for name in names})
    assert sum(name.startswith("media/") for name in names) == 6
    assert report.is_whole
    without = write(database, blobs, "visit", media=False)[0].namelist()
    assert without == ["visit.csv"]


def test_xml_is_exported_byte_for_byte(database, blobs, collect, session):
    key = new_instance_id()
    xml = submission({"note": "Ả"}, instance_id=key)
    collect.send(xml)

    archive, _ = write(database, blobs, "visit", xml=True)

    assert archive.read(f"xml/{key.removeprefix('uuid:')}.xml") == xml


def test_edits_are_counted_and_all_texts_can_be_had(database, blobs, household):
    first, second = new_instance_id(), new_instance_id()
    send(household, instance_id=first)
    send(household, BODY.replace("Mai", "Mận"), instance_id=second, deprecated_id=first)

    current = table(write(database, blobs)[0], "household.csv")
    every = table(write(database, blobs, all_versions=True)[0], "household.csv")

    assert [(row["KEY"], row["meta-instanceID"], row["Edits"]) for row in current] == [(first, second, "1")]
    assert [(row["KEY"], row["IsCurrent"]) for row in every] == [(first, "0"), (second, "1")]
    people = table(write(database, blobs)[0], "household-people.csv")
    assert people[0]["name"] == "Mận"


def test_days_of_receipt_are_those_of_vietnam(database, blobs, household):
    from datetime import UTC, datetime

    keys = [send(household) for _ in range(3)]
    moments = ["2026-03-01T16:59:59", "2026-03-01T17:00:00", "2026-03-02T17:00:00"]
    with database.transaction() as session:
        for key, moment in zip(keys, moments, strict=True):
            at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
            session.execute(update(Submission).where(Submission.instance_id == key).values(received_at=at))

    day = date(2026, 3, 2)
    archive, _ = write(database, blobs, received_from=day, received_to=day)

    rows = table(archive, "household.csv")
    assert [row["KEY"] for row in rows] == [keys[1]]
    assert rows[0]["SubmissionDate"] == "2026-03-02T00:00:00.000+07:00"


def test_deleted_submissions_and_those_out_of_scope_are_left_out(database, blobs, household, units):
    kept, deleted = send(household), send(household)
    with database.transaction() as session:
        gone = update(Submission).where(Submission.instance_id == deleted)
        session.execute(gone.values(deleted_at=Submission.received_at))

    def keys_in(unit: str) -> list[str]:
        scope = Scope(frozenset({units[unit]}), SYSTEM_ID, date(2020, 1, 1))
        return [row["KEY"] for row in table(write(database, blobs, scope=scope)[0], "household.csv")]

    assert keys_in("58@2004-01-01") == [kept]
    assert keys_in("12@2004-01-01") == []


def test_a_file_that_is_gone_or_not_here_yet_is_told(database, blobs, collect, session):
    collect.send(submission({"photo": "1.jpg", "voice": "2.m4a"}), [("1.jpg", b"one")])
    with database.reading() as reader:
        sha256 = reader.scalars(
            select(SubmissionAttachment.sha256).where(SubmissionAttachment.name == "1.jpg")
        ).one()
    next(blobs.root.rglob(sha256)).unlink()

    archive, report = write(database, blobs, "visit")

    told = {(row["Problem"], row["Place"]) for row in table(archive, "problems.csv")}
    assert told == {("file_lost", "1.jpg"), ("file_awaited", "2.m4a")}
    assert not report.is_whole


def test_an_unknown_form_is_refused(database, blobs):
    with pytest.raises(FormNotFound):
        write(database, blobs, "unknown")


@pytest.fixture
def secret(database, blobs, collect):
    """A tablet whose form visit is encrypted with a key that stands in its workbook."""
    with database.transaction() as session:
        publish(session, blobs, SECRET.replace("visit ", "secret "), FILES)
    return collect


def send_secret(secret, note="Bà Mai", lacking=(), changed=None, key=1) -> str:
    instance_id = new_instance_id()
    xml = submission(
        {"note": note, "photo": "1.jpg", "voice": "kể.m4a"}, instance_id=instance_id, xml_form_id="secret"
    )
    files = [("1.jpg", b"photo of " + note.encode()), ("kể.m4a", b"voice"), ("audit.csv", b"event,node\n")]
    sent = encrypt(xml, files, public=key_pair(key).public, instance_id=instance_id, xml_form_id="secret")
    posted = [(name, content) for name, content in sent.files if name not in lacking]
    if changed:
        posted = [(n, bytes([c[0] ^ 1]) + c[1:] if n == changed else c) for n, c in posted]
    assert secret.send(sent.xml, posted).status_code == 201
    return instance_id


def test_encrypted_submissions_are_opened_with_the_key_given(database, blobs, secret):
    key = send_secret(secret)

    archive, report = write(database, blobs, "secret", [key_pair().private], xml=True)

    (row,) = table(archive, "secret.csv")
    folder = key.removeprefix("uuid:")
    assert (row["note"], row["photo"], row["Status"], row["KEY"]) == ("Bà Mai", "1.jpg", "decrypted", key)
    assert archive.read(f"media/{folder}/1.jpg") == "photo of Bà Mai".encode()
    assert archive.read(f"media/{folder}/audit.csv") == b"event,node\n"
    assert "Bà Mai" in archive.read(f"xml/{folder}.decrypted.xml").decode()
    assert b'encrypted="yes"' in archive.read(f"xml/{folder}.xml")
    assert report.is_whole


def test_without_the_key_only_what_is_known_of_them_is_exported(database, blobs, secret):
    key = send_secret(secret)

    archive, report = write(database, blobs, "secret")

    (row,) = table(archive, "secret.csv")
    assert (row["note"], row["Status"], row["KEY"]) == ("", "not decrypted", key)
    assert report.closed == [key]
    assert not report.is_whole
    assert not any(b"Mai" in archive.read(name) for name in archive.namelist())


def test_one_that_cannot_be_opened_stops_no_other(database, blobs, secret):
    good = send_secret(secret)
    other = send_secret(secret, key=2)
    broken = send_secret(secret, changed="1.jpg.enc")
    empty = send_secret(secret, lacking=["submission.xml.enc"])
    last = send_secret(secret, "Ông Tư")

    archive, report = write(database, blobs, "secret", [key_pair().private])

    status = {row["KEY"]: (row["note"], row["Status"]) for row in table(archive, "secret.csv")}
    assert status == {
        good: ("Bà Mai", "decrypted"),
        other: ("", "not decrypted"),
        broken: ("", "not decrypted"),
        empty: ("", "not decrypted"),
        last: ("Ông Tư", "decrypted"),
    }
    problems = [(row["KEY"], row["Problem"]) for row in table(archive, "problems.csv")]
    assert {(other, "wrong_key"), (broken, "damaged"), (empty, "answers_missing")} <= set(problems)
    assert report.closed == [other, broken, empty]


def test_two_keys_open_what_each_of_them_locked(database, blobs, secret):
    send_secret(secret)
    send_secret(secret, key=2)

    _, report = write(database, blobs, "secret", [key_pair(2).private, key_pair(1).private])

    assert report.is_whole
    assert report.closed == []


def test_answers_are_given_though_a_photo_never_came_and_that_is_told(database, blobs, secret):
    key = send_secret(secret, lacking=["1.jpg.enc"])

    archive, report = write(database, blobs, "secret", [key_pair().private])

    assert table(archive, "secret.csv")[0]["note"] == "Bà Mai"
    told = {(row["KEY"], row["Problem"]) for row in table(archive, "problems.csv")}
    assert told == {(key, "file_awaited"), (key, "not_verified")}
    assert report.is_whole


def test_answers_of_another_submission_are_not_taken_for_these(database, blobs, secret):
    instance_id = new_instance_id()
    stolen = submission({"note": "của người khác"}, instance_id=new_instance_id(), xml_form_id="secret")
    sent = encrypt(stolen, public=key_pair().public, instance_id=instance_id, xml_form_id="secret")
    secret.send(sent.xml, sent.files)

    archive, report = write(database, blobs, "secret", [key_pair().private])

    assert table(archive, "secret.csv")[0]["note"] == ""
    assert report.faults == {"damaged": 1}


def test_a_file_that_came_unencrypted_is_kept_and_told(database, blobs, secret):
    key = send_secret(secret)
    with database.reading() as reader:
        xml = reader.scalars(select(SubmissionVersion.xml)).one()
    secret.send(xml, [("1.jpg", b"left in the clear")])

    archive, _ = write(database, blobs, "secret", [key_pair().private])

    folder = f"media/{key.removeprefix('uuid:')}"
    contents = {archive.read(name) for name in archive.namelist() if name.startswith(folder)}
    assert {b"left in the clear", "photo of Bà Mai".encode()} <= contents
    assert ("plain_file", "1.jpg") in {
        (row["Problem"], row["Place"]) for row in table(archive, "problems.csv")
    }


def test_a_key_that_is_none_is_refused():
    with pytest.raises(BadKeyFile):
        load_private_key(b"-----BEGIN NOTHING-----")


def leaves(element: ET.Element):
    """Every text of a submission but those of its meta blocks."""
    if element.tag.rpartition("}")[2] == "meta":
        return
    if not len(element) and (element.text or "").strip():
        yield unicodedata.normalize("NFC", element.text.strip())
    for child in element:
        yield from leaves(child)


def test_every_answer_of_the_household_form_is_in_a_cell(database, blobs, household):
    send(household)
    with database.reading() as reader:
        xml = reader.scalars(select(SubmissionVersion.xml)).one()

    archive, _ = write(database, blobs)

    cells = {
        cell.removeprefix("'")
        for name in archive.namelist()
        for row in table(archive, name)
        for cell in row.values()
    }
    asked = set(leaves(ET.fromstring(xml)))
    assert len(asked) == 11
    assert asked - cells == {"20.98 105.84 7.5 4.2"}
