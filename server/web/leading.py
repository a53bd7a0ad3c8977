"""Links that lead on only where this server has the page."""

from urllib.parse import quote

from flask import current_app

from server.services.club import Sent


def submission(sent: Sent | None) -> str | None:
    """The address of a submission's page; None where there is no such page, or nothing to show on it."""
    if sent is None:
        return None
    routes = current_app.url_map.bind("")
    for key in (quote(sent.instance_id, safe=""), str(sent.submission_id)):
        if routes.test(f"/submissions/{key}", "GET"):
            return f"/submissions/{key}"
    return None
