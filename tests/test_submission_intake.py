"""Intake: whatever comes, however often, in whatever order, nothing is lost and nothing is doubled."""

import pytest
from sqlalchemy import func, select

from server.models import Submission, SubmissionVersion
from tests.builders import submission

pytestmark = pytest.mark.database

SUCCESS = b'<message nature="submit_success">full submission upload was successful!</message>'


def test_a_submission_is_stored_byte_for_byte_and_answered_in_collects_words(collect, session):
    xml = submission({"note": "Ông Tư khoẻ hơn"})

    response = collect.send(xml)

    assert response.status_code == 201
    assert SUCCESS in response.data
    assert response.headers["X-OpenRosa-Version"] == "1.0"
    assert session.scalars(select(SubmissionVersion.xml)).all() == [xml]
    stored = session.scalars(select(Submission)).one()
    assert (stored.device_id, stored.actor_id) == ("collect:aB3", collect.actor_id)


def test_the_same_bytes_again_are_one_submission(collect, session):
    xml = submission()

    answers = [collect.send(xml) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert session.scalar(select(func.count()).select_from(Submission)) == 1
