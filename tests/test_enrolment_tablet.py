"""A real tablet with a real card: scanned from the printed page, given another one, never at a loss for its forms."""

import pytest
import zxingcpp
from click.testing import CliRunner
from sqlalchemy import select

from server.cli import main, shell
from server.models import Actor, AppUser, Submission, SubmissionVersion
from tests.live import serving
from tests.tablet import Tablet
from tests.test_cards import pictures
from tests.test_enrolment import listing

pytestmark = pytest.mark.database

SHELL = (shell.settings, shell.database, shell.blobs)


@pytest.fixture
def server(forms_published, units, database_url, tmp_path):
    """The server in a process of its own, with three small forms."""
    with serving(tmp_path, database_url) as running:
        yield running


@pytest.fixture
def clb(server, database_url, tmp_path, monkeypatch):
    """Runs the command beside the server."""
    monkeypatch.setenv("CLB_DATA", str(tmp_path))
    monkeypatch.setenv("CLB_DATABASE_URL", database_url)
    monkeypatch.setenv("CLB_PUBLIC_URL", server.address)
    for one in SHELL:
        one.cache_clear()
    yield lambda *words: CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)
    shell.database().close()
    for one in SHELL:
        one.cache_clear()


def scanned(pdf, tmp_path) -> str:
    """What the camera of a tablet reads from the card."""
    (page,) = pictures(pdf.read_bytes(), tmp_path, 150)
    (found,) = zxingcpp.read_barcodes(page)
    return found.text


def received(database) -> set[str]:
    with database.reading() as session:
        return set(session.scalars(select(SubmissionVersion.instance_id)))


def test_a_tablet_works_from_its_card_to_the_next_one_and_loses_nothing(clb, database, tmp_path):
    path = tmp_path / "ds.xlsx"
    path.write_bytes(listing(("Nguyễn Thị Lan", "22837", "0912345678")))
    assert clb("app-user", "enrol", path, "--out", tmp_path / "1.pdf").exit_code == 0
    tablet = Tablet.scanning(scanned(tmp_path / "1.pdf", tmp_path), tmp_path / "tablet")

    assert tablet.pull().problems == []
    assert {form for form, _ in tablet.forms()} == {"visit", "place/1", "register"}
    assert tablet.fill("visit", submissions=2).problems == []
    assert tablet.send().problems == []
    assert len(received(database)) == 2

    # In the village: two more forms, while the office prints another card.
    tablet.fill("visit", submissions=2, seed=2)
    assert clb("app-user", "enrol", path, "--out", tmp_path / "2.pdf", "--reissue").exit_code == 0

    refused = tablet.pull()
    assert "403" in " ".join(refused.problems)
    assert {form for form, _ in tablet.forms()} == {"visit", "place/1", "register"}
    assert tablet.send().problems == []
    assert received(database) == {one.instance_id for one in tablet.ledger()}

    # Reconfigured with the new card: the same tablet, its forms and submissions still on it.
    again = Tablet.scanning(scanned(tmp_path / "2.pdf", tmp_path), tmp_path / "tablet")
    assert again.pull().problems == []
    again.fill("visit", submissions=1, seed=3)
    assert again.send().problems == []

    with database.reading() as session:
        senders = set(session.scalars(select(Submission.actor_id)))
        names = session.scalars(
            select(Actor.display_name)
            .join(AppUser, AppUser.actor_id == Actor.id)
            .where(Actor.id.in_(senders))
        ).all()
    assert len(received(database)) == len(again.ledger()) == 5
    assert names == ["Nguyễn Thị Lan"]


def test_a_revoked_tablet_keeps_its_forms_and_sends_what_it_holds(clb, database, tmp_path):
    path = tmp_path / "ds.xlsx"
    path.write_bytes(listing(("Nguyễn Thị Lan", "22837", None)))
    clb("app-user", "enrol", path, "--out", tmp_path / "1.pdf")
    tablet = Tablet.scanning(scanned(tmp_path / "1.pdf", tmp_path), tmp_path / "tablet")
    tablet.pull()
    tablet.fill("visit", submissions=1)
    number = clb("app-user", "list").output.split("\t")[0]

    clb("app-user", "revoke", number)

    assert tablet.pull().problems != []
    assert {form for form, _ in tablet.forms()} == {"visit", "place/1", "register"}
    assert tablet.send().problems == []

    tablet.fill("visit", submissions=1, seed=2)
    clb("app-user", "revoke", number, "--now")
    refused = tablet.send()

    assert "đã bị thu hồi" in " ".join(refused.problems)
    assert len(received(database)) == 1
    clb("app-user", "restore", number)
    assert tablet.send().problems == []
    assert received(database) == {one.instance_id for one in tablet.ledger()}
