"""The list of submissions: what somebody finds in it, and what they do not."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, insert, select

from server.models import Finding, SubmissionWord
from server.services import rebuild
from server.services import submission as submissions
from server.services.actor import SYSTEM_ID
from server.services.submission import Sender, listing
from tests.builders import Collect, a_club, new_instance_id, publish, submission
from tests.builders_club import edit, founding, meeting, publish_programme
from tests.builders_web import Browser, a_person
from tests.test_submission_life import ALL, Field

pytestmark = pytest.mark.database

HOUSE = """
| survey |
| | type            | name    | label::Tiếng Việt (vi) | label::English (en) |
| | text            | head    | Chủ hộ                 | Head of household   |
| | select_one kind | kind    | Loại                   | Kind                |
| choices |
| | list_name | name | label::Tiếng Việt (vi) | label::English (en) |
| | kind      | poor | Hộ nghèo               | Poor                |
| settings |
| | form_id | form_title | version | default_language |
| | house   | Thăm nhà   | v1      | Tiếng Việt (vi)  |
"""


@pytest.fixture
def browser(app) -> Browser:
    return Browser(app)


@pytest.fixture
def admin(browser, database) -> Browser:
    a_person(database)
    browser.sign_in()
    return browser


@pytest.fixture
def houses(database, blobs, collect) -> Collect:
    """A form for households, published; the tablet that sends it."""
    with database.transaction() as writing:
        publish(writing, blobs, HOUSE)
    return collect


def send(tablet: Collect, head: str, **more: str) -> str:
    """A household of that head; gives the instance ID."""
    instance_id = more.pop("instance_id", new_instance_id())
    xml = submission({"head": head, "kind": "poor"}, xml_form_id="house", instance_id=instance_id, **more)
    assert tablet.send(xml).status_code == 201
    return instance_id


def numbers(response) -> list[str]:
    return re.findall(r'class="row-link" href="/submissions/(\d+)"', response.text)


def rows(response) -> int:
    return len(numbers(response))


@pytest.mark.parametrize(
    "asked", ["nguyen", "Nguyễn", "NGUYEN+dao", "ho%C3%A0+binh", "ho%CC%80a+binh", "Đào"]
)
def test_words_are_found_with_and_without_their_marks(admin, houses, asked):
    send(houses, "Nguyễn Thị Đào, thôn Hoà Bình")
    send(houses, "Nguyễn Văn Đào, xóm Hòa Bình")
    send(houses, "Lò Văn Pha")

    assert rows(admin.get(f"/submissions?q={asked}")) == 2


def test_codes_are_no_words_and_all_words_must_be_there(admin, houses):
    send(houses, "Nguyễn Thị Đào")

    assert rows(admin.get("/submissions?q=poor")) == 0
    assert rows(admin.get("/submissions?q=dao+pha")) == 0
    assert "Không có phiếu nào khớp" in admin.get("/submissions?q=dao+pha").text
    assert rows(admin.get("/submissions?q=%25")) == 1
    assert rows(admin.get(f"/submissions?q={'+'.join(['dao'] * 500)}")) == 1


def test_an_instance_id_finds_its_submission_through_every_edit(admin, houses):
    first = send(houses, "Đào")
    second = send(houses, "Mai", deprecated_id=first)
    send(houses, "Pha")

    assert numbers(admin.get(f"/submissions?q={first}")) == numbers(admin.get(f"/submissions?q={second}"))
    assert rows(admin.get(f"/submissions?q={second}")) == 1


def test_an_edit_is_found_by_what_it_says_and_no_more_by_what_it_replaced(admin, houses, session):
    first = send(houses, "Đào")
    send(houses, "Mai", deprecated_id=first)

    assert (rows(admin.get("/submissions?q=dao")), rows(admin.get("/submissions?q=mai"))) == (0, 1)
    found = admin.get("/submissions?state=edited")
    submissions.choose(session, ALL, int(numbers(found)[0]), "1", SYSTEM_ID)
    session.commit()
    assert (rows(admin.get("/submissions?q=dao")), rows(admin.get("/submissions?q=mai"))) == (1, 0)


def test_a_rebuild_finds_the_words_again(houses, session):
    send(houses, "Nguyễn Thị Đào")
    kept = set(session.execute(select(SubmissionWord.word, SubmissionWord.submission_id)))
    session.execute(SubmissionWord.__table__.delete())

    rebuild.rebuild(session)

    assert {word for word, _ in kept} == {"nguyen", "thi", "dao"}
    assert set(session.execute(select(SubmissionWord.word, SubmissionWord.submission_id))) == kept


@pytest.fixture
def season(session, blobs) -> dict[str, int]:
    """The submissions of one club: its founding in 2019, April and May 2019, with May corrected."""
    publish_programme(session, blobs)
    field = Field(session, blobs)
    found = {"founding": field.send(founding("a"))}
    found["april"], may = field.send(meeting("2019-04", n_present=10)), meeting("2019-05", n_present=11)
    found["may"] = field.send(may)
    field.send(edit(may, n_present=12))
    session.commit()
    return found


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("period=2019-04", ["april"]),
        ("period=2019-Q2", ["may", "april"]),
        ("form=club_founding", ["founding"]),
        ("state=edited", ["may"]),
        ("state=received&form=club_meeting", ["april"]),
        ("period=2018", []),
    ],
)
def test_a_list_is_narrowed_by_form_period_and_state(admin, season, asked, wanted):
    assert numbers(admin.get(f"/submissions?{asked}")) == [str(season[name]) for name in wanted]


def test_a_club_is_found_by_name_and_code_in_all_that_was_sent_about_it(admin, season, session):
    from server.models import Club

    club = session.scalars(select(Club)).one()
    name = club.name.split()[-1]
    session.rollback()

    assert rows(admin.get(f"/submissions?q={club.code}")) == 3
    assert rows(admin.get(f"/submissions?q={name}")) == 3


def test_a_club_and_its_submissions_lead_to_each_other(admin, season, session):
    from server.models import Club

    code = session.scalars(select(Club)).one().code
    session.rollback()

    assert f'href="/submissions?q={code}"' in admin.get(f"/clubs/{code}").text
    for page in ("/submissions", f"/submissions/{season['founding']}"):
        assert f'href="/clubs/{code}"' in admin.get(page).text


def test_a_period_that_cannot_be_read_comes_back_with_what_was_typed(admin, season):
    page = admin.get("/submissions?period=th%C3%A1ng+4")

    assert page.status_code == 400
    assert 'value="tháng 4"' in page.text
    assert "Không hiểu kỳ báo cáo" in page.text


def test_findings_narrow_a_list(admin, database, units):
    with database.transaction() as writing:
        for name, code in (("A", "gps_far"), ("B", "future_date"), ("C", "")):
            club = a_club(writing, units["22837@2004-01-01"], name)
            if code:
                finding = {"severity": "error", "question": "gps", "value": "1", "details": {}}
                ids = {"submission_id": club.submission_id, "club_id": club.id, "code": code}
                writing.execute(insert(Finding), finding | ids)

    assert rows(admin.get("/submissions?finding=any")) == 2
    assert rows(admin.get("/submissions?finding=gps_far")) == 1
    assert rows(admin.get("/submissions")) == 3


def test_a_unit_and_a_viewer_bound_to_it_show_the_same_clubs(browser, admin, app, database, units):
    here, there = units["582@2004-01-01"], units["03388@2004-01-01"]
    with database.transaction() as writing:
        inside = a_club(writing, units["22837@2004-01-01"], "CLB Lợi Hải").submission_id
        a_club(writing, there, "CLB Đoàn Kết")
    a_person(database, "commune_supervisor", [here], email="hoa@clb.example")
    supervisor = Browser(app)
    supervisor.sign_in("hoa@clb.example")

    assert numbers(admin.get(f"/submissions?unit={here}")) == [str(inside)]
    assert numbers(supervisor.get("/submissions")) == [str(inside)]
    assert numbers(supervisor.get(f"/submissions?unit={there}")) == []
    assert "Đoàn Kết" not in supervisor.get("/submissions").text


def test_who_only_reads_reports_sees_no_submissions(browser, database, units):
    a_person(database, "official", [units["582@2004-01-01"]])
    browser.sign_in()

    assert browser.get("/submissions").status_code == 403
    assert 'href="/submissions"' not in browser.get("/").text


@pytest.fixture
def many(session, blobs, forms_published) -> list[int]:
    """A hundred and twenty submissions, a minute apart but for three of one moment; the newest last."""
    found = []
    for number in range(120):
        at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=max(number, 3))
        sent = submissions.read(1, submission({"note": f"Bà số {number}"}), (), Sender(None, None, None), at)
        found.append(submissions.receive(session, blobs, sent).submission_id)
    session.commit()
    return found


def test_pages_follow_each_other_without_gap_and_back_again(admin, many):
    first = admin.get("/submissions")
    second = admin.get(_link(first, "next"))
    third = admin.get(_link(second, "next"))
    back = admin.get(_link(admin.get(_link(third, "prev")), "prev"))

    seen = [*numbers(first), *numbers(second), *numbers(third)]
    assert seen == [str(one) for one in reversed(many)]
    assert (rows(first), rows(third)) == (50, 20)
    assert numbers(back) == numbers(first)
    assert 'rel="prev"' not in first.text
    assert 'rel="next"' not in third.text


def _link(response, rel: str) -> str:
    return re.search(rf'rel="{rel}" href="([^"]+)"', response.text)[1].replace("&amp;", "&")


def test_a_page_asks_the_database_few_things_and_stays_small(admin, many, database):
    asked: list[str] = []
    event.listen(database.reader, "before_cursor_execute", lambda *call: asked.append(call[2]))

    page = admin.get("/submissions?q=ba+so")

    assert rows(page) == 50
    assert len(asked) <= 22
    assert len(page.data) <= 60_000


@pytest.fixture
def few_are_one() -> Iterator[None]:
    kept, listing.FEW = listing.FEW, 1
    yield
    listing.FEW = kept


@pytest.mark.usefixtures("few_are_one")
def test_words_and_periods_of_many_submissions_find_the_same(admin, season, houses):
    for head in ("Nguyễn Thị Đào", "Nguyễn Văn Mai", "Lò Văn Pha"):
        send(houses, head)

    assert rows(admin.get("/submissions?form=house&q=nguyen")) == 2
    assert rows(admin.get("/submissions?form=house&q=nguyen+mai")) == 1
    assert numbers(admin.get("/submissions?period=2019-Q2")) == [str(season["may"]), str(season["april"])]
