"""The virtual tablet when it sends: by hand and by itself, and what a settings code makes of it."""

import base64
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server import collect_settings
from server.collect_settings import Holder
from tests.script import Offered, Reply, Request, Script, scripted
from tests.tablet import Patience, Tablet, TabletError
from tests.test_tablet_forms import form, offered

QUICK = Patience(retries=5, back_off_ms=10)


@pytest.fixture
def script() -> Iterator[Script]:
    with scripted() as server:
        server.lists(offered("visit", "1"))
        yield server


@pytest.fixture
def ready(script: Script, tmp_path: Path) -> Tablet:
    """A tablet with three finalised forms and nothing sent."""
    tablet = Tablet(script.address, tmp_path / "tablets")
    tablet.pull()
    tablet.fill(submissions=3)
    return tablet


def test_by_hand_the_first_request_for_credentials_ends_it(script, ready):
    script.pages["HEAD", "/submission"] = Reply(401)

    outcome = ready.send()

    assert "credentials" in outcome.problems[0]
    assert (script.times("HEAD", "/submission"), script.times("POST", "/submission")) == (1, 0)


def test_by_itself_it_goes_on_after_a_request_for_credentials(script, ready):
    script.pages["HEAD", "/submission"] = Reply(401)

    ready.send(auto=True)

    assert script.times("HEAD", "/submission") == 3


def test_one_submission_that_fails_does_not_hold_up_the_others(script, ready):
    taken = script.pages["POST", "/submission"]
    assert isinstance(taken, Reply)
    bad = ready.ledger()[1].instance_id.encode()
    script.pages["POST", "/submission"] = lambda request: Reply(500) if bad in request.body else taken

    outcome = ready.send()

    assert (outcome.counts["sent"], len(outcome.problems)) == (2, 1)


def test_what_failed_is_tried_again_until_it_is_through(script, ready):
    taken = script.pages["POST", "/submission"]
    assert isinstance(taken, Reply)

    def down_for_a_while(request: Request) -> Reply:
        return Reply(503) if script.times("POST", "/submission") <= 4 else taken

    script.pages["POST", "/submission"] = down_for_a_while
    outcome = ready.send(auto=True, patience=QUICK)

    assert (outcome.problems, outcome.counts["sent"], outcome.counts["sends_retried"]) == ([], 3, 4)


def test_submissions_go_in_the_order_they_were_finalised(script, ready):
    ready.send()

    sent = [request.body for request in script.asked if request.method == "POST"]
    assert all(line.instance_id.encode() in body for line, body in zip(ready.ledger(), sent, strict=True))


def test_auto_send_obeys_the_form(script, tmp_path):
    always = Offered("always", "1", form("always", "1", rules='auto-send="true"'))
    never = Offered("never", "1", form("never", "1", rules='auto-send="false"'))
    script.lists(offered("visit", "1"), always, never)
    silent = Tablet.scanning(code({"server_url": script.address}), tmp_path / "silent")
    silent.pull("visit", "always", "never")
    silent.fill()
    on = Tablet(script.address, tmp_path / "on")
    on.pull()
    on.fill()

    assert silent.send(auto=True).counts["sent"] == 1
    assert on.send(auto=True).counts["sent"] == 2


def test_a_form_that_is_gone_from_the_tablet_holds_back_what_was_filled_in_with_it(script, ready):
    script.lists(Offered("visit", "1", form("visit", "1", question="other")))
    script.pages["GET", "/visit/1"] = Reply(502)
    ready.pull()

    assert ready.send(auto=True).counts.get("sent", 0) == 0
    assert ready.send().counts["sent"] == 3


def test_the_hour_in_the_date_of_a_request_is_one_of_twelve(script, ready):
    hours = {int(request.headers["date"].split()[4].split(":")[0]) for request in script.asked}

    assert hours <= set(range(1, 13))


# -- settings


def code(general: dict[str, Any], **rest: Any) -> str:
    settings = {"general": general, "admin": {}} | rest
    return base64.b64encode(zlib.compress(json.dumps(settings).encode())).decode()


def test_a_code_says_the_server_how_forms_come_and_what_is_sent(script, tmp_path):
    said = {
        "server_url": script.address + "/",
        "form_update_mode": "match_exactly",
        "autosend": "wifi_and_cellular",
    }
    tablet = Tablet.scanning(code(said), tmp_path / "tablets")

    tablet.pull()
    tablet.fill()

    assert tablet.forms() == [("visit", "1")]
    assert tablet.send(auto=True).counts["sent"] == 1


def test_what_a_code_does_not_say_is_as_collect_has_it(script, tmp_path):
    tablet = Tablet.scanning(code({"server_url": script.address}), tmp_path / "tablets")

    tablet.pull()

    assert tablet.forms() == []


def test_the_code_of_our_cards_is_understood(script, tmp_path):
    holder = Holder(script.address, "CLB – Ninh Thuận", "#BB3300", "N", "Chamaléa Thị Bích", "0912345678")
    settings = collect_settings.encode(collect_settings.for_tablet(holder, "vi"))
    tablet = Tablet.scanning(settings, tmp_path / "tablets")

    tablet.pull()
    tablet.fill()

    assert tablet.forms() == [("visit", "1")]
    assert tablet.send(auto=True).counts["sent"] == 1


@pytest.mark.parametrize(
    "text",
    [
        '{"general": {}, "admin": {}}',
        base64.b64encode(b'{"general": {}, "admin": {}}').decode(),
        base64.b64encode(zlib.compress(b'{"general": {}}')).decode(),
        code({"font_size": 21}),
        code({"high_resolution": "yes"}),
        code({}, admin={"access_settings": "false"}),
        code({"protocol": "google_sheets"}),
    ],
    ids=["plain", "not compressed", "no admin", "number", "text for a switch", "text in admin", "obsolete"],
)
def test_a_code_that_collect_refuses_is_refused(tmp_path, text):
    with pytest.raises(TabletError, match="invalid QR code"):
        Tablet.scanning(text, tmp_path / "tablets").pull()
