"""The three forms of the programme with answers that no tablet would give: taken, kept, at worst put down as a fault.

Every answer of a mutated submission is well-formed XML, so the tablet is told 201. What the club tables cannot hold
becomes a finding or a known fault of that submission, never an error of the database or of the code.
"""

import copy
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from sqlalchemy import select

from server.demo import document
from server.models import Submission
from server.services import demo
from tests.builders import Collect, multipart
from tests.live import publish_programme

pytestmark = pytest.mark.database

PROVINCE = "12"
EXAMPLES = 200
KNOWN_FAULTS = ("AnswerMissing", "ClubUnknown", "ClubIDTaken")
NASTY = [
    "",
    " ",
    "-1",
    "0",
    "1e400",
    "NaN",
    "9" * 30,
    "-9223372036854775809",
    "99999999999",
    "3.999999999999999999999",
    "không biết",
    "2026-13-45",
    "0000-00-00",
    "10000-01-01",
    "1900-01-01",
    "2026-11-22T25:61:00.000+99:99",
    "11.5 108.9 0 abc",
    "999 999 999 999",
    "yes no yes",
    "x" * 70_000,
    "\u202egnouhP",
    "e\u0323\u0302" * 50,
    "🌾",
    "00000000-0000-4000-8000-000000000000",
    "22831@2099-01-01",
    "@",
    "00000@",
]
"""Answers that do not fit: numbers beyond every column, days that are none, places nobody knows."""


@st.composite
def mutated(draw, originals):
    """One filled form with up to eight answers changed, taken away, doubled or put in another place."""
    root = copy.deepcopy(draw(st.sampled_from(originals)))
    for node in root.iter("{*}instanceID"):
        node.text = f"uuid:{draw(st.uuids(version=4))}"
    for _ in range(draw(st.integers(1, 8))):
        nodes = [node for node in root.iter() if node is not root and "instanceID" not in str(node.tag)]
        node = nodes[draw(st.integers(0, len(nodes) - 1))]
        parent = node.getparent()
        match draw(st.sampled_from(["answer", "answer", "answer", "remove", "double", "move", "attribute"])):
            case "answer" if len(node) == 0:
                node.text = draw(st.sampled_from(NASTY))
            case "remove":
                parent.remove(node)
            case "double":
                parent.insert(parent.index(node), copy.deepcopy(node))
            case "move" if not list(node.iter("{*}meta")):
                root.append(node)
            case "attribute" if node.attrib:
                name = draw(st.sampled_from(sorted(node.attrib)))
                node.set(name, draw(st.sampled_from([*NASTY[:12], "1", str(uuid.UUID(int=5, version=4))])))
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def test_answers_that_fit_nothing_are_taken_and_break_no_table(app, database, blobs):
    token = publish_programme(database, blobs)
    tablet = Collect(app, token, 0)
    with database.reading() as session:
        forms = demo.published(session, 1)
        told = sorted(demo.tell(session, PROVINCE, forms), key=lambda one: one.received_at)[:120]
    texts = [
        document.write(
            forms[one.form_id].nodes,
            one.form_id,
            forms[one.form_id].version,
            one.answers,
            one.instance_id,
            one.instance_name,
        )
        for one in told
    ]
    for xml in texts:
        assert tablet.send(xml).status_code == 201
    originals = [etree.fromstring(xml) for xml in texts]

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(mutated(originals))
    def send(xml):
        answer = tablet.post(multipart(xml))
        assert answer.status_code in (201, 400, 404, 409), answer.text

    send()

    with database.reading() as session:
        faults = session.scalars(
            select(Submission.projection_error).where(Submission.projection_state == "failed")
        ).all()
    assert sorted({fault for fault in faults if not fault.startswith(KNOWN_FAULTS)}) == []
