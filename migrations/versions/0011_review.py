"""Keep what people need to work through submissions: the club each is about, and the words it is found by."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

LONGEST, MOST, BATCH = 40, 400, 200
CODED = re.compile(
    r"(?:uuid:)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|\w+@\d{4}-\d\d-\d\d|\d{4}-\d\d-\d\d(?:T\S+)?"
)
FIGURE = re.compile(r"-?(?:[1-9]\d*|0)(?:\.\d+)?")
WORD = re.compile(r"[^\W_]+")

submission = sa.table(
    "submission",
    *(sa.column(name, sa.Integer()) for name in ("id", "form_id", "current_version_id")),
    sa.column("club_id", sa.String()),
    sa.column("told_on", sa.Date()),
)
version = sa.table(
    "submission_version",
    *(sa.column(name, sa.Integer()) for name in ("id", "form_version_id")),
    sa.column("instance_name", sa.Text()),
    sa.column("xml", sa.LargeBinary()),
    sa.column("is_encrypted", sa.Boolean()),
)
form = sa.table("form", sa.column("id", sa.Integer()), sa.column("current_version_id", sa.Integer()))
form_version = sa.table("form_version", sa.column("id", sa.Integer()), sa.column("schema", sa.Text()))
ABOUT = (
    ("club", "id", "founding_date"),
    ("meeting", "club_id", "report_month"),
    ("survey", "club_id", "surveyed_on"),
)
"""Tables with a row for a submission: which column names the club, which the day told of."""
finding = sa.table(
    "finding",
    sa.column("id", sa.Integer()),
    *(sa.column(name, sa.String()) for name in ("key", "code", "question", "value")),
    sa.column("details", sa.JSON()),
)
role = sa.table("role", sa.column("id", sa.Integer()), sa.column("verbs", sa.JSON()))
COMMUNE_SUPERVISOR, REVIEWING = 103, ("submission.update", "finding.update")
word = sa.table("submission_word", sa.column("word", sa.String()), sa.column("submission_id", sa.Integer()))


def upgrade() -> None:
    op.add_column("submission", sa.Column("club_id", sa.String(length=36), nullable=True))
    op.add_column("submission", sa.Column("told_on", sa.Date(), nullable=True))
    op.create_index("ix_submission_told_on", "submission", ["told_on"])
    op.create_index("ix_submission_review_state_received_at", "submission", ["review_state", "received_at"])
    op.create_index("ix_submission_received_at_id", "submission", ["received_at", "id"])
    op.create_index("ix_submission_club_id_received_at", "submission", ["club_id", "received_at"])
    op.create_index(
        "ix_submission_version_is_branch_set_aside_at_submission_id",
        "submission_version",
        ["is_branch", "set_aside_at", "submission_id"],
    )
    op.create_table(
        "submission_word",
        sa.Column("word", sa.String(length=40), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name="fk_submission_word_submission_id"
        ),
        sa.PrimaryKeyConstraint("word", "submission_id", name="pk_submission_word"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_submission_word_submission_id_word", "submission_word", ["submission_id", "word"])
    _reviews()
    _findings()
    _purged()
    _name_clubs()
    _make_submissions_sought()


def _reviews() -> None:
    """Comments, states set together, and supervisors of communes who review what their communes sent."""
    op.create_table(
        "submission_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("word", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name="fk_submission_comment_actor_id"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name="fk_submission_comment_submission_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_submission_comment"),
        sa.UniqueConstraint("word", name="uq_submission_comment_word"),
    )
    op.create_index("ix_submission_comment_submission_id", "submission_comment", ["submission_id"])
    op.create_table(
        "review_batch",
        sa.Column("word", sa.String(length=64), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name="fk_review_batch_actor_id"),
        sa.PrimaryKeyConstraint("word", name="pk_review_batch"),
    )
    connection = op.get_bind()
    held = connection.execute(sa.select(role.c.verbs).where(role.c.id == COMMUNE_SUPERVISOR)).scalar_one()
    verbs = list(dict.fromkeys([*held, *REVIEWING]))
    connection.execute(role.update().where(role.c.id == COMMUNE_SUPERVISOR).values(verbs=verbs))


def _findings() -> None:
    """What people decided about findings, kept by what a finding says: its row is made anew with every projection."""
    op.create_table(
        "finding_decision",
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name="fk_finding_decision_actor_id"),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name="fk_finding_decision_submission_id"
        ),
        sa.PrimaryKeyConstraint("submission_id", "key", name="pk_finding_decision"),
    )
    op.add_column("finding", sa.Column("key", sa.String(length=64), server_default="", nullable=False))
    op.drop_index("ix_finding_submission_id", "finding")
    op.create_index("ix_finding_submission_id_key", "finding", ["submission_id", "key"])
    connection = op.get_bind()
    columns = (finding.c.id, finding.c.code, finding.c.question, finding.c.value, finding.c.details)
    rows = [
        {"row": row[0], "made": hashlib.sha256(_said(row[1:]).encode()).hexdigest()}
        for row in connection.execute(sa.select(*columns)).all()
    ]
    if rows:
        made = finding.update().where(finding.c.id == sa.bindparam("row")).values(key=sa.bindparam("made"))
        connection.execute(made, rows)


def _said(parts: Any) -> str:
    return json.dumps(list(parts), ensure_ascii=True, sort_keys=True, default=str)


def _purged() -> None:
    op.create_index("ix_submission_deleted_at", "submission", ["deleted_at"])
    op.create_table(
        "purged_submission",
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.String(length=200), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("purged_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["form_id"], ["form.id"], name="fk_purged_submission_form_id"),
        sa.PrimaryKeyConstraint("form_id", "instance_id", name="pk_purged_submission"),
    )


def _name_clubs() -> None:
    """The club that each submission is about and the day it tells of, as far as the club tables say."""
    connection = op.get_bind()
    for name, club, day in ABOUT:
        made = sa.table(
            name,
            sa.column("submission_id", sa.Integer()),
            sa.column(club, sa.String()),
            sa.column(day, sa.Date()),
        )
        rows = connection.execute(sa.select(made.c.submission_id, made.c[club], made.c[day])).all()
        if rows:
            told = submission.update().where(submission.c.id == sa.bindparam("key"))
            told = told.values(club_id=sa.bindparam("about"), told_on=sa.bindparam("day"))
            connection.execute(told, [{"key": key, "about": about, "day": on} for key, about, on in rows])


def _make_submissions_sought() -> None:
    connection = op.get_bind()
    ids = connection.execute(sa.select(submission.c.id).order_by(submission.c.id)).scalars().all()
    ways: dict[int | None, dict[str, Any]] = {None: {}}
    for at in range(0, len(ids), BATCH):
        current = (
            sa.select(submission.c.id, version, form.c.current_version_id.label("newest"))
            .join_from(submission, version, version.c.id == submission.c.current_version_id)
            .join(form, form.c.id == submission.c.form_id)
            .where(submission.c.id.in_(ids[at : at + BATCH]))
        )
        rows = []
        for one in connection.execute(current).all():
            texts = [one.instance_name or ""]
            if not one.is_encrypted:
                texts += _written(one.xml, _way(one.form_version_id or one.newest, ways))
            found = dict.fromkeys(
                part[:LONGEST] for text in texts for part in WORD.findall(_plain(text)) if len(part) > 1
            )
            rows += [{"word": part, "submission_id": one.id} for part in list(found)[:MOST]]
        if rows:
            connection.execute(word.insert(), rows)


def _way(version_id: int | None, ways: dict[int | None, dict[str, Any]]) -> dict[str, Any]:
    """The way to the questions for text of a form version, as nested names."""
    if version_id not in ways:
        chosen = sa.select(form_version.c.schema).where(form_version.c.id == version_id)
        root: dict[str, Any] = {}
        for one in json.loads(op.get_bind().execute(chosen).scalar_one())["fields"]:
            if one["kind"] == "string" and one.get("label") and not one.get("calculated"):
                here = root
                for name in one["path"][:-1]:
                    here = here.setdefault(name, {})
                here[one["path"][-1]] = None
        ways[version_id] = root
    return ways[version_id]


def _written(xml: bytes, way: dict[str, Any]) -> Iterator[str]:
    """The answers that are text; the XML was read without fault when it was taken in."""
    yield from _below(ElementTree.fromstring(xml), way)  # noqa: S314 - no DOCTYPE was ever taken in


def _below(element: ElementTree.Element, way: dict[str, Any]) -> Iterator[str]:
    for child in element:
        name = child.tag.rpartition("}")[2]
        if way.get(name) is not None:
            yield from _below(child, way[name])
        elif (
            name in way and (text := CODED.sub(" ", child.text or "").strip()) and not FIGURE.fullmatch(text)
        ):
            yield text


def _plain(text: str) -> str:
    """Small letters without marks."""
    apart = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
