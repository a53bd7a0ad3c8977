"""One item of what is held aside: shown as text, whatever its bytes are, to those who may see the list."""

import pytest
from sqlalchemy import select

from server.models import Quarantine
from server.services import quarantine
from tests.builders import submission
from tests.builders_web import Browser, a_person

pytestmark = pytest.mark.database


@pytest.fixture
def admin(app, database) -> Browser:
    browser = Browser(app)
    a_person(database)
    browser.sign_in()
    return browser


def held(session) -> int:
    found = session.scalars(select(Quarantine.id)).one()
    session.rollback()
    return found


def test_what_was_sent_is_shown_as_text_and_never_as_a_page(admin, collect, session):
    collect.send(
        submission({"note": "<script>alert(1)</script> Bà Sáu"}, xml_form_id="later"), [("a.jpg", b"x")]
    )

    page = admin.get(f"/quarantine/{held(session)}")

    assert "Máy chủ chưa có biểu mẫu này" in page.text
    assert "&amp;lt;script&amp;gt;alert(1)" in page.text
    assert "<script>" not in page.text
    assert "a.jpg (1 kB)" in page.text
    assert f'action="/quarantine/{held(session)}/release"' in page.text


@pytest.mark.parametrize("content", [b"\xff\xfe\x00<\x1b[2J\x07\xe2\x80\xae broken", b"", b"<a>" * 30_000])
def test_whatever_the_bytes_are_the_page_can_be_read_and_stays_small(admin, collect, session, content):
    collect.send(content)

    page = admin.get(f"/quarantine/{held(session)}")

    assert page.status_code == 200
    assert not {"\x1b", "\x07", "\u202e"} & set(page.text)
    assert len(page.data) <= 60_000
    assert ("Đây chỉ là phần đầu" in page.text) == (len(content) > quarantine.SHOWN_CHARACTERS)


def test_who_may_not_see_the_list_sees_no_item(app, collect, database, units, session):
    collect.send(submission(xml_form_id="later"))
    a_person(database, "province_editor", [units["582@2004-01-01"]])
    editor = Browser(app)
    editor.sign_in()

    assert editor.get(f"/quarantine/{held(session)}").status_code == 403
