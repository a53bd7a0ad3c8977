"""The virtual tablet and its forms: versions side by side, what a list does to them, and what its cache saves."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyxform.xls2xform import convert

from tests.script import OPENROSA, Offered, Reply, Request, Script, md5, scripted
from tests.tablet import Patience, Tablet


@pytest.fixture
def script() -> Iterator[Script]:
    with scripted() as server:
        yield server


@pytest.fixture
def tablet(script: Script, tmp_path: Path) -> Tablet:
    return Tablet(script.address, tmp_path / "tablets")


def form(form_id: str, version: str, question: str = "note", rules: str = "") -> bytes:
    """A form with one text question, as XForm. rules: attributes of its submission element."""
    text = convert(
        f"""
        | survey |
        | | type | name       | label |
        | | text | {question} | Ghi chú |
        | settings |
        | | form_id   | form_title | version   |
        | | {form_id} | Phiếu      | {version} |
        """,
        validate=False,
    ).xform
    return text.replace("</model>", f"<submission {rules}/></model>").encode()


def offered(form_id: str, version: str, files: dict[str, bytes] | None = None, md5: str = "") -> Offered:
    return Offered(form_id, version, form(form_id, version), files or {}, md5)


def test_a_new_version_stands_beside_the_old_one_and_is_the_one_to_fill(script, tablet):
    script.lists(offered("visit", "1"))
    tablet.pull()

    script.lists(offered("visit", "2"))
    outcome = tablet.pull()

    assert outcome.counts["forms_updated_version"] == 1
    assert tablet.versions("visit") == ["1", "2"]
    assert tablet.forms() == [("visit", "2")]
    tablet.fill()
    assert [line.version for line in tablet.ledger()] == ["2"]


def test_a_draft_is_finished_with_the_version_it_was_begun_with(script, tablet):
    script.lists(offered("visit", "1"))
    tablet.pull()
    tablet.draft(questions=1)
    script.lists(offered("visit", "2"))
    tablet.pull()

    tablet.finalise()
    tablet.fill()

    assert [line.version for line in tablet.ledger()] == ["1", "2"]


def test_a_listed_form_that_is_on_the_tablet_is_not_fetched_again(script, tablet):
    script.lists(offered("visit", "1"))
    tablet.pull()

    outcome = tablet.pull()

    assert outcome.counts["forms_on_device"] == 1
    assert script.times("GET", "/visit/1") == 1


def test_listing_an_older_version_again_does_not_bring_it_back(script, tablet):
    for version in ("1", "2", "1"):
        script.lists(offered("visit", version))
        tablet.pull()

    assert tablet.forms() == [("visit", "2")]


def test_other_files_of_the_same_version_are_fetched_and_the_rest_stays(script, tablet, tmp_path):
    script.lists(offered("visit", "1", {"a.csv": b"name,label\n1,A\n", "b.csv": b"name,label\n1,B\n"}))
    tablet.pull()

    script.lists(offered("visit", "1", {"a.csv": b"name,label\n1,C\n"}))
    outcome = tablet.pull()

    assert outcome.counts["forms_updated_media"] == 1
    media = tmp_path / "tablets" / "tablet-001" / "forms" / "visit" / "media"
    assert (media / "a.csv").read_bytes() == b"name,label\n1,C\n"
    assert (media / "b.csv").exists()


def test_a_file_that_an_older_version_had_is_not_fetched_again(script, tablet):
    units = {"units.csv": b"name,label\n1,A\n"}
    script.lists(offered("visit", "1", units))
    tablet.pull()

    script.lists(offered("visit", "2", units))
    tablet.pull()

    assert script.times("GET", "/visit/2/units.csv") == 0


def test_an_empty_list_takes_all_forms_away(script, tablet):
    script.lists(offered("visit", "1"))
    tablet.pull()

    script.lists()
    outcome = tablet.pull()

    assert outcome.problems == []
    assert tablet.versions("visit") == []


@pytest.mark.parametrize(
    "failure",
    [
        Reply(500),
        Reply(401),
        Reply(204),
        Reply(200, b"<xforms", OPENROSA),
        Reply(200, b'<xforms xmlns="http://openrosa.org/xforms/xformsList"/>', {"Content-Type": "text/xml"}),
        Reply(
            200,
            b'<xforms xmlns="http://openrosa.org/xforms/xformsList"/>',
            OPENROSA | {"Content-Type": "application/xml"},
        ),
    ],
    ids=["500", "401", "204", "broken", "no version header", "other content type"],
)
def test_a_list_that_cannot_be_had_takes_nothing_away(script, tablet, failure):
    script.lists(offered("visit", "1"))
    tablet.pull()

    script.pages["GET", "/formList"] = failure
    outcome = tablet.pull()

    assert "form list" in outcome.problems[0]
    assert tablet.forms() == [("visit", "1")]


def test_a_form_no_longer_listed_stays_for_what_was_filled_in_with_it(script, tablet):
    script.lists(offered("visit", "1"))
    tablet.pull()
    tablet.fill()

    script.lists()
    tablet.pull()

    assert tablet.forms() == []
    assert tablet.versions("visit") == ["1"]
    assert tablet.send(auto=True).counts["sent"] == 1


def test_a_form_listed_again_comes_back(script, tablet):
    script.lists(offered("visit", "1"))
    tablet.pull()
    tablet.fill()
    script.lists()
    tablet.pull()

    script.lists(offered("visit", "1"))
    outcome = tablet.pull()

    assert outcome.counts["forms_new"] == 1
    assert tablet.forms() == [("visit", "1")]
    assert tablet.versions("visit") == ["1"]


def test_a_form_whose_listed_hash_is_wrong_comes_and_goes(script, tablet):
    script.lists(offered("visit", "1", md5=md5(b"other")))

    seen = []
    for _ in range(4):
        tablet.pull(trusting=True)
        seen.append(tablet.forms())

    assert seen == [[("visit", "1")], [], [("visit", "1")], []]


def test_other_text_under_the_same_version_and_a_broken_line_leave_no_form(script, tablet):
    script.lists(offered("visit", "1"))
    tablet.pull()

    script.lists(Offered("visit", "1", form("visit", "1", question="other")))
    script.pages["GET", "/visit/1"] = Reply(502)
    outcome = tablet.pull()

    assert "502" in outcome.problems[0]
    assert tablet.forms() == []


def test_a_form_whose_manifest_fails_is_installed_without_files_and_heals(script, tablet):
    units = {"units.csv": b"name,label\n1,A\n"}
    script.lists(offered("visit", "1", units))
    manifest = script.pages["GET", "/visit/1/manifest"]
    script.pages["GET", "/visit/1/manifest"] = Reply(500)

    broken = tablet.pull()
    script.pages["GET", "/visit/1/manifest"] = manifest
    healed = tablet.pull()

    assert "manifest" in broken.problems[0]
    assert broken.counts["forms_new"] == 1
    assert healed.counts["media_downloaded"] == 1


def test_a_file_that_cannot_be_had_fails_its_form_as_a_whole(script, tablet):
    script.lists(offered("visit", "1", {"units.csv": b"name,label\n1,A\n"}))
    script.pages["GET", "/visit/1/units.csv"] = Reply(404)

    outcome = tablet.pull()

    assert "404" in outcome.problems[0]
    assert tablet.forms() == []


def test_a_tablet_that_keeps_up_to_date_takes_no_new_forms_and_loses_none(script, tablet):
    script.lists(offered("visit", "1"), offered("place", "1"))
    tablet.pull()

    script.lists(offered("visit", "2"), offered("member", "1"))
    tablet.pull(mode="previously_downloaded")

    assert tablet.forms() == [("place", "1"), ("visit", "2")]


def test_by_hand_only_the_forms_picked_are_taken(script, tablet):
    script.lists(offered("visit", "1"), offered("place", "1"))

    tablet.pull("place", mode="manual")

    assert tablet.forms() == [("place", "1")]


def test_a_sync_that_fails_is_tried_again(script, tablet):
    script.lists(offered("visit", "1"))
    fine = script.pages["GET", "/formList"]
    assert isinstance(fine, Reply)
    script.pages["GET", "/formList"] = lambda _: fine if script.times("GET", "/formList") > 2 else Reply(503)

    outcome = tablet.pull(patience=Patience(retries=3, back_off_ms=10))

    assert outcome.problems == []
    assert outcome.counts["syncs_retried"] == 2
    assert tablet.forms() == [("visit", "1")]


def test_what_has_a_tag_is_asked_for_with_it_and_304_counts_as_200(script, tablet):
    units = {"units.csv": b"name,label\n1,A\n"}
    script.lists(offered("visit", "1", units))
    listing = script.pages["GET", "/formList"]
    assert isinstance(listing, Reply)
    tagged = OPENROSA | {"ETag": '"one"', "Cache-Control": "private, no-cache"}

    def answer(request: Request) -> Reply:
        same = request.headers.get("if-none-match") == '"one"'
        return Reply(304, headers={"ETag": '"one"'}) if same else Reply(200, listing.body, tagged)

    script.pages["GET", "/formList"] = answer
    first, second = tablet.pull(), tablet.pull()

    assert first.counts.get("cache_confirmed", 0) == 0
    assert (second.counts["cache_confirmed"], second.problems) == (1, [])
    assert tablet.forms() == [("visit", "1")]


def test_a_list_with_a_lifetime_is_not_asked_for_again_and_an_update_is_missed(script, tablet):
    script.lists(offered("visit", "1"))
    listing = script.pages["GET", "/formList"]
    assert isinstance(listing, Reply)
    script.pages["GET", "/formList"] = Reply(200, listing.body, OPENROSA | {"Cache-Control": "max-age=900"})
    tablet.pull()

    script.lists(offered("visit", "2"))
    outcome = tablet.pull()

    assert outcome.counts["cache_served"] == 1
    assert script.times("GET", "/formList") == 1
    assert tablet.forms() == [("visit", "1")]


def test_what_must_not_be_stored_is_asked_for_whole(script, tablet):
    script.lists(offered("visit", "1"))
    listing = script.pages["GET", "/formList"]
    assert isinstance(listing, Reply)
    headers = OPENROSA | {"Cache-Control": "no-store, max-age=900", "ETag": '"one"'}
    script.pages["GET", "/formList"] = Reply(200, listing.body, headers)

    tablet.pull()
    tablet.pull()

    assert script.times("GET", "/formList") == 2
    assert not any("if-none-match" in request.headers for request in script.asked)


def test_without_a_tag_the_date_of_the_answer_is_the_condition(script, tablet):
    script.lists(offered("visit", "1"))
    tablet.pull()

    tablet.pull()

    dates = [request.headers.get("if-modified-since") for request in script.asked]
    assert dates[0] is None
    assert dates[-1] is not None


def test_each_credential_has_a_cache_of_its_own(script, tablet):
    script.lists(offered("visit", "1"))
    listing = script.pages["GET", "/formList"]
    assert isinstance(listing, Reply)
    script.pages["GET", "/formList"] = Reply(200, listing.body, OPENROSA | {"Cache-Control": "max-age=900"})

    for user in ("an", "binh", "an"):
        tablet.pull(user=(user, "secret"))

    assert script.times("GET", "/formList") == 2
