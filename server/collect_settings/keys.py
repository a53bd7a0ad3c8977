"""Every setting ODK Collect takes from a code: what it may be, what Collect assumes, what this programme chose.

docs/decisions/enrolment.md says why each was chosen; a test keeps the two alike. A value of the wrong type makes
Collect refuse the whole code; one outside the choices, or an unknown key, it leaves out without a word. So both are
refused here.
Source: https://docs.getodk.org/collect-import-export/, client-settings.schema.json of ODK Collect.
"""

from collections.abc import Mapping
from dataclasses import dataclass

Value = str | bool


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting.

    default: what counts where a code says nothing. value: this programme's, for every tablet.
    choices: all values of a text that has a fixed set; none: any text. is_fixed: no project may choose another.
    """

    default: Value
    value: Value
    choices: tuple[str, ...] = ()
    is_fixed: bool = False


def _as_is(default: Value, *choices: str) -> Setting:
    """Collect's default is right for the programme too."""
    return Setting(default, default, choices)


def _fixed(default: Value, *choices: str) -> Setting:
    """Said for each tablet, or of no use here."""
    return Setting(default, default, choices, is_fixed=True)


def _open() -> Setting:
    """Something enumerators may do or change."""
    return Setting(default=True, value=True)


def _locked() -> Setting:
    """Something only those who have the administrator's password may do or change."""
    return Setting(default=True, value=False)


MAPBOX = tuple(
    f"mapbox://styles/mapbox/{style}"
    for style in (
        "light-v10",
        "dark-v10",
        "satellite-v9",
        "satellite-streets-v11",
        "streets-v11",
        "outdoors-v11",
    )
)

GENERAL: Mapping[str, Setting] = {
    "protocol": _fixed("odk_default", "odk_default"),
    "server_url": _fixed("https://demo.getodk.org"),
    "username": _fixed(""),
    "password": _fixed(""),
    "form_update_mode": Setting(
        "manual", "match_exactly", ("manual", "previously_downloaded", "match_exactly")
    ),
    "periodic_form_updates_check": Setting(
        "every_fifteen_minutes",
        "every_one_hour",
        ("every_fifteen_minutes", "every_one_hour", "every_six_hours", "every_24_hours"),
    ),
    "automatic_update": Setting(default=False, value=True),
    "hide_old_form_versions": _as_is(default=True),
    "autosend": Setting(
        "off", "wifi_and_cellular", ("off", "wifi_only", "cellular_only", "wifi_and_cellular")
    ),
    "delete_send": _as_is(default=False),
    "constraint_behavior": _as_is("on_swipe", "on_swipe", "on_finalize"),
    "high_resolution": Setting(default=True, value=False),
    "image_size": Setting(
        "original_image_size", "medium", ("original_image_size", "large", "medium", "small", "very_small")
    ),
    "guidance_hint": _as_is("yes_collapsed", "no", "yes", "yes_collapsed"),
    "external_app_recording": _as_is(default=False),
    "instance_sync": _as_is(default=True),
    "background_location": _as_is(default=True),
    "background_recording": _as_is(default=True),
    "metadata_username": _fixed(""),
    "metadata_phonenumber": _fixed(""),
    "metadata_email": _fixed(""),
    "analytics": Setting(default=True, value=False),
    "appTheme": Setting("system", "light_theme", ("system", "light_theme", "dark_theme")),
    "app_language": Setting("", "vi"),
    "font_size": _as_is("21", "13", "17", "21", "25", "29"),
    "navigation": Setting("swipe_buttons", "buttons", ("swipe", "buttons", "swipe_buttons")),
    "basemap_source": Setting("google", "osm", ("google", "mapbox", "osm", "usgs", "carto")),
    "google_map_style": _as_is("1", "1", "2", "3", "4"),
    "usgs_map_style": _as_is("topographic", "topographic", "hybrid", "satellite"),
    "carto_map_style": _as_is("positron", "positron", "dark_matter"),
    "mapbox_map_style": _as_is("mapbox://styles/mapbox/streets-v11", *MAPBOX),
    "reference_layer": _as_is(""),
}
"""What the tablet does."""

ADMIN: Mapping[str, Setting] = {
    "admin_pw": Setting("", ""),
    "edit_saved": _open(),
    "send_finalized": _open(),
    "view_sent": _open(),
    "get_blank": _open(),
    "delete_saved": _locked(),
    "change_server": _locked(),
    "change_project_display": _locked(),
    "change_app_theme": _open(),
    "change_app_language": _open(),
    "change_font_size": _open(),
    "change_navigation": _open(),
    "maps": _open(),
    "form_update_mode": _locked(),
    "periodic_form_updates_check": _locked(),
    "automatic_update": _locked(),
    "hide_old_form_versions": _locked(),
    "change_autosend": _locked(),
    "delete_after_send": _locked(),
    "change_constraint_behavior": _locked(),
    "high_resolution": _locked(),
    "image_size": _locked(),
    "guidance_hint": _open(),
    "external_app_recording": _locked(),
    "instance_form_sync": _locked(),
    "change_form_metadata": _locked(),
    "analytics": _locked(),
    "moving_backwards": _open(),
    "access_settings": _open(),
    "change_language": _open(),
    "jump_to": _open(),
    "save_mid": _open(),
    "save_as_draft": _open(),
    "finalize_in_form_entry": _open(),
    "bulk_finalize": _locked(),
}
"""What the enumerator may do and change."""

SECTIONS: Mapping[str, Mapping[str, Setting]] = {"general": GENERAL, "admin": ADMIN}
