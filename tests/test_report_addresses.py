"""A link to something of another region is a 404 wherever it leads, not a hint: every address of reports is tried."""

from dataclasses import dataclass
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from server import create_app
from server.blobs import BlobStore
from server.config import Config
from server.db import Database
from server.models import Club
from tests.builders import seed_units
from tests.builders_paper import Clerk, a_world
from tests.builders_web import Browser, a_person

pytestmark = pytest.mark.database

OF_NO_REGION = {"/reports", "/reports/province", "/reports/summary"}
"""The list of one's own reports, and the forms that lead to an address."""
ASKED = "period=2020"
HERE, ELSEWHERE = "58@2004-01-01", "12@2004-01-01"


@dataclass(frozen=True)
class World:
    """Ninh Thuận with a club, a draft and an issued report, on a server that tests only read from."""

    app: Flask
    database: Database
    units: dict[str, int]
    club: str
    draft: int
    issued: int

    def somebody(self, role: str, unit: str, name: str) -> Browser:
        """Signed in, bound to a unit."""
        email = f"{name}@clb.example"
        a_person(self.database, role, [self.units[unit]], email)
        made = Browser(self.app)
        made.sign_in(email)
        made.get("/")
        return made

    def addresses(self, method: str) -> list[str]:
        """Every address of reports that takes a method, with what is in Ninh Thuận in the place of its parts."""
        rules = [rule for rule in self.app.url_map.iter_rules() if method in (rule.methods or ())]
        found = sorted(rule.rule for rule in rules if rule.rule.startswith("/reports"))
        return [
            address
            for rule in found
            if rule not in OF_NO_REGION
            for report in ([self.draft, self.issued] if "report_id" in rule else [0])
            for address in self._filled(rule, report)
        ]

    def _filled(self, rule: str, report: int) -> list[str]:
        code = self.club if "/club/<code>" in rule else "22837" if "/commune/" in rule else "58"
        kinds = ("pdf", "docx", "xlsx") if "any(pdf" in rule else ("signed",)
        parts = {"<code>": code, "<indicator>": "A03", "<club>": self.club, "<key>": "causes"}
        whole = [rule.replace("<any(pdf,xlsx,docx):kind>", kind).replace("<kind>", kind) for kind in kinds]
        for place, value in (parts | {"<int(max=2147483647):report_id>": str(report)}).items():
            whole = [address.replace(place, value) for address in whole]
        assert not any("<" in address for address in whole), whole
        return [f"{address}?{ASKED}" for address in dict.fromkeys(whole)]


@pytest.fixture(scope="module")
def world(shared_database, tmp_path_factory) -> World:
    """One world for the module."""
    folder = tmp_path_factory.mktemp("addresses")
    with shared_database.transaction() as session:
        units = seed_units(session)
    a_world(shared_database, units)
    clerk = Clerk(shared_database, BlobStore(folder / "blobs"))
    issued, draft = clerk.draft(), clerk.draft("2020")
    clerk.issue(issued)
    with shared_database.reading() as session:
        club = session.scalars(select(Club.code).order_by(Club.code)).first()
    app = create_app(Config(data=folder, database_url=str(shared_database.url)), shared_database)
    return World(app, shared_database, units, club or "", draft, issued)


@pytest.mark.parametrize("role", ["commune_supervisor", "province_editor", "official"])
def test_nothing_of_another_province_is_there(world, role):
    stranger = world.somebody(role, ELSEWHERE, role)

    answers = {address: stranger.get(address).status_code for address in world.addresses("GET")}

    assert len(answers) > 25
    assert {address: status for address, status in answers.items() if status != 404} == {}


def test_no_step_is_taken_in_another_province(world):
    stranger = world.somebody("province_editor", ELSEWHERE, "lai-chau")

    answers = {
        address: stranger.post(address, version="1").status_code for address in world.addresses("POST")
    }
    drafted = stranger.post(
        "/reports", province="58", period="2019", geography_as_of=date(2019, 12, 31).isoformat()
    )

    assert len(answers) > 10
    assert {address: status for address, status in answers.items() if status != 404} == {}
    assert drafted.status_code == 404


def test_the_same_addresses_lead_somewhere_for_those_of_the_province(world):
    """Without this the tests above would hold of addresses that are wrong for everybody."""
    own = world.somebody("official", HERE, "ninh-thuan")
    quick = [one for one in world.addresses("GET") if ".pdf" not in one and ".docx" not in one]

    answers = {address: own.get(address).status_code for address in quick}

    nowhere = {
        "/reports/nation",
        "/reports/nation.xlsx",
        "/reports/nation/figure/A03",
    }  # Of the whole country, which an official of one does not see.
    missing = {address.split("?")[0] for address, status in answers.items() if status != 200} - nowhere
    assert missing == {
        f"/reports/club/{world.club}/photo.jpg",
        f"/reports/{world.draft}/changes",
        f"/reports/{world.draft}.xlsx",
    }
