"""Submissions of the programme's own forms, as a tablet would write them: a story names only what matters to it.

Answers are given by question name and stand at their place in the form, groups and repeats included.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.schema import Field
from forms.xlsform import ConvertedForm, convert
from server import projection
from server.blobs import BlobStore
from server.models import Form, FormVersion, Submission, SubmissionVersion
from server.services import form, unit
from server.services.actor import SYSTEM_ID

ROOT = Path(__file__).resolve().parent.parent
FORMS = ("club_founding", "club_meeting", "member_survey")
MEDIA = b"name,label\n"
VAN_HAI = "22777@2016-01-01"
"""Phường Văn Hải, TP Phan Rang - Tháp Chàm; went whole into Phường Ninh Chử on 1/7/2025."""
DONG_HAI = "22768@2016-01-01"
"""Phường Đông Hải, Phan Rang; split on 1/7/2025."""
Answers = Mapping[str, Any]


@cache
def converted(xml_form_id: str) -> tuple[ConvertedForm, bytes]:
    """One of the programme's forms, converted once for all tests, and its workbook."""
    content = (ROOT / "xlsforms" / f"{xml_form_id}.xlsx").read_bytes()
    return convert(content), content


def publish_programme(session: Session, blobs: BlobStore, names: Iterable[str] = FORMS) -> None:
    """Publish the programme's forms in project 1 and load the register of units."""
    unit.load(session, ROOT / "register")
    for name in names:
        made, content = converted(name)
        files = dict.fromkeys(made.media, MEDIA)
        form.publish(session, blobs, 1, made, content, files, SYSTEM_ID)


def new_id(seed: str) -> str:
    """A UUID that is the same in every run."""
    digest = bytearray(sha256(seed.encode()).digest()[:16])
    return str(uuid.UUID(bytes=bytes(digest), version=4))


@dataclass
class Filled:
    """A filled form. answers and repeats by name; `@id` in either is the UUID of the entity made there.

    `@action` update makes it one that is changed, upon the version `@base` of the branch `@branch` from `@trunk`.
    """

    xml_form_id: str
    answers: dict[str, Any]
    repeats: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    instance_id: str = ""
    deprecated_id: str = ""
    version: str = ""

    def xml(self) -> bytes:
        """The submission, byte for byte."""
        made, _ = converted(self.xml_form_id)
        body = "".join(_elements(made.fields, (), self.answers, self.repeats))
        meta = f"<instanceID>{self.instance_id}</instanceID>"
        if self.deprecated_id:
            meta += f"<deprecatedID>{self.deprecated_id}</deprecatedID>"
        version = self.version or made.version
        text = f'<data id="{self.xml_form_id}" version="{version}">{body}<meta>{meta}</meta></data>'
        return text.encode()


def _elements(
    fields: tuple[Field, ...], path: tuple[str, ...], answers: Answers, repeats: Any
) -> Iterable[str]:
    """What stands directly below a path, in the order of the form."""
    for one in fields:
        if one.path[:-1] != path or one.path[-1] == "meta":
            continue
        if one.kind == "repeat":
            for instance in repeats.get(one.name, ()):
                inner = "".join(_elements(fields, one.path, instance, {}))
                yield f"<{one.name}>{inner}{_entity(one, fields, instance)}</{one.name}>"
        elif one.kind == "group":
            yield f"<{one.name}>{''.join(_elements(fields, one.path, answers, repeats))}</{one.name}>"
        elif answers.get(one.name) is not None:
            yield f"<{one.name}>{escape(_text(answers[one.name]))}</{one.name}>"
    if not path and "@id" in answers:
        yield _entity(None, fields, answers)


def _entity(container: Field | None, fields: tuple[Field, ...], answers: Answers) -> str:
    if "@id" not in answers:
        return ""
    path = (container.path if container else ()) + ("meta", "entity")
    declared = next(one.entity for one in fields if one.path == path)
    assert declared is not None
    action = answers.get("@action", "create")
    given = f'dataset="{declared.list_name}" id={quoteattr(answers["@id"])} {action}="1"'
    if action == "update":
        given += f' baseVersion="{answers.get("@base", 1)}"'
        given += f' trunkVersion="{answers.get("@trunk", "")}" branchId="{answers.get("@branch", "")}"'
    return f"<meta><entity {given}><label>{escape(answers.get('@label', 'nhãn'))}</label></entity></meta>"


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return " ".join(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def founding(club: str = "a", members: int = 3, **answers: Any) -> Filled:
    """The founding form of a club in Văn Hải, founded on 10/3/2019 with 25 triệu in cash and 1 triệu to run on."""
    given = {
        "@id": new_id(f"club {club}"),
        "start": "2019-03-12T08:00:00.000+07:00",
        "end": "2019-03-12T09:00:00.000+07:00",
        "today": date(2019, 3, 12),
        "founding_date": date(2019, 3, 10),
        "commune": VAN_HAI,
        "village_kind": "khu_pho",
        "village_name": f"Khu phố {club}",
        "club_name": f"CLB LTHTGN Khu phố {club}",
        "scheme_phase": "p1",
        "charter_adopted": "yes",
        "gps": "11.5869 109.0153 5.0 4.5",
        "fund_income_created": "yes",
        "fund_income_initial": 25_000_000,
        "fund_income_cash": 25_000_000,
        "fund_operating_initial": 1_000_000,
        "loan_max": 10_000_000,
        "member_fee_month": 5_000,
        "trained_board": 5,
    }
    people = [person(f"{club}{n}") for n in range(1, members + 1)]
    sources = [{"fs_source": "state_budget", "fs_amount": 25_000_000, "fs_kind": "cash"}]
    repeats = {"members": people, "fund_sources": sources}
    return Filled("club_founding", given | answers, repeats, f"uuid:{new_id(f'founding {club}')}")


def person(name: str, **answers: Any) -> dict[str, Any]:
    """A member in the founding form: a woman born in 1950, poor, without a place in the board."""
    return {
        "@id": new_id(f"member {name}"),
        "m_full_name": f"Nguyễn Thị {name}",
        "m_sex": "female",
        "m_birth_year": 1950,
        "m_poverty_status": "poor",
        "m_hardship": "none",
        "m_disability": "none",
        "m_relation_board": "none",
        "m_consent": "yes",
    } | answers


def member_id(name: str) -> str:
    """The UUID that `person` and `joined` give a member of that name."""
    return new_id(f"member {name}")


def club_id(club: str = "a") -> str:
    """The UUID that `founding` gives a club."""
    return new_id(f"club {club}")


def loan_id(name: str) -> str:
    """The UUID that `loan` gives."""
    return new_id(f"loan {name}")


def meeting(month: str, club: str = "a", copy: str = "", **answers: Any) -> Filled:
    """A month's report with a meeting on the 15th, two of three present, books unchanged since the founding.

    month: 2019-04. copy tells two reports of one month apart. Amounts and repeats are given with the answers; what
    the form calculates follows from them unless it is given too.
    """
    repeats = {name: answers.pop(name) for name in REPEATS if name in answers}
    first = date.fromisoformat(f"{month}-01")
    given = {
        "start": f"{month}-16T08:00:00.000+07:00",
        "end": f"{month}-16T08:40:00.000+07:00",
        "today": first.replace(day=16),
        "club": club_id(club),
        "report_month": first,
        "meeting_held": "yes",
        "meeting_date": first.replace(day=15),
        "n_on_list": 3,
        "present": [member_id(f"{club}1"), member_id(f"{club}2")],
        "n_guests": 0,
        "board_present": 3,
        **{f"a{area}_done": "no" for area in range(1, 9)},
        "if_open_cash": 25_000_000,
        "if_open_loans": 0,
        "if_in": 0,
        "if_out": 0,
        "written_off": 0,
        "of_open": 1_000_000,
        **{f"of_{name}": 0 for name in ("interest", "fees", "donation", "other")},
        **{f"of_{name}": 0 for name in ("visit", "meeting", "care", "other_out")},
        "supervised": "no",
        "next_plan": "Tập dưỡng sinh",
    } | answers
    return Filled(
        "club_meeting", _calculated(given, repeats), repeats, f"uuid:{new_id(f'{club} {month} {copy}')}"
    )


REPEATS = (
    "members_joined",
    "members_left",
    "measures",
    "care",
    "loans_new",
    "repayments",
    "member_changes",
    "loan_changes",
)


def _calculated(given: dict[str, Any], repeats: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """The answers with what the form works out from them."""
    lent, repaid = repeats.get("loans_new", []), repeats.get("repayments", [])
    disbursed = sum(one["amount"] or 0 for one in lent)
    in_cash = sum(one["amount"] or 0 for one in lent if one["loan_kind"] == "cash")
    principal = sum(one["principal"] for one in repaid)
    close_cash = given["if_open_cash"] + principal + given["if_in"] - given["if_out"] - in_cash
    receipts = sum(given[f"of_{name}"] for name in ("interest", "fees", "donation", "other"))
    spending = sum(given[f"of_{name}"] for name in ("visit", "meeting", "care", "other_out"))
    closing = given["of_open"] + receipts - spending
    worked_out = {
        "n_present": len(given["present"]),
        "sum_disbursed": disbursed,
        "sum_disbursed_cash": in_cash,
        "sum_principal": principal,
        "sum_interest": sum(one["interest"] for one in repaid),
        "if_close_cash": close_cash,
        "if_close_loans": given["if_open_loans"] + disbursed - principal - given["written_off"],
        "if_counted": close_cash,
        "if_bank": 0,
        "of_close": closing,
        "of_counted": closing,
    } | given
    counted = worked_out["if_counted"] + worked_out["if_bank"] - worked_out["if_close_cash"]
    return {"if_diff": counted, "of_diff": worked_out["of_counted"] - worked_out["of_close"]} | worked_out


def loan(name: str, borrower: str | None, amount: int = 5_000_000, **answers: Any) -> dict[str, Any]:
    """A new loan in cash for twelve months; borrower: a member's name, None for nobody."""
    return {
        "loan_id": loan_id(name),
        "borrower": member_id(borrower) if borrower else None,
        "amount": amount,
        "loan_kind": "cash",
        "purpose": "pig",
        "term_months": 12,
        "rate_month": "0.8",
        "due_date": date(2020, 4, 15),
        "voted": "yes",
    } | answers


def repayment(name: str, principal: int, interest: int = 40_000, **answers: Any) -> dict[str, Any]:
    """Principal and interest paid on a loan."""
    return {"loan": loan_id(name), "principal": principal, "interest": interest} | answers


def joined(name: str, **answers: Any) -> dict[str, Any]:
    """A new member in a month's report: a man born in 1955."""
    return {
        "j_member_id": member_id(name),
        "j_full_name": f"Trần Văn {name}",
        "j_sex": "male",
        "j_birth_year": 1955,
        "j_poverty_status": "average",
        "j_hardship": "none",
        "j_disability": "none",
    } | answers


def left(name: str, reason: str = "moved", **answers: Any) -> dict[str, Any]:
    """A member leaving."""
    return {"left_member": member_id(name), "left_reason": reason} | answers


def interview(name: str, club: str = "a", copy: str = "", **answers: Any) -> Filled:
    """An interview with a member of a club on 10/6/2020, baseline round, with consent."""
    given = {
        "start": "2020-06-10T08:00:00.000+07:00",
        "end": "2020-06-10T08:50:00.000+07:00",
        "today": date(2020, 6, 10),
        "club": club_id(club),
        "member": member_id(name),
        "survey_round": "baseline",
        "consent": "yes",
    } | answers
    given |= {"start": f"{given['today']}T08:00:00.000+07:00", "end": f"{given['today']}T08:50:00.000+07:00"}
    return Filled("member_survey", given, {}, f"uuid:{new_id(f'interview {name} {copy}')}")


EPOCH = datetime(2026, 1, 5, 3, 0, tzinfo=UTC)
"""Receipt of the first submission; each later one comes a minute after. Late, as after a season without network."""


@dataclass
class Intake:
    """Stores submissions as the server does, without HTTP, and projects each as it comes."""

    session: Session
    received: int = 0

    def send(self, filled: Filled, received_at: datetime | None = None) -> Submission:
        """Store and project one; an edit names the instance it replaces."""
        moment = received_at or EPOCH + timedelta(minutes=self.received)
        self.received += 1
        submission, version = self.store(filled, moment)
        projection.attempt(self.session, submission, version)
        return submission

    def store(self, filled: Filled, moment: datetime) -> tuple[Submission, SubmissionVersion]:
        """Store one without projecting it."""
        target = self.session.scalars(select(Form).where(Form.xml_form_id == filled.xml_form_id)).one()
        submission = self._edited(filled) or Submission(
            form_id=target.id, instance_id=filled.instance_id, received_at=moment
        )
        self.session.add(submission)
        self.session.flush()
        xml = filled.xml()
        version = SubmissionVersion(
            submission_id=submission.id,
            form_id=target.id,
            form_version_id=self._form_version_id(target.id, filled),
            version=filled.version or converted(filled.xml_form_id)[0].version,
            instance_id=filled.instance_id,
            deprecated_id=filled.deprecated_id or None,
            xml=xml,
            xml_sha256=sha256(xml).hexdigest(),
            received_at=moment,
        )
        self.session.add(version)
        self.session.flush()
        submission.current_version_id = version.id
        self.session.flush()
        return submission, version

    def _edited(self, filled: Filled) -> Submission | None:
        if not filled.deprecated_id:
            return None
        of = select(SubmissionVersion.submission_id).where(
            SubmissionVersion.instance_id == filled.deprecated_id
        )
        return self.session.get_one(Submission, self.session.scalars(of).one())

    def _form_version_id(self, form_id: int, filled: Filled) -> int | None:
        version = filled.version or converted(filled.xml_form_id)[0].version
        return self.session.scalar(
            select(FormVersion.id).where(FormVersion.form_id == form_id, FormVersion.version == version)
        )


def edit(filled: Filled, **answers: Any) -> Filled:
    """The same form corrected: another instance ID, which replaces the first."""
    repeats = filled.repeats | {name: answers.pop(name) for name in list(answers) if name in filled.repeats}
    again = filled.instance_id + "-2"
    return Filled(
        filled.xml_form_id, filled.answers | answers, repeats, again, filled.instance_id, filled.version
    )
