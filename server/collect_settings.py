"""The settings code that sets ODK Collect up by one scan.

JSON, compressed with zlib, in base64. It holds the tablet's key: it is as secret as a password.
Source: https://docs.getodk.org/collect-import-export/
"""

import base64
import json
import zlib

COLOR = "#1E88E5"


def code(server_url: str, project_name: str, language: str) -> str:
    """The text of the QR code: the project, its forms kept exactly as listed, submissions sent by any network.

    server_url has no slash at its end. `admin` must be there, empty or not; values are of the type Collect expects.
    """
    settings = {
        "general": {
            "server_url": server_url,
            "form_update_mode": "match_exactly",
            "autosend": "wifi_and_cellular",
            "app_language": language,
        },
        "admin": {},
        "project": {"name": project_name, "icon": project_name[:1], "color": COLOR},
    }
    text = json.dumps(settings, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()
