"""Keys that end: a tablet sends what it holds for a while yet, fetches nothing, and loses nothing even after that."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select, update

from server import clock
from server.config import BadSetting, read
from server.context import CONFIG
from server.errors import BadToken
from server.models import AppUser, Audit, Form, Quarantine, RetiredKey, Submission
from server.services import actor, app_user, quarantine, submission
from server.services.actor import SYSTEM_ID, KeyReplaced, KeyRevoked
from server.services.app_user import AT_ONCE
from tests.builders import Collect
from tests.builders import submission as filled

pytestmark = pytest.mark.database

PULLS = (
    "formList",
    "forms/visit.xml",
    "forms/register/manifest",
    "forms/place%2F1/attachments/th%C3%B4n.csv",
)


def renewed(collect: Collect, database, grace=app_user.GRACE) -> Collect:
    """The same tablet after it has scanned its new code."""
    with database.transaction() as session:
        token = app_user.renew(session, collect.actor_id, SYSTEM_ID, grace)
    return Collect(collect.app, token, collect.actor_id)


def revoked(collect: Collect, database, grace=app_user.GRACE) -> None:
    with database.transaction() as session:
        app_user.revoke(session, collect.actor_id, SYSTEM_ID, grace)


def time_is_over(database) -> None:
    """Ninety days later."""
    past = clock.now() - timedelta(seconds=1)
    ended, was_revoked = past - app_user.GRACE, AppUser.revoked_at.is_not(None)
    with database.transaction() as session:
        session.execute(update(RetiredKey).values(retired_at=ended, send_until=past))
        session.execute(update(AppUser).where(was_revoked).values(revoked_at=ended, send_until=past))


def count(database, model) -> int:
    with database.reading() as session:
        return len(session.scalars(select(model)).all())


@pytest.mark.parametrize("path", PULLS)
def test_a_replaced_key_fetches_nothing_and_says_to_scan_the_new_card(collect, database, path):
    assert collect.get(path).status_code == 200
    new = renewed(collect, database)

    refused = collect.get(path)

    assert refused.status_code == 403
    assert "thẻ mới" in refused.text
    assert "Cấu hình lại" in refused.text
    assert new.get(path).status_code == 200


def test_a_replaced_key_sends_and_the_form_counts_for_the_same_tablet(collect, database):
    new = renewed(collect, database)

    assert collect.head().status_code == 204
    assert collect.send(filled({"note": "trước khi đổi thẻ"}), [("a.jpg", b"1")]).status_code == 201
    assert new.send(filled({"note": "sau khi đổi thẻ"})).status_code == 201

    with database.reading() as session:
        assert set(session.scalars(select(Submission.actor_id))) == {collect.actor_id}
    assert count(database, Quarantine) == 0


@pytest.mark.parametrize("path", PULLS)
def test_a_revoked_key_sends_but_fetches_nothing(collect, database, path):
    revoked(collect, database)

    refused = collect.get(path)

    assert refused.status_code == 403
    assert "thu hồi" in refused.text
    assert collect.head().status_code == 204
    assert collect.send(filled()).status_code == 201


def test_the_message_names_the_day_in_vietnam_until_which_the_key_sends(collect, database):
    revoked(collect, database)
    until = (clock.now() + app_user.GRACE).astimezone(clock.VIETNAM)

    assert f"{until:%d/%m/%Y}" in collect.get("formList").text


def test_a_key_replaced_twice_still_sends(collect, database):
    second = renewed(collect, database)
    third = renewed(second, database)

    assert [tablet.send(filled()).status_code for tablet in (collect, second, third)] == [201, 201, 201]
    assert [tablet.get("formList").status_code for tablet in (collect, second, third)] == [403, 403, 200]


@pytest.mark.parametrize("end", [renewed, revoked])
def test_after_its_time_a_form_is_refused_but_kept_with_its_files(collect, database, blobs, end):
    end(collect, database)
    time_is_over(database)
    xml = filled({"note": "ba tháng sau"})

    refused = collect.send(xml, [("ảnh.jpg", b"photo")])

    assert refused.status_code == 403
    assert "đã được giữ riêng" in refused.text
    assert count(database, Submission) == 0
    with database.reading() as session:
        kept = session.scalars(select(Quarantine)).one()
    assert (kept.reason, kept.actor_id, kept.xml_form_id) == ("revoked_key", collect.actor_id, "visit")
    assert blobs.read(kept.xml_sha256) == xml
    assert [file["name"] for file in kept.attachments] == ["ảnh.jpg"]


def test_what_came_too_late_can_be_taken_in_by_a_person(collect, database, blobs):
    revoked(collect, database)
    time_is_over(database)
    collect.send(filled({"note": "vẫn cần"}), [("a.jpg", b"photo")])

    with database.transaction() as session:
        submission.release(session, blobs, session.scalars(select(Quarantine.id)).one(), SYSTEM_ID)

    with database.reading() as session:
        assert session.scalars(select(Submission.actor_id)).all() == [collect.actor_id]
        assert quarantine.count_by_reason(session) == {}


def test_the_same_form_sent_again_and_again_after_its_time_is_kept_once(collect, database):
    revoked(collect, database)
    time_is_over(database)
    xml = filled()

    answers = [collect.send(xml).status_code for _ in range(3)]

    assert answers == [403, 403, 403]
    with database.reading() as session:
        assert session.scalars(select(Quarantine.times)).all() == [3]


def test_after_its_time_what_cannot_be_read_is_kept_too(collect, database):
    revoked(collect, database)
    time_is_over(database)

    assert collect.send(b"<data id='visit'><note>").status_code == 403
    assert count(database, Quarantine) == 1


def test_a_body_larger_than_allowed_is_not_kept(collect, database):
    revoked(collect, database)
    time_is_over(database)
    config = collect.app.extensions[CONFIG]
    collect.app.extensions[CONFIG] = read({"CLB_MAX_BODY_BYTES": "500", "CLB_DATA": str(config.data)})

    assert collect.send(filled(), [("a.jpg", b"x" * 1000)]).status_code == 413
    assert count(database, Quarantine) == 0


@pytest.mark.parametrize("path", PULLS)
def test_after_its_time_a_key_fetches_nothing_either(collect, database, path):
    renewed(collect, database, AT_ONCE)

    refused = collect.get(path)

    assert refused.status_code == 403
    assert "quét lại mã QR" in refused.text


def test_a_stolen_tablet_has_no_time_left_with_any_of_its_keys(collect, database):
    second = renewed(collect, database)
    revoked(second, database, AT_ONCE)

    assert [tablet.send(filled()).status_code for tablet in (collect, second)] == [403, 403]


def test_a_key_that_was_revoked_first_and_then_found_stolen_loses_its_time(collect, database):
    revoked(collect, database)
    revoked(collect, database, AT_ONCE)

    assert collect.send(filled()).status_code == 403


def test_revoking_again_gives_no_more_time(collect, database, session):
    revoked(collect, database, timedelta(days=1))
    until = session.get_one(AppUser, collect.actor_id).send_until
    session.rollback()

    revoked(collect, database, timedelta(days=300))

    assert session.get_one(AppUser, collect.actor_id, populate_existing=True).send_until == until


def test_a_new_card_gives_a_stolen_key_no_time_back(collect, database):
    revoked(collect, database, AT_ONCE)

    new = renewed(collect, database)

    assert collect.send(filled()).status_code == 403
    assert new.send(filled()).status_code == 201
    assert new.get("formList").status_code == 200


def test_a_revoked_key_that_is_restored_works_as_before(collect, database):
    revoked(collect, database, AT_ONCE)

    with database.transaction() as session:
        app_user.restore(session, collect.actor_id, SYSTEM_ID)

    assert collect.get("formList").status_code == 200
    assert collect.send(filled()).status_code == 201


def test_restoring_after_a_new_card_does_not_bring_the_old_one_back(collect, database):
    new = renewed(collect, database)
    revoked(new, database)

    with database.transaction() as session:
        app_user.restore(session, collect.actor_id, SYSTEM_ID)

    assert (collect.get("formList").status_code, new.get("formList").status_code) == (403, 200)


def test_a_key_nobody_ever_had_sends_nothing_and_leaves_nothing(collect, database):
    stranger = Collect(collect.app, "x" * 43, 0)

    assert stranger.head().status_code == 403
    assert stranger.send(filled()).status_code == 403
    assert count(database, Quarantine) == 0


def test_an_old_key_is_of_its_own_project_only(collect, database, session):
    renewed(collect, database)

    with pytest.raises(BadToken):
        actor.by_key(session, collect.token, 2)


def test_a_tablet_bound_to_one_form_sends_only_that_one_with_its_old_key(app, forms_published, database):
    with database.transaction() as session:
        form_id = session.scalars(select(Form.id).where(Form.xml_form_id == "visit")).one()
        made = app_user.create(session, 1, "Máy 1", [], SYSTEM_ID, [form_id])
        app_user.renew(session, made.actor_id, SYSTEM_ID)
    old = Collect(app, made.token, made.actor_id)

    assert old.send(filled()).status_code == 201
    old.send(filled(xml_form_id="register", version="1"))
    with database.reading() as session:
        assert session.scalars(select(Quarantine.reason)).all() == ["not_assigned"]


def test_a_living_key_costs_one_query_and_an_old_one_two(database, collect):
    new = renewed(collect, database)
    statements = []
    event.listen(database.reader, "before_cursor_execute", lambda *args: statements.append(args[2]))

    def cost(token):
        statements.clear()
        with database.reading() as session:
            who = actor.by_key(session, token, 1)
        return len(statements), type(who.refusal)

    assert cost(new.token) == (1, type(None))
    assert cost(collect.token) == (2, KeyReplaced)
    revoked(new, database)
    assert cost(new.token) == (2, KeyRevoked)


def test_every_end_of_a_key_is_written_down_without_name_or_phone(session):
    made = app_user.create(session, 1, "Nguyễn Thị Lan", [], SYSTEM_ID, phone="0912345678")
    app_user.renew(session, made.actor_id, SYSTEM_ID)
    app_user.revoke(session, made.actor_id, SYSTEM_ID)
    app_user.restore(session, made.actor_id, SYSTEM_ID)
    app_user.restore(session, made.actor_id, SYSTEM_ID)

    entries = session.scalars(select(Audit).order_by(Audit.id)).all()

    assert [entry.action for entry in entries] == [
        "field_key.create",
        "field_key.update",
        "field_key.session.end",
        "field_key.restore",
    ]
    written = "".join(str(entry.details) for entry in entries)
    assert "Lan" not in written
    assert "0912345678" not in written
    assert "send_until" in written


def test_the_list_shows_phone_and_end(session):
    made = app_user.create(session, 1, "Nguyễn Thị Lan", [], SYSTEM_ID, phone="0912345678")
    app_user.revoke(session, made.actor_id, SYSTEM_ID)

    (one,) = app_user.listed(session, 1)

    assert one.phone == "0912345678"
    assert one.send_until - one.revoked_at == app_user.GRACE


def test_the_time_of_grace_is_a_setting():
    assert read({}).key_grace_days == app_user.GRACE.days == 90
    assert read({"CLB_KEY_GRACE_DAYS": "30"}).key_grace_days == 30
    with pytest.raises(BadSetting):
        read({"CLB_KEY_GRACE_DAYS": "a month"})


def nothing_is_kept(tablets, database, blobs) -> bool:
    answers = [one.send(filled({"note": "x"}), [("a.jpg", b"photo")]).status_code for one in tablets]
    stored = [path for path in blobs.root.rglob("*") if path.is_file() and path.read_bytes() == b"photo"]
    return answers == [403] * len(tablets) and stored == [] and count(database, Quarantine) == 0


@pytest.mark.parametrize("is_over", [False, True])
def test_of_a_tablet_in_wrong_hands_nothing_is_kept_with_any_of_its_keys(collect, database, blobs, is_over):
    second = renewed(collect, database)
    revoked(second, database)
    if is_over:
        time_is_over(database)

    revoked(second, database, AT_ONCE)

    assert nothing_is_kept([collect, second], database, blobs)


def test_of_a_card_in_wrong_hands_nothing_is_kept(collect, database, blobs):
    new = renewed(collect, database, AT_ONCE)

    assert nothing_is_kept([collect], database, blobs)
    assert new.send(filled()).status_code == 201


def test_a_new_card_after_the_time_of_grace_leaves_what_comes_late_kept_aside(collect, database):
    revoked(collect, database)
    time_is_over(database)
    renewed(collect, database)

    assert "đã được giữ riêng" in collect.send(filled()).text
    assert count(database, Quarantine) == 1


@pytest.mark.parametrize(("limit", "enough"), [("LATE_ITEMS", 2), ("LATE_BYTES", 10)])
def test_after_its_time_only_so_much_is_kept_until_a_person_has_looked(
    collect, database, blobs, monkeypatch, limit, enough
):
    monkeypatch.setattr(app_user, limit, enough)
    revoked(collect, database)
    time_is_over(database)
    for _ in range(2):
        assert "đã được giữ riêng" in collect.send(filled({"note": "x"}), [("a.jpg", b"photo")]).text

    refused = collect.send(filled({"note": "x"}), [("b.jpg", b"more")])

    assert refused.status_code == 403
    assert "mang máy đến người giám sát" in refused.text
    assert count(database, Quarantine) == 2
    assert not any(path.read_bytes() == b"more" for path in blobs.root.rglob("*") if path.is_file())

    with database.transaction() as session:
        submission.release(session, blobs, session.scalars(select(Quarantine.id)).first(), SYSTEM_ID)
    assert "đã được giữ riêng" in collect.send(filled({"note": "y"})).text
