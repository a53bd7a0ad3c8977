"""A fleet that syncs at once while the server loses its power: small in every run, whole with `make soak`."""

from collections.abc import Callable
from pathlib import Path

import pytest

from server.blobs import BlobStore
from server.db import Database
from tests import fleet
from tests.fleet import Fleet, Plan

pytestmark = pytest.mark.database

SMALL = Plan(tablets=12, meetings=1, surveys=2, kills=1, photo_bytes=10_000)
WHOLE = Plan(tablets=100, meetings=5, surveys=4, kills=3, processes=2)


@pytest.fixture
def muster(
    database: Database,
    database_url: str,
    blobs: BlobStore,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> Callable[[Plan], Fleet]:
    """Enrols a fleet on this test's own server; how it goes is printed at once."""

    def say(line: str) -> None:
        with capsys.disabled():
            print(f"  {database.writer.dialect.name}: {line}", flush=True)

    return lambda plan: Fleet(plan, database, database_url, blobs, tmp_path, say)


def test_a_team_that_syncs_at_once_through_a_power_cut_loses_nothing(muster):
    run(muster(SMALL))


@pytest.mark.soak
def test_a_province_that_syncs_at_once_through_three_power_cuts_loses_nothing(muster):
    run(muster(WHOLE))


def run(mustered: Fleet) -> None:
    mustered.prepare()
    mustered.work_offline()

    outcomes = mustered.sync()

    mustered.say(fleet.summary(mustered, outcomes))
    fleet.check_sending(mustered, outcomes)
    fleet.check(mustered)
    before = {name: mustered.entities(name) for name in fleet.LISTS}
    mustered.look_again()
    fleet.check_lists_agree(mustered, before)
