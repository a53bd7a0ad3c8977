"""One submission as a page, and what people do there and from the list: comments, review states, taking them back."""

import io
import re
from html import unescape

import pytest
from PIL import Image
from sqlalchemy import func, select

from server.models import Audit, ReviewBatch, Submission, SubmissionComment
from tests.builders import Collect, a_club, new_instance_id, publish, submission
from tests.builders_web import Browser, a_person
from tests.encrypting import encrypt, key_pair
from tests.test_export import BODY, HOUSEHOLD, SECRET
from tests.test_web_submissions import HOUSE, numbers, send

pytestmark = pytest.mark.database

WORD = "a-word-of-the-form-that-is-long"
AUDIT = (
    "event,node,start,end\n"
    "form start,,1730000000000,\n"
    "question,/data/head/name,1730000000000,1730000065000\n"
    "question,/data/income,1730000065000,1730000077000\n"
)


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
    with database.transaction() as writing:
        for form in (HOUSE, HOUSEHOLD):
            publish(writing, blobs, form)
    return collect


def text(response) -> str:
    """What a page says, tags and white space apart."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text.split("<main")[1])).split())


def the_one(admin) -> str:
    (number,) = numbers(admin.get("/submissions"))
    return f"/submissions/{number}"


def state(session, number: str) -> str | None:
    session.rollback()
    return session.get_one(Submission, int(number)).review_state


def test_answers_stand_in_their_groups_and_repeats_with_labels_for_codes(admin, houses):
    houses.send(submission(xml_form_id="household", version="1", body=BODY))

    page = admin.get(the_one(admin))

    said = text(page)
    assert "Chủ hộ Tên Lò Văn A Sinh 01/02/1950" in said
    assert "Nơi ở 20.98000, 105.84000 (±4 m)" in said
    assert "Có Ti vi, Lợn Thu nhập -1500,50" in said
    assert "Người (1)" in said
    assert "Lần khám (2) Số Thuốc 1 aspirin 2 =1+2" in said
    assert "Không có câu trả lời (1) Lần khám" in said
    assert "20.98000, 105.84000" in said.split("Nhận và điền phiếu")[-1]


def test_a_page_says_who_sent_it_when_and_how_long_each_question_took(admin, houses):
    body = BODY + "<orx:meta><audit>audit.csv</audit></orx:meta>"
    houses.send(submission(xml_form_id="household", version="1", body=body), [("audit.csv", AUDIT.encode())])

    said = text(admin.get(the_one(admin)))

    assert "Tên Lò Văn A 1 phút" in said
    assert "-1500,50 12 giây" in said
    assert "Máy gửi Máy thử" in said
    assert "collect:aB3" in said
    assert "Thời gian mở câu hỏi 1 phút" in said
    assert "Bắt đầu điền 27/10/2024 10:33" in said


def test_pictures_are_shown_small_and_files_are_saved_as_they_came(admin, houses):
    content = io.BytesIO()
    Image.new("RGB", (3000, 2000), "green").save(content, "JPEG")
    houses.send(
        submission({"photo": "nhà.jpg", "voice": "lời.m4a", "note": "x"}), [("nhà.jpg", content.getvalue())]
    )
    one = the_one(admin)

    page = admin.get(one)
    (small,) = re.findall(r'<img class="thumb" src="([^"]+)"', page.text)
    picture, whole = admin.get(small), admin.get(small.removesuffix("/small.jpg"))

    assert Image.open(io.BytesIO(picture.data)).size == (900, 600)
    assert whole.data == content.getvalue()
    assert whole.headers["Content-Disposition"] == "attachment; filename*=UTF-8''nh%C3%A0.jpg"
    assert (whole.content_type, whole.headers["X-Content-Type-Options"]) == (
        "application/octet-stream",
        "nosniff",
    )
    assert "lời.m4a chưa đến" in text(page)


def test_an_encrypted_submission_says_why_its_answers_are_not_there(admin, houses, database, blobs):
    with database.transaction() as writing:
        publish(writing, blobs, SECRET.replace("| v1 |", "| v2 |"))
    instance_id, key = new_instance_id(), key_pair().public
    answers = submission({"note": "kín"}, version="v2", instance_id=instance_id)
    sent = encrypt(answers, public=key, instance_id=instance_id, version="v2")
    houses.send(sent.xml, sent.files)

    page = admin.get(the_one(admin))

    assert "Phiếu này được mã hóa." in text(page)
    assert "kín" not in page.text


def test_versions_say_field_by_field_what_they_changed(admin, houses):
    first = send(houses, "Đào")
    send(houses, "Mai", deprecated_id=first)

    said = text(admin.get(the_one(admin)))

    assert "Phiên bản 2 đang được tính" in said
    assert "Chủ hộ Đào Mai" in said
    assert "Phiên bản 1 đã được thay" in said


def test_somebody_else_sees_neither_page_nor_files_nor_may_review(
    admin, app, houses, database, units, session
):
    houses.send(submission({"photo": "a.jpg"}), [("a.jpg", b"x")])
    one = the_one(admin)
    file = re.search(rf'"({one}/files/\d+)"', admin.get(one).text)[1]
    a_person(database, "reviewer", [units["12@2004-01-01"]], email="chau@clb.example")
    stranger = Browser(app)
    stranger.sign_in("chau@clb.example")
    stranger.get("/submissions")

    for path in (one, f"{one}/texts/1.xml", file, f"{file}/small.jpg"):
        assert (admin.get(path).status_code, stranger.get(path).status_code) in ((200, 404), (404, 404))
    assert stranger.post(f"{one}/review", state="approved", word=WORD).status_code == 404
    assert (
        stranger.post("/submissions", id=one.split("/")[-1], state="approved", word=WORD).status_code == 404
    )
    assert state(session, one.split("/")[-1]) is None


def test_a_comment_is_written_once_though_its_form_is_sent_twice(admin, houses, session):
    send(houses, "Đào")
    one = the_one(admin)
    admin.get(one)

    for _ in range(2):
        admin.post(f"{one}/review", state="", comment=" Sai tên\r\nchủ hộ ", word=WORD)

    said = admin.get(one)
    assert session.scalars(select(SubmissionComment.text)).all() == ["Sai tên\nchủ hộ"]
    logged = session.scalars(select(Audit.details).where(Audit.action == "submission.comment.create")).all()
    assert logged == [{}]
    assert said.text.count("Sai tên") == 1
    assert "Lan · Nhận xét Sai tên chủ hộ" in text(said)


def test_has_issues_needs_a_reason_and_keeps_what_was_typed(admin, houses, session):
    send(houses, "Đào")
    one = the_one(admin)
    admin.get(one)

    refused = admin.post(f"{one}/review", state="rejected", comment="", word=WORD)
    empty = admin.post(f"{one}/review", state="", comment="  ", word=WORD)

    assert (refused.status_code, empty.status_code) == (400, 400)
    assert "Xin ghi phiếu sai ở đâu" in refused.text
    assert session.scalar(select(func.count()).select_from(ReviewBatch)) == 0


def test_a_new_version_sets_a_reviewed_submission_to_edited(admin, houses, session):
    first = send(houses, "Đào")
    one = the_one(admin)
    admin.get(one)
    done = admin.post(f"{one}/review", state="hasIssues", comment="Sai tên", word=WORD)
    assert done.status_code == 303
    assert "Có vấn đề" in text(admin.get(one))

    send(houses, "Mai", deprecated_id=first)

    assert state(session, one.split("/")[-1]) == "edited"
    assert "Lan · Duyệt: Có vấn đề Sai tên" in text(admin.get(one))


@pytest.fixture
def three(admin, houses) -> list[str]:
    for head in ("Đào", "Mai", "Pha"):
        send(houses, head)
    return numbers(admin.get("/submissions?form=house"))


def post_many(admin, path: str, ids: list[str], **fields: str):
    return admin.client.post(path, data={"csrf": admin.word, "id": ids, "word": WORD} | fields)


def test_many_are_reviewed_at_once_and_it_is_taken_back_with_one_step(admin, three, session):
    for _ in range(2):
        done = post_many(admin, "/submissions?form=house", three[:2], state="approved", comment="")
        assert done.location == f"/submissions?form=house&done={WORD}"
    assert [state(session, one) for one in three] == ["approved", "approved", None]
    reviewed = select(func.count()).where(Audit.action == "submission.update.review")
    assert session.scalar(reviewed) == 2
    session.rollback()
    assert "Đã ghi “Đã duyệt” cho 2 phiếu." in text(admin.get(done.location))

    admin.post(f"/submissions/{three[1]}/review", state="hasIssues", comment="Sai", word=WORD + "2")
    back = admin.post("/submissions/undo", word=WORD, back=done.location)
    admin.post("/submissions/undo", word=WORD, back="//evil.example")

    assert [state(session, one) for one in three] == [None, "hasIssues", None]
    assert "Đã hoàn tác" in text(admin.get(back.location))


def test_a_form_without_ticks_or_reason_comes_back_as_it_was(admin, three, session):
    nothing = post_many(admin, "/submissions?form=house", [], state="approved", comment="")
    reason = post_many(admin, "/submissions?form=house", three[:1], state="hasIssues", comment="")

    assert (nothing.status_code, reason.status_code) == (400, 400)
    assert "Xin đánh dấu ít nhất một phiếu" in nothing.text
    assert re.findall(r'value="(\d+)"[^>]* checked', reason.text) == three[:1]
    assert '<option value="hasIssues" selected>' in reason.text.split('id="set"')[1]
    assert re.findall(r'id="(\w+)"[^>]* autofocus', reason.text) == ["comment"], (
        "long pages open at the fault"
    )
    assert state(session, three[0]) is None


def test_everything_on_a_page_is_ticked_by_a_link(admin, three):
    page = admin.get("/submissions?form=house&all=1")

    assert len(re.findall(r'name="id" value="\d+"[^>]* checked', page.text)) == 3


def test_one_outside_the_units_leaves_all_the_others_alone(app, admin, three, database, units, session):
    with database.transaction() as writing:
        inside = a_club(writing, units["03388@2004-01-01"], "CLB Đoàn Kết").submission_id
    a_person(database, "province_editor", [units["12@2004-01-01"]], email="hoa@clb.example")
    editor = Browser(app)
    editor.sign_in("hoa@clb.example")
    editor.get("/submissions")

    assert post_many(editor, "/submissions", [str(inside), three[0]], state="approved").status_code == 404
    assert (state(session, str(inside)), state(session, three[0])) == (None, None)


def test_another_persons_review_cannot_be_taken_back(app, admin, three, database, session):
    post_many(admin, "/submissions", three, state="approved")
    a_person(database, email="hoa@clb.example")
    other = Browser(app)
    other.sign_in("hoa@clb.example")
    other.get("/submissions")

    assert other.post("/submissions/undo", word=WORD, back="/submissions").status_code == 404
    assert state(session, three[0]) == "approved"


@pytest.mark.parametrize(
    ("role", "may"), [("commune_supervisor", True), ("reviewer", True), ("official", False)]
)
def test_who_reviews(app, admin, database, units, session, role, may):
    with database.transaction() as writing:
        one = a_club(writing, units["22837@2004-01-01"], "CLB Lợi Hải").submission_id
    a_person(database, role, [units["582@2004-01-01"]], email="hoa@clb.example")
    somebody = Browser(app)
    somebody.sign_in("hoa@clb.example")
    somebody.get("/account")

    answer = somebody.post(f"/submissions/{one}/review", state="approved", word=WORD)

    assert answer.status_code == (303 if may else 403)
    assert state(session, str(one)) == ("approved" if may else None)
