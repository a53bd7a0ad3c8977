"""The sample's submissions exported: each answer counted in the XML is found in the tables as often."""

import csv
import io
import unicodedata
import xml.etree.ElementTree as ET
from collections import Counter
from datetime import date
from decimal import Decimal
from zipfile import ZipFile

import pytest

from server.blobs import BlobStore
from server.scope import Scope
from server.services import app_user, demo, export
from server.services.actor import SYSTEM_ID
from server.services.export import Options
from tests.live import publish_programme

PROVINCE = "12"


@pytest.fixture(scope="module")
def sample(shared_database, tmp_path_factory):
    """The clubs of Lai Châu, sent in once."""
    blobs = BlobStore(tmp_path_factory.mktemp("sample"))
    publish_programme(shared_database, blobs)
    with shared_database.transaction() as session:
        sender = app_user.create(session, 1, "Máy 12", [], SYSTEM_ID).actor_id
        assert demo.load(session, blobs, 1, {PROVINCE: sender}) > 200
    return shared_database, blobs


def answers(element: ET.Element):
    """The texts of a submission, those of its meta blocks left out; a place is four of them."""
    name = element.tag.rpartition("}")[2]
    text = unicodedata.normalize("NFC", (element.text or "").strip())
    if name == "meta":
        return
    if not len(element) and text:
        is_place = name == "gps" and abs(float(text.split()[0])) <= 90  # the sample has one turned round
        yield from map(plain, text.split()) if is_place else [text]
    for child in element:
        yield from answers(child)


def plain(number: str) -> str:
    """A number without zeros at its end."""
    return format(Decimal(number).normalize(), "f")


@pytest.mark.parametrize("xml_form_id", ["club_founding", "club_meeting", "member_survey"])
def test_no_answer_of_the_sample_is_missing(sample, xml_form_id):
    database, blobs = sample
    out = io.BytesIO()
    with database.reading() as session:
        everything = Scope(None, SYSTEM_ID, date(2026, 1, 1))
        report = export.write(session, blobs, everything, 1, xml_form_id, out, Options(xml=True, media=False))

    archive = ZipFile(out)
    cells: dict[str, Counter[str]] = {}
    for name in (name for name in archive.namelist() if name.endswith(".csv")):
        for row in csv.DictReader(io.TextIOWrapper(archive.open(name), "utf-8-sig", newline="")):
            key = (row.get("PARENT_KEY") or row["KEY"]).partition("/")[0]
            cells.setdefault(key, Counter()).update(cell.removeprefix("'") for cell in row.values())
    texts = [name for name in archive.namelist() if name.startswith("xml/")]
    missing = {
        name: lacking
        for name in texts
        if (
            lacking := Counter(answers(ET.fromstring(archive.read(name))))
            - cells[f"uuid:{name.removeprefix('xml/').removesuffix('.xml')}"]
        )
    }
    assert missing == {}
    assert len(texts) == report.texts > 5
    assert report.is_whole
