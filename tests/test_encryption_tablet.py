"""The whole way of an encrypted form: enabled on the server, filled with the engine of ODK Collect, sent, exported."""

import csv
import hashlib
import io
from datetime import date
from zipfile import ZipFile

import pytest
from lxml import etree

from server.scope import Scope
from server.services import client_audit, encryption, encryption_key, export
from server.services.actor import SYSTEM_ID
from server.services.export import Options
from tests.builders import Collect, publish
from tests.live import serving
from tests.tablet import Tablet

pytestmark = pytest.mark.database

PASSPHRASE = "đường về bản Nậm Manh"
CARE = """
| survey |
| | type         | name  | label   | parameters |
| | audit        | audit |         | track-changes=true |
| | text         | note  | Ghi chú | |
| | image        | photo | Ảnh     | |
| | begin repeat | drugs | Thuốc   | |
| | text         | drug  | Tên     | |
| | end repeat   |       |         | |
| settings |
| | form_id | form_title | version |
| | care    | Chăm sóc   | 1       |
"""


def test_what_a_tablet_encrypts_only_the_passphrase_opens(
    database, database_url, blobs, app, units, tmp_path
):
    with database.transaction() as session:
        publish(session, blobs, CARE)
    token = Collect.enrol(app, [units["582@2004-01-01"]]).token
    with serving(tmp_path, database_url) as server:
        tablet = Tablet(f"{server.address}/v1/key/{token}/projects/1", tmp_path / "tablet")
        tablet.pull()
        tablet.fill(answers={"note": "chưa mã hóa"})
        with database.transaction() as session:
            encryption.enable(session, blobs, 1, PASSPHRASE, None, ["care"], SYSTEM_ID)
        assert tablet.pull().problems == []
        tablet.fill(answers={"note": "Bà Lò Thị Mai"}, submissions=3, seed=2, media_bytes=50_000)
        assert tablet.send(resend=0.5).problems == []

    plain, *secret = tablet.ledger()
    assert [one.version.partition("[")[0] for one in (plain, *secret)] == ["1"] * 4
    rows, contents, report = exported(database, blobs)
    assert report.is_whole
    assert [row["Status"] for row in rows] == ["", "decrypted", "decrypted", "decrypted"]
    assert {row["KEY"]: row["note"] for row in rows} == {
        plain.instance_id: "chưa mã hóa",
        **{one.instance_id: "Bà Lò Thị Mai" for one in secret},
    }
    for one in secret:
        folder = one.instance_id.removeprefix("uuid:")
        files = {name: md5 for name, md5 in one.plain.items() if name != "submission.xml"}
        assert {name: digest(contents[f"media/{folder}/{name}"]) for name in files} == files
        assert digest(contents[f"xml/{folder}.decrypted.xml"]) == one.plain["submission.xml"]
        assert "Bà Lò Thị Mai".encode() not in contents[f"xml/{folder}.xml"]
        drugs = etree.fromstring(contents[f"xml/{folder}.decrypted.xml"]).findall("{*}drugs/{*}drug")
        assert drugs_of(contents, one.instance_id) == [drug.text or "" for drug in drugs]


def exported(database, blobs):
    """The rows of the form itself, every file of the zip by its name, and what was said."""
    out = io.BytesIO()
    with database.reading() as session:
        private = encryption_key.unlock(encryption.get_key(session, 1), PASSPHRASE)
        everything = Scope(None, SYSTEM_ID, date(2026, 1, 1))
        report = export.write(session, blobs, everything, 1, "care", out, Options(xml=True), [private])
    archive = ZipFile(out)
    contents = {name: archive.read(name) for name in archive.namelist()}
    return table(contents, "care.csv"), contents, report


def table(contents: dict[str, bytes], name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(contents[name].decode("utf-8-sig"), newline="")))


def drugs_of(contents: dict[str, bytes], key: str) -> list[str]:
    return [row["drug"] for row in table(contents, "care-drugs.csv") if row["PARENT_KEY"] == key]


def digest(content: bytes) -> str:
    return hashlib.md5(content).hexdigest()


def test_the_log_that_the_engine_keeps_is_told(database, database_url, blobs, app, units, tmp_path):
    with database.transaction() as session:
        publish(session, blobs, CARE)
    token = Collect.enrol(app, [units["582@2004-01-01"]]).token
    with serving(tmp_path, database_url) as server:
        tablet = Tablet(f"{server.address}/v1/key/{token}/projects/1", tmp_path / "tablet")
        tablet.pull()
        tablet.fill(answers={"note": "x"})
        assert tablet.send().problems == []
    with database.reading() as session:
        (found,) = client_audit.unread(session)
    log = client_audit.parse(blobs, *found)
    with database.transaction() as session:
        assert client_audit.keep(session, log)

    (line,) = tablet.ledger()
    with database.reading() as session:
        everything = Scope(None, SYSTEM_ID, date(2026, 1, 1))
        figures = client_audit.of_submission(session, everything, 1, line.instance_id).figures

    assert {"/data/note", "/data/photo"} <= {one.node for one in figures.visited}
    assert all(one.field is not None for one in figures.visited)
    assert (figures.jumps_back, figures.edits, figures.resumes) == (0, 0, 0)
