"""The form list and the forms it leads to: one wrong header or hash, and a phone loses its forms."""

import hashlib

import pytest
from lxml import etree
from sqlalchemy import event, update

from server.config import Config
from server.context import CONFIG, DATABASE
from server.models import Form
from server.services import app_user, form
from server.services.actor import SYSTEM_ID
from tests.builders import VILLAGES, VISIT, Collect, publish

pytestmark = pytest.mark.database

LIST = "{http://openrosa.org/xforms/xformsList}"
MESSAGE = "{http://openrosa.org/http/response}message"


def entries(response):
    root = etree.fromstring(response.data)
    assert root.tag == f"{LIST}xforms"
    return {one.findtext(f"{LIST}formID"): one for one in root}


def told(response):
    """The sentence Collect shows, which it finds only in an OpenRosaResponse."""
    assert response.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert response.headers["X-OpenRosa-Version"] == "1.0"
    return etree.fromstring(response.data).findtext(MESSAGE)


def set_state(app, xml_form_id, state):
    with app.extensions[DATABASE].transaction() as session:
        session.execute(update(Form).where(Form.xml_form_id == xml_form_id).values(state=state))


def test_the_list_has_what_collect_demands(collect):
    response = collect.get("formList")

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert response.headers["X-OpenRosa-Version"] == "1.0"
    assert response.headers["X-OpenRosa-Accept-Content-Length"] == "10485760"
    assert response.headers["Cache-Control"] == "no-store"
    assert list(entries(response)) == ["visit", "place/1", "register"]
    visit = entries(response)["visit"]
    assert (visit.findtext(f"{LIST}name"), visit.findtext(f"{LIST}version")) == ("Thăm hộ", "v1")
    assert visit.find(f"{LIST}manifestUrl") is None


def test_every_hash_is_that_of_the_bytes_its_address_gives(collect):
    for entry in entries(collect.get("formList")).values():
        served = collect.get(entry.findtext(f"{LIST}downloadUrl"))

        assert served.status_code == 200
        assert entry.findtext(f"{LIST}hash") == "md5:" + hashlib.md5(served.data).hexdigest()
        assert f'id="{entry.findtext(f"{LIST}formID")}"'.encode() in served.data
        assert served.content_length == len(served.data)


def test_a_form_id_with_a_slash_is_one_segment_of_an_absolute_address(collect):
    entry = entries(collect.get("formList"))["place/1"]

    address = entry.findtext(f"{LIST}manifestUrl")

    assert address == f"http://localhost{collect.base}/forms/place%2F1/manifest"
    assert collect.get(address).status_code == 200


def test_addresses_begin_with_the_public_url_when_one_is_set(collect, app):
    app.extensions[CONFIG] = Config(data=app.extensions[CONFIG].data, public_url="https://clb.example.vn")

    for entry in entries(collect.get("formList")).values():
        assert entry.findtext(f"{LIST}downloadUrl").startswith("https://clb.example.vn/v1/key/")


def test_the_list_stands_at_two_slashes_too_and_unknown_parameters_change_nothing(collect):
    plain = collect.get("formList").data

    assert (
        collect.get("/formList?verbose=true&x=%2F&deviceID=x%3Ay".replace("/formList", "formList")).data
        == plain
    )
    assert collect.app.test_client().get(f"{collect.base}//formList").data == plain


@pytest.mark.parametrize("state", ["closing", "closed"])
def test_a_form_that_is_closed_is_not_listed(collect, app, state):
    set_state(app, "visit", state)

    assert list(entries(collect.get("formList"))) == ["place/1", "register"]


def test_a_tablet_with_one_form_assigned_sees_that_form_only(app, forms_published, database):
    with database.transaction() as session:
        visit = form.get(session, 1, "visit")
        made = app_user.create(session, 1, "Một biểu", [], SYSTEM_ID, form_ids=[visit.id])
    tablet = Collect(app, made.token, made.actor_id)

    assert list(entries(tablet.get("formList"))) == ["visit"]
    assert tablet.get("forms/register.xml").status_code == 404


def test_a_form_comes_back_as_not_modified_when_the_phone_has_it(collect):
    tag = collect.get("forms/visit.xml").headers["ETag"]

    again = collect.get("forms/visit.xml", If_None_Match=tag)
    weakened = collect.get("forms/visit.xml", If_None_Match=f"W/{tag}")

    assert (again.status_code, again.data) == (304, b"")
    assert weakened.status_code == 304
    assert again.headers["Cache-Control"] == "private, no-cache"


def test_an_older_version_is_served_as_it_was(collect, database, blobs):
    first = collect.get("forms/visit.xml").data
    with database.transaction() as session:
        publish(session, blobs, VISIT.replace("| v1 ", "| v2 "))

    assert b'version="v2"' in collect.get("forms/visit.xml").data
    assert collect.get("forms/visit.xml?version=v1").data == first


@pytest.mark.parametrize("token", ["wrong", "x" * 43, "%20", "khóa"])
def test_a_wrong_key_is_refused_with_a_sentence_and_never_an_empty_list(app, forms_published, token):
    response = app.test_client().get(f"/v1/key/{token}/projects/1/formList")

    assert response.status_code == 403
    assert told(response).startswith("Địa chỉ máy chủ có khóa sai")
    assert "WWW-Authenticate" not in response.headers


def test_a_revoked_key_fetches_nothing(collect, database):
    with database.transaction() as session:
        app_user.revoke(session, collect.actor_id, SYSTEM_ID)

    asked = [collect.get("formList"), collect.get("forms/visit.xml")]

    assert [response.status_code for response in asked] == [403, 403]


def test_a_key_of_another_project_is_refused(collect):
    collect.project_id = 2

    assert collect.get("formList").status_code == 403


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "nothing", 404),
        ("GET", "forms/unknown.xml", 404),
        ("GET", "forms/visit/attachments/none.csv", 404),
        ("GET", "submission", 405),
        ("DELETE", "formList", 405),
    ],
)
def test_every_error_is_openrosa_xml_with_a_vietnamese_sentence(collect, method, path, status):
    response = collect.app.test_client().open(f"{collect.base}/{path}", method=method)

    assert response.status_code == status
    assert told(response)


def test_a_failing_database_gives_an_error_not_an_empty_list(collect, app, database):
    def fail(*_):
        raise RuntimeError("the disk is gone")

    event.listen(database.reader, "before_cursor_execute", fail)
    app.testing = False

    response = collect.get("formList")

    assert response.status_code == 500
    assert "gửi lại sau" in told(response)


def test_english_is_spoken_where_it_is_set(collect, app):
    app.extensions[CONFIG] = Config(data=app.extensions[CONFIG].data, language="en")

    assert told(collect.get("nothing")).startswith("There is nothing at this address")


def test_a_list_check_costs_two_queries(collect, database):
    statements = []
    event.listen(database.reader, "before_cursor_execute", lambda *args: statements.append(args[2]))

    collect.get("formList")

    assert len([one for one in statements if one.startswith("SELECT")]) == 2


def test_a_form_id_asked_for_gives_that_form_alone(collect):
    assert list(entries(collect.get("formList?formID=place%2F1"))) == ["place/1"]
    assert len(entries(collect.get("formList?formID="))) == 3


def test_a_form_id_that_is_not_there_is_an_error_and_no_empty_list(collect):
    response = collect.get("formList?formID=none")

    assert response.status_code == 404
    assert "none" in told(response)


def test_each_form_is_listed_in_one_version_whatever_is_asked(collect, database, blobs):
    with database.transaction() as session:
        publish(session, blobs, VISIT.replace("| v1 ", "| v2 "))

    asked = entries(collect.get("formList?listAllVersions=true&verbose=true"))

    assert [one.findtext(f"{LIST}version") for one in asked.values()] == ["v2", "2026", "1"]


def test_the_address_of_a_text_gives_that_text_when_a_newer_one_was_published_meanwhile(
    collect, database, blobs
):
    entry = entries(collect.get("formList"))["visit"]
    with database.transaction() as session:
        publish(session, blobs, VISIT.replace("| v1 ", "| v2 "))

    served = collect.get(entry.findtext(f"{LIST}downloadUrl")).data

    assert entry.findtext(f"{LIST}hash") == "md5:" + hashlib.md5(served).hexdigest()
    assert b'version="v1"' in served


def test_a_form_whose_file_was_lost_from_the_disk_stays_listed(collect, blobs):
    """A shorter list would delete the form from tablets that have the file; what is asked of the file is refused."""
    blobs._path(hashlib.sha256(VILLAGES).hexdigest()).unlink()

    listed = entries(collect.get("formList"))
    lost = collect.get("forms/place%2F1/attachments/thôn.csv")

    assert list(listed) == ["visit", "place/1", "register"]
    assert lost.status_code >= 400
    assert told(lost)


def test_an_empty_database_refuses_every_tablet(collect, database, session):
    """As after a server was started with the wrong database, or one restored from before the tablet's time."""
    stranger = Collect(collect.app, "a" * 43, 0)

    assert stranger.get("formList").status_code == 403


def test_a_request_that_names_no_host_gets_no_list_of_addresses_that_lead_nowhere(collect):
    response = collect.get("formList", Host="no host")

    assert response.status_code == 400
    assert "Máy chủ không đọc được yêu cầu này" in told(response)
