"""A fleet of tablets that worked offline for months, and comes back into coverage all at once.

Each tablet founds a club, holds its monthly meetings, surveys its members, leaves a draft and returns to it, and
corrects what it has finalised, all while there is no server. Then all send at the same moment, by themselves, many a
form twice or at the same time as itself, while the server loses its power again and again. The ledger of the tablets
says what the server must hold in the end.
"""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, func, select

from server.blobs import BlobStore
from server.db import Database
from server.models import (
    Club,
    Entity,
    EntityBacklog,
    EntityList,
    EntityVersion,
    Form,
    Meeting,
    Quarantine,
    Submission,
    SubmissionAttachment,
    SubmissionVersion,
    Survey,
    Unit,
)
from server.services import app_user, unit
from server.services.actor import SYSTEM_ID
from tests.live import Process, free_port, publish_programme, serving
from tests.tablet import Finalised, Outcome, Patience, Tablet

LISTS = ("clubs", "members", "loans", "care_recipients")
PROVINCE = "58@2016-01-01"
MEMBERS = 10
PATIENCE = Patience(retries=40, back_off_ms=250)
"""Collect waits a minute and longer between tries; the server here is back within seconds."""
KILLED_FOR_SECONDS = 180

FOUNDING = {
    "founding_date": "2019-05-15",
    "province": PROVINCE,
    "n_member_list": str(MEMBERS),
    "m_relation_board": "member",
    "m_relation_board[1]": "chair",
    "m_relation_board[2]": "treasurer",
}
"""A club of ten in Ninh Thuận, with the photos its form asks for."""
MEETING = {
    "meeting_held": "yes",
    "n_joined": "1",
    "n_left": "0",
    "n_care": "1",
    "n_loans_new": "1",
}
"""One member more, one loan, one visit, and photos of the meeting."""
SURVEY = {"consent": "yes", "info_correct": "no"}
"""Each survey corrects what the list says of its member."""
CORRECTED = {"decision_no": "12/QĐ-UBND"}
"""What is corrected in a founding; a survey is only looked through once more and finalised again."""


@dataclass(frozen=True)
class Plan:
    """How large a fleet is. Submissions per tablet: one founding, the meetings, the surveys.

    processes: engines that fill forms at the same time; one fills some 10 to 40 forms a second.
    """

    tablets: int
    meetings: int
    surveys: int
    kills: int
    processes: int = 1
    photo_bytes: int = 30_000
    edited: float = 0.4

    @property
    def submissions(self) -> int:
        """All that the fleet finalises, without edits."""
        return self.tablets * (1 + self.meetings + self.surveys)


class Fleet:
    """The tablets, the server they know, and the steps of their story. say: told how it goes."""

    def __init__(
        self,
        plan: Plan,
        database: Database,
        database_url: str,
        blobs: BlobStore,
        folder: Path,
        say: Callable[[str], None],
    ) -> None:
        self.plan = plan
        self.database = database
        self.database_url = database_url
        self.blobs = blobs
        self.folder = folder
        self.say = say
        self.port = free_port()
        self.seconds: dict[str, float] = {}
        self.squads = self._enrol()

    def _enrol(self) -> list[Tablet]:
        """A key for each tablet, in as many squads as there are processes."""
        publish_programme(self.database, self.blobs)
        with self.database.transaction() as session:
            province: Unit = unit.get(session, *unit.parse_key(PROVINCE))
            keys = [
                app_user.create(session, 1, f"Máy {number:03d}", [province.id], SYSTEM_ID).token
                for number in range(1, self.plan.tablets + 1)
            ]
        urls = [f"http://127.0.0.1:{self.port}/v1/key/{key}/projects/1" for key in keys]
        shares = [urls[squad :: self.plan.processes] for squad in range(self.plan.processes)]
        return [
            Tablet(share, self.folder / f"squad-{squad}", len(share)) for squad, share in enumerate(shares)
        ]

    def prepare(self) -> None:
        """Bring the forms onto all tablets; then the server is gone."""
        with self._took("pull"), self._serving():
            self._well(lambda squad: squad.pull())

    def work_offline(self) -> None:
        """Fill in everything, without a server anywhere."""
        with self._took("fill"):
            self._each_form("club_founding", FOUNDING)
            for number in range(self.plan.meetings):
                year, month = 2019 + (5 + number) // 12, (5 + number) % 12 + 1
                held = {"report_month": f"{year}-{month:02d}-01", "meeting_date": f"{year}-{month:02d}-20"}
                self._each_form("club_meeting", MEETING | held)
            self._well(lambda squad: squad.draft("member_survey", answers=SURVEY, questions=6))
            for number in range(1, self.plan.surveys):
                self._each_form("member_survey", SURVEY, seed=number + 1)
            self._well(lambda squad: squad.finalise(answers=SURVEY))
            self._well(
                lambda squad: squad.edit(
                    answers=CORRECTED, forms=("club_founding", "member_survey"), share=self.plan.edited
                )
            )

    def sync(self, resend: float = 0.3, race: float = 0.3) -> list[Outcome]:
        """Let all tablets send at once while the server is killed and started again as often as planned."""
        expected = len(self.ledger())
        with ExitStack() as stack, ThreadPoolExecutor(self.plan.processes) as pool, self._took("sync"):
            server = stack.enter_context(self._serving())
            sending = [
                pool.submit(squad.send, resend=resend, race=race, auto=True, patience=PATIENCE)
                for squad in self.squads
            ]
            for kill in range(1, self.plan.kills + 1):
                self._wait_for(expected * kill // (self.plan.kills + 1), sending)
                server.kill()
                self.say(f"kill {kill}: {count(self.database, SubmissionVersion)} of {expected} had come")
                server = stack.enter_context(self._serving())
            return [future.result() for future in sending]

    def look_again(self) -> list[Outcome]:
        """Let all tablets pull once more, as they would a quarter of an hour later."""
        with self._took("pull again"), self._serving():
            return self._well(lambda squad: squad.pull())

    def ledger(self) -> list[Finalised]:
        """Everything that was finalised, edits among it."""
        return [line for squad in self.squads for line in squad.ledger()]

    def entities(self, list_name: str) -> dict[str, Mapping[str, Any]]:
        """All entities of a list as the tablets that made them know them: UUID → entity."""
        return {
            uuid: entity
            for squad in self.squads
            for number in range(1, squad.tablets + 1)
            for uuid, entity in squad.entities(list_name, number).items()
        }

    def _each_form(self, form_id: str, answers: Mapping[str, Any], seed: int = 1) -> None:
        size = self.plan.photo_bytes
        self._well(lambda squad: squad.fill(form_id, answers=answers, seed=seed, media_bytes=size))
        self.say(f"{form_id}: {len(self.ledger())} finalised")

    def _well(self, act: Callable[[Tablet], Outcome]) -> list[Outcome]:
        """Let all squads act, and all must have done well."""
        with ThreadPoolExecutor(self.plan.processes) as pool:
            outcomes = list(pool.map(act, self.squads))
        for outcome in outcomes:
            assert [*outcome.problems, *outcome.refused] == []
        return outcomes

    @contextmanager
    def _serving(self) -> Iterator[Process]:
        with serving(self.folder, self.database_url, self.port) as server:
            yield server

    @contextmanager
    def _took(self, what: str) -> Iterator[None]:
        start = time.monotonic()
        yield
        self.seconds[what] = round(time.monotonic() - start, 1)
        self.say(f"{what}: {self.seconds[what]} s")

    def _wait_for(self, number: int, sending: list[Future[Outcome]]) -> None:
        """Return when so many texts have come. Fails when the tablets finish earlier, or nothing happens."""
        until = time.monotonic() + KILLED_FOR_SECONDS
        while count(self.database, SubmissionVersion) < number:
            assert time.monotonic() < until
            assert not all(future.done() for future in sending)
            time.sleep(0.02)


def held(database: Database, blobs: BlobStore) -> list[tuple[str, str, str, str, dict[str, str]]]:
    """Every text the server holds, in the ledger's terms; each file read back from where it is kept.

    An edit's own audit log has taken the place of the original's, which stays beside it and is not counted.
    """
    with database.reading() as session:
        rows = session.execute(
            select(Form.xml_form_id, SubmissionVersion).join(Form, Form.id == SubmissionVersion.form_id)
        ).all()
        files = session.scalars(
            select(SubmissionAttachment).where(
                SubmissionAttachment.sha256.is_not(None), SubmissionAttachment.is_current
            )
        ).all()
    media: dict[int, dict[str, str]] = {version.id: {} for _, version in rows}
    for file in files:
        assert file.name not in media[file.submission_version_id]
        media[file.submission_version_id][file.name] = md5(blobs.read(file.sha256))
    return sorted(
        (form_id, version.version, version.instance_id, md5(version.xml), media[version.id])
        for form_id, version in rows
    )


def finalised(lines: list[Finalised]) -> list[tuple[str, str, str, str, dict[str, str]]]:
    """The ledger, as `held` gives it."""
    return sorted((line.form_id, line.version, line.instance_id, line.xml_md5, line.media) for line in lines)


def md5(content: bytes) -> str:
    """As the ledger has it."""
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def count(database: Database, model: type, *where: ColumnElement[bool]) -> int:
    """Rows of a table."""
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(model).where(*where)) or 0


def check(fleet: Fleet) -> None:
    """Nothing lost, nothing twice, nothing set aside, every entity as its tablet left it."""
    database, ledger = fleet.database, fleet.ledger()
    assert held(database, fleet.blobs) == finalised(ledger)
    edits = [line for line in ledger if line.deprecated_id is not None]
    forms = Counter(line.form_id for line in ledger if line.deprecated_id is None)
    assert count(database, Submission) == len(ledger) - len(edits) == fleet.plan.submissions
    assert count(database, Quarantine, Quarantine.released_at.is_(None)) == 0
    assert count(database, EntityBacklog) == 0
    assert count(database, SubmissionVersion, SubmissionVersion.is_branch.is_(True)) == 0
    with database.reading() as session:
        states = Counter(session.scalars(select(Submission.projection_state)))
        current = set(
            session.scalars(
                select(SubmissionVersion.instance_id).join(
                    Submission, Submission.current_version_id == SubmissionVersion.id
                )
            )
        )
    assert states == {"done": fleet.plan.submissions}
    assert current == {line.instance_id for line in ledger} - {line.deprecated_id for line in edits}
    for model, form_id in ((Club, "club_founding"), (Meeting, "club_meeting"), (Survey, "member_survey")):
        assert count(database, model) == forms[form_id]
    for list_name in LISTS:
        check_entities(fleet, list_name)


def check_entities(fleet: Fleet, list_name: str) -> None:
    """A list here has what the tablets have: the same rows in the same versions, and no conflict."""
    with fleet.database.reading() as session:
        rows = session.scalars(
            select(Entity)
            .join(EntityList, EntityList.id == Entity.entity_list_id)
            .where(EntityList.name == list_name)
        ).all()
        conflicts = session.scalars(select(EntityVersion.conflict)).all()
    assert {row.id: _terms(row.label, row.version, row.data) for row in rows} == {
        uuid: _terms(entity["label"], entity["version"], entity["properties"])
        for uuid, entity in fleet.entities(list_name).items()
    }
    assert {row.conflict for row in rows} == {None}
    assert set(conflicts) == {None}


def check_lists_agree(fleet: Fleet, before: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> None:
    """After a pull every tablet knows what all of them made, each as its maker left it. before: by list name."""
    for list_name, made in before.items():
        wanted = {
            uuid: _terms(made[uuid]["label"], made[uuid]["version"], made[uuid]["properties"])
            for uuid in made
        }
        for squad in fleet.squads:
            for number in range(1, squad.tablets + 1):
                known = squad.entities(list_name, number)
                assert wanted == {
                    uuid: _terms(entity["label"], entity["version"], entity["properties"])
                    for uuid, entity in known.items()
                }
                assert not any(entity["offline"] for entity in known.values())


def _terms(label: str, version: int, properties: Mapping[str, str]) -> tuple[str, int, dict[str, str]]:
    """An entity without the properties that say nothing."""
    return label, version, {name: text for name, text in properties.items() if text}


def check_sending(fleet: Fleet, outcomes: list[Outcome]) -> None:
    """All was sent in the end, some of it twice, and the server never failed with an answer."""
    counts = total(outcomes)
    assert [outcome.problems for outcome in outcomes] == [[]] * len(outcomes)
    assert counts["sent"] == len(fleet.ledger())
    assert counts["sent_again"] > 0
    assert counts["sent_twice_at_once"] > 0
    assert {name for name in counts if name.startswith("answers_")} <= {"answers_201", "answers_204"}


def total(outcomes: list[Outcome]) -> Counter[str]:
    """The counts of all squads together."""
    counts: Counter[str] = Counter()
    for outcome in outcomes:
        counts.update(outcome.counts)
    return counts


def summary(fleet: Fleet, outcomes: list[Outcome]) -> str:
    """One paragraph of figures."""
    counts = total(outcomes)
    ledger = fleet.ledger()
    files = sum(len(line.media) for line in ledger)
    worst = {name: max(outcome.post_ms[name] for outcome in outcomes) for name in ("p50", "p95", "max")}
    return (
        f"{fleet.plan.tablets} tablets, {fleet.plan.submissions} submissions, "
        f"{len(ledger) - fleet.plan.submissions} edits, {files} files, {fleet.plan.kills} kills; "
        f"{counts['posts']} posts of {counts['bytes_posted'] / 1e6:.0f} MB in all, "
        f"{counts['sent_again']} sent again, {counts['sent_twice_at_once']} twice at once, "
        f"{counts['sends_retried']} tried again, {counts['connections_failed']} connections broken; "
        f"post p50 {worst['p50']} ms, p95 {worst['p95']} ms, longest {worst['max']} ms; "
        + ", ".join(f"{what} {seconds} s" for what, seconds in fleet.seconds.items())
    )
