"""The settings code that sets ODK Collect up by one scan.

JSON, compressed with zlib, in base64. It holds the tablet's key: it is as secret as a password.
Source: https://docs.getodk.org/collect-import-export/
"""

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from server.collect_settings.keys import SECTIONS, Setting, Value
from server.collect_settings.palette import NEUTRAL, color
from server.errors import Problem

__all__ = [
    "NEUTRAL",
    "SECTIONS",
    "Changes",
    "Holder",
    "NotACode",
    "Setting",
    "SettingOfTablet",
    "UnknownSetting",
    "Value",
    "WrongValue",
    "color",
    "decode",
    "draft_code",
    "encode",
    "find",
    "for_tablet",
    "read_value",
]

DRAFT_ICON = "📝"
DRAFT_WORDS = {"vi": "Bản nháp", "en": "Draft"}
MAX_TEXT = 60
"""Characters of a text setting: a longer one makes the code harder to scan."""
YES, NO = ("true", "yes", "có", "1"), ("false", "no", "không", "0")

Changes = Mapping[str, Mapping[str, Value]]
"""What a project chose otherwise: section → key → value."""
Document = dict[str, dict[str, Any]]
"""What Collect reads: general, admin, project."""


class UnknownSetting(Problem):
    """Collect has no setting of that name, or two: then the section is missing."""

    code = "400.11"
    message_vi = "ODK Collect không có cài đặt “{key}”. Các cài đặt: {known}."
    message_en = "ODK Collect has no setting “{key}”. Settings: {known}."


class SettingOfTablet(Problem):
    """A setting that every tablet gets a value of its own for, or that is of no use here."""

    code = "400.11"
    message_vi = "Cài đặt “{key}” do máy chủ đặt riêng cho từng máy, không đổi chung cho dự án được."
    message_en = "The server sets “{key}” for each tablet; a project cannot change it for all."


class WrongValue(Problem):
    """A value Collect would not take."""

    code = "400.11"
    message_vi = "Cài đặt “{key}” không nhận “{value}”. Chỉ nhận: {allowed}."
    message_en = "The setting “{key}” does not take “{value}”. It takes: {allowed}."


class NotACode(Problem):
    """A text that is no settings code."""

    code = "400.11"
    message_vi = "Đây không phải mã cài đặt của ODK Collect."
    message_en = "This is no settings code of ODK Collect."


@dataclass(frozen=True, slots=True)
class Holder:
    """What differs from tablet to tablet.

    server_url: with the key in it, no slash at its end. name, color, icon: how Collect shows the project.
    username, phone: of the enumerator, written into submissions by forms that ask for them; "" when not known.
    """

    server_url: str
    name: str
    color: str
    icon: str
    username: str = ""
    phone: str = ""


def for_tablet(holder: Holder, language: str, changes: Changes | None = None) -> Document:
    """The settings of one tablet: the programme's, with what the project chose otherwise.

    language: of Collect's own words, unless the project chose another. Only what differs from Collect's defaults is
    said: Collect sets all else to them, and a short code scans better.
    """
    chosen = {name: _chosen(settings) for name, settings in SECTIONS.items()}
    chosen["general"]["app_language"] = language
    for section, changed in (changes or {}).items():
        chosen[section].update(changed)
    chosen["general"].update(
        server_url=holder.server_url,
        metadata_username=holder.username,
        metadata_phonenumber=holder.phone,
    )
    said = {
        section: {key: value for key, value in values.items() if value != SECTIONS[section][key].default}
        for section, values in chosen.items()
    }
    return said | {"project": {"name": holder.name, "icon": holder.icon, "color": holder.color}}


def draft_code(server_url: str, form_title: str, language: str) -> str:
    """The code that lets somebody try out the draft of a form: everything open, so that it can be taken off again.

    server_url: the test address of the draft, no slash at its end.
    """
    settings: Document = {
        "general": {
            "server_url": server_url,
            "form_update_mode": "match_exactly",
            "autosend": "wifi_and_cellular",
            "app_language": language,
        },
        "admin": {},
        "project": {
            "name": f"[{DRAFT_WORDS[language]}] {form_title}",
            "icon": DRAFT_ICON,
            "color": NEUTRAL,
        },
    }
    return encode(settings)


def encode(settings: Mapping[str, Any]) -> str:
    """The text of the QR code."""
    text = json.dumps(settings, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()


def decode(code: str) -> Document:
    """The settings in a code. Raises NotACode."""
    try:
        settings = json.loads(zlib.decompress(base64.b64decode(code, validate=True)))
    except (binascii.Error, zlib.error, ValueError) as error:
        raise NotACode from error
    if not isinstance(settings, dict) or not {"general", "admin"} <= settings.keys():
        raise NotACode
    return settings


def find(text: str) -> tuple[str, str]:
    """Section and key of a setting: `general.image_size`, or `autosend` where only one section has it.

    Raises UnknownSetting, SettingOfTablet.
    """
    section, dot, key = text.rpartition(".")
    found = [name for name, settings in SECTIONS.items() if key in settings and (not dot or name == section)]
    if len(found) != 1:
        known = [f"{name}.{key}" for name in found] or _known()
        raise UnknownSetting(key=text, known=", ".join(known))
    if SECTIONS[found[0]][key].is_fixed:
        raise SettingOfTablet(key=f"{found[0]}.{key}")
    return found[0], key


def read_value(section: str, key: str, text: str) -> Value:
    """The value a text means, of the type Collect demands. Raises WrongValue."""
    setting = SECTIONS[section][key]
    if isinstance(setting.default, bool):
        if text.lower() in YES + NO:
            return text.lower() in YES
        raise WrongValue(key=f"{section}.{key}", value=text, allowed="true, false")
    if setting.choices and text not in setting.choices:
        raise WrongValue(key=f"{section}.{key}", value=text, allowed=", ".join(setting.choices))
    if len(text) > MAX_TEXT:
        raise WrongValue(key=f"{section}.{key}", value=text, allowed=f"≤ {MAX_TEXT} ký tự | characters")
    return text


def _chosen(settings: Mapping[str, Setting]) -> dict[str, Value]:
    return {key: setting.value for key, setting in settings.items()}


def _known() -> list[str]:
    return [
        f"{section}.{key}"
        for section, settings in SECTIONS.items()
        for key, setting in settings.items()
        if not setting.is_fixed
    ]
