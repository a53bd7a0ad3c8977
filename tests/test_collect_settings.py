"""The settings code: what Collect reads in it, that nothing in it makes Collect refuse it, and why it is as it is."""

import base64
import itertools
import json
import re
import zlib
from pathlib import Path

import pytest
import segno

from server import collect_settings
from server.collect_settings import Holder, NotACode, SettingOfTablet, UnknownSetting, WrongValue, palette

SERVER = "https://clb.tinh.example.vn/v1/key/" + "aZ3_-k9" * 6 + "Q/projects/1"
HOLDER = Holder(SERVER, "CLB – Ninh Thuận", "#BB3300", "N", "Chamaléa Thị Bích Nguyệt", "0912345678")
PASSWORD = {"admin": {"admin_pw": "m4k7q2wd"}}
VECTOR = (
    "eJwtjj0OwjAMRq+CwooIHZCq7p2QmNijKHF/IIkrJylUVQ+DuAUrJ+EmuBLbsz/76ZtFCwFIO1HNIgKNQCoTT6JLaYiVlPDQfnCwR2rlWMgbTPJyONVn"
    "ORBewaQoC7ETDZJXebA6gfJogQVeJ9MpfjfJTXyic8IIwXJ075te6WCVAeey0yQWzq3vA9dg/KvXTkH7VXbqvu8XbuLnmVjVGwzrktGgQ2LeFnVZ1kex"
    "LD8CpEl0"
)

ON_OFF = bool
GENERAL = {
    "protocol": {"odk_default"},
    "server_url": str,
    "username": str,
    "password": str,
    "form_update_mode": {"manual", "previously_downloaded", "match_exactly"},
    "periodic_form_updates_check": {
        "every_fifteen_minutes",
        "every_one_hour",
        "every_six_hours",
        "every_24_hours",
    },
    "automatic_update": ON_OFF,
    "delete_send": ON_OFF,
    "external_app_recording": ON_OFF,
    "hide_old_form_versions": ON_OFF,
    "high_resolution": ON_OFF,
    "instance_sync": ON_OFF,
    "analytics": ON_OFF,
    "background_location": ON_OFF,
    "background_recording": ON_OFF,
    "autosend": {"off", "wifi_only", "cellular_only", "wifi_and_cellular"},
    "constraint_behavior": {"on_swipe", "on_finalize"},
    "image_size": {"original_image_size", "large", "medium", "small", "very_small"},
    "guidance_hint": {"no", "yes", "yes_collapsed"},
    "navigation": {"swipe", "buttons", "swipe_buttons"},
    "font_size": {"13", "17", "21", "25", "29"},
    "app_language": str,
    "metadata_username": str,
    "metadata_phonenumber": str,
    "metadata_email": str,
    "reference_layer": str,
    "appTheme": {"system", "light_theme", "dark_theme"},
    "basemap_source": {"google", "mapbox", "osm", "usgs", "carto"},
    "google_map_style": {"1", "2", "3", "4"},
    "usgs_map_style": {"topographic", "hybrid", "satellite"},
    "carto_map_style": {"positron", "dark_matter"},
    "mapbox_map_style": {
        "mapbox://styles/mapbox/light-v10",
        "mapbox://styles/mapbox/dark-v10",
        "mapbox://styles/mapbox/satellite-v9",
        "mapbox://styles/mapbox/satellite-streets-v11",
        "mapbox://styles/mapbox/streets-v11",
        "mapbox://styles/mapbox/outdoors-v11",
    },
}
ADMIN_SWITCHES = """
edit_saved send_finalized view_sent get_blank delete_saved change_server change_project_display
change_app_theme change_app_language change_font_size change_navigation maps form_update_mode
periodic_form_updates_check automatic_update hide_old_form_versions change_autosend delete_after_send
change_constraint_behavior high_resolution image_size guidance_hint external_app_recording instance_form_sync
change_form_metadata analytics moving_backwards access_settings change_language jump_to save_mid save_as_draft
finalize_in_form_entry bulk_finalize
"""
ADMIN = {"admin_pw": str, **dict.fromkeys(ADMIN_SWITCHES.split(), ON_OFF)}
"""Collect's own schema, written down a second time from its documentation, not from our table."""


def refused(settings):
    """What Collect would refuse or leave out; empty when it takes all."""
    faults = [f"{name} missing" for name in ("general", "admin") if not isinstance(settings.get(name), dict)]
    for section, schema in (("general", GENERAL), ("admin", ADMIN)):
        for key, value in settings.get(section, {}).items():
            kind = schema.get(key)
            if kind is None:
                faults.append(f"{section}.{key} unknown")
            elif isinstance(kind, set):
                faults += [] if type(value) is str and value in kind else [f"{section}.{key}: {value!r}"]
            elif type(value) is not kind:
                faults.append(f"{section}.{key}: {value!r} is no {kind.__name__}")
    project = settings.get("project", {})
    if not re.fullmatch(r"#([0-9A-Fa-f]{3}){1,2}", project.get("color", "#000")):
        faults.append("project.color")
    return faults


def counts(settings, section, defaults):
    """What a tablet does after it has read a code: what it says, and Collect's default for all else."""
    return {key: settings[section].get(key, setting.default) for key, setting in defaults.items()}


def test_the_example_of_collects_documentation_is_read():
    settings = collect_settings.decode(VECTOR)

    assert settings["general"] == {
        "server_url": "https://example.org/v1/key/T0KEN/projects/1",
        "form_update_mode": "match_exactly",
        "autosend": "wifi_and_cellular",
    }
    assert settings["admin"] == {}
    assert settings["project"] == {"name": "Khảo sát", "icon": "K", "color": "#1E88E5"}
    assert refused(settings) == []


def test_a_code_is_base64_of_zlib_of_json():
    settings = collect_settings.for_tablet(HOLDER, "vi", PASSWORD)

    code = collect_settings.encode(settings)

    assert json.loads(zlib.decompress(base64.b64decode(code, validate=True))) == settings
    assert "\n" not in code
    assert collect_settings.decode(code) == settings


def test_collect_takes_every_setting_of_a_tablet():
    settings = collect_settings.for_tablet(HOLDER, "vi", PASSWORD)

    assert refused(settings) == []
    assert settings["general"]["server_url"] == SERVER
    assert settings["general"]["metadata_username"] == "Chamaléa Thị Bích Nguyệt"
    assert settings["general"]["metadata_phonenumber"] == "0912345678"
    assert settings["project"] == {"name": "CLB – Ninh Thuận", "icon": "N", "color": "#BB3300"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"general": {"font_size": 21}, "admin": {}},
        {"general": {"analytics": "false"}, "admin": {}},
        {"general": {"image_size": "original"}, "admin": {}},
        {"general": {"formlist_url": "/formList"}, "admin": {}},
        {"general": {}, "admin": {"delete_saved": "no"}},
        {"general": {}},
        {"general": {}, "admin": {}, "project": {"color": "blue"}},
    ],
)
def test_the_check_finds_what_collect_would_refuse_or_leave_out(wrong):
    assert len(refused(wrong)) == 1


def test_our_table_knows_every_setting_of_collect_with_its_values():
    for section, schema in (("general", GENERAL), ("admin", ADMIN)):
        ours = collect_settings.SECTIONS[section]
        assert ours.keys() == schema.keys()
        for key, setting in ours.items():
            kind = schema[key]
            for value in (setting.default, setting.value):
                assert value in kind if isinstance(kind, set) else type(value) is kind, key
            assert set(setting.choices) == (kind if isinstance(kind, set) else set()), key


def test_what_counts_on_a_tablet_is_what_the_decision_says():
    settings = collect_settings.for_tablet(HOLDER, "vi", PASSWORD)
    page = (Path(__file__).parents[1] / "docs" / "decisions" / "enrolment.md").read_text(encoding="utf-8")
    told = {
        (section, key): value
        for section, key, value in re.findall(
            r"^\| `(general|admin)\.(\w+)` \| (?:\*\*)?`?([^`|*]*)`?(?:\*\*)? \|", page, re.M
        )
    }
    for section, table in collect_settings.SECTIONS.items():
        for key, value in counts(settings, section, table).items():
            if not table[key].is_fixed and key != "admin_pw":
                text = str(value).lower() if isinstance(value, bool) else value
                assert told[section, key].strip() == text, f"{section}.{key}"
    assert len(told) == len(GENERAL) + len(ADMIN)


def test_an_enumerator_can_send_and_read_but_lose_nothing():
    settings = collect_settings.for_tablet(HOLDER, "vi", PASSWORD)
    may = counts(settings, "admin", collect_settings.SECTIONS["admin"])
    does = counts(settings, "general", collect_settings.SECTIONS["general"])

    assert not any(
        may[key] for key in ("delete_saved", "delete_after_send", "change_server", "change_autosend")
    )
    assert all(
        may[key] for key in ("send_finalized", "edit_saved", "view_sent", "change_font_size", "jump_to")
    )
    assert may["admin_pw"] == "m4k7q2wd"
    assert (does["delete_send"], does["analytics"], does["form_update_mode"]) == (
        False,
        False,
        "match_exactly",
    )


def test_a_code_is_small_enough_to_scan_from_a_card():
    longest = Holder(
        SERVER,
        "CLB – Thành phố Hồ Chí Minh",
        "#440055",
        "H",
        "Nguyễn Hoàng Phương Thảo Vy (điểm 12)",
        "0912345678",
    )

    code = collect_settings.encode(collect_settings.for_tablet(longest, "vi", PASSWORD))

    assert len(code) <= 800
    assert segno.make(code, error="l", boost_error=False).version <= 20


def test_a_projects_choices_take_the_place_of_the_programmes():
    changes = {"general": {"image_size": "small", "app_language": "en", "form_update_mode": "manual"}}

    settings = collect_settings.for_tablet(HOLDER, "vi", changes)

    assert settings["general"]["image_size"] == "small"
    assert settings["general"]["app_language"] == "en"
    assert "form_update_mode" not in settings["general"]  # Collect's own default
    assert refused(settings) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("autosend", ("general", "autosend")),
        ("delete_saved", ("admin", "delete_saved")),
        ("admin.image_size", ("admin", "image_size")),
        ("general.image_size", ("general", "image_size")),
    ],
)
def test_a_setting_is_found_by_its_name(text, found):
    assert collect_settings.find(text) == found


@pytest.mark.parametrize("text", ["autosned", "image_size", "project.autosend", "", "admin.server_url"])
def test_a_name_of_no_setting_or_of_two_is_refused_with_those_there_are(text):
    with pytest.raises(UnknownSetting) as refusal:
        collect_settings.find(text)

    assert "general.image_size" in refusal.value.message("vi")


def test_what_is_set_for_each_tablet_cannot_be_set_for_a_project():
    with pytest.raises(SettingOfTablet):
        collect_settings.find("general.server_url")


def test_values_are_read_as_the_types_collect_demands():
    assert collect_settings.read_value("admin", "delete_saved", "Có") is True
    assert collect_settings.read_value("general", "delete_send", "false") is False
    assert collect_settings.read_value("general", "font_size", "25") == "25"


@pytest.mark.parametrize(
    ("section", "key", "text", "allowed"),
    [
        ("general", "image_size", "original", "very_small"),
        ("general", "delete_send", "maybe", "true, false"),
        ("general", "font_size", "22", "25"),
        ("admin", "admin_pw", "x" * 61, "60"),
    ],
)
def test_a_value_collect_would_not_take_is_refused_with_those_it_takes(section, key, text, allowed):
    with pytest.raises(WrongValue) as refusal:
        collect_settings.read_value(section, key, text)

    assert allowed in refusal.value.message("vi")
    assert f"{section}.{key}" in refusal.value.message("en")


@pytest.mark.parametrize("text", ["", "không phải mã", "e30=", VECTOR[:-8], base64.b64encode(b"{}").decode()])
def test_a_text_that_is_no_code_is_refused(text):
    with pytest.raises(NotACode):
        collect_settings.decode(text)


def test_the_code_of_a_draft_is_open_and_shows_that_it_is_one():
    settings = collect_settings.decode(
        collect_settings.draft_code("https://x.vn/v1/test/T/projects/1/forms/f/draft", "Khảo sát", "vi")
    )

    assert refused(settings) == []
    assert settings["admin"] == {}
    assert settings["project"]["icon"] == "📝"
    assert settings["project"]["name"] == "[Bản nháp] Khảo sát"
    assert settings["general"]["server_url"].endswith("/draft")


def test_provinces_have_colours_that_can_be_told_apart_and_read():
    colors = list(palette.COLORS.values())

    assert len(colors) == len(set(colors)) == 34
    assert min(1.05 / (_luminance(color) + 0.05) for color in [*colors, palette.NEUTRAL]) >= 4.5
    assert min(_distance(*pair) for pair in itertools.combinations(colors, 2)) >= 25


def test_the_colours_are_those_of_the_provinces_that_stand():
    register = (Path(__file__).parents[1] / "register" / "unit.csv").read_text(encoding="utf-8").splitlines()
    rows = [line.split(",") for line in register[1:]]

    assert {code for code, _, ended, level, *_ in rows if level == "p" and not ended} == palette.COLORS.keys()
    assert collect_settings.color("58") == collect_settings.color(None) == collect_settings.NEUTRAL


def _channels(color):
    parts = (int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def _luminance(color):
    red, green, blue = _channels(color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _lab(color):
    red, green, blue = _channels(color)
    x = (0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047
    z = (0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883
    fx, fy, fz = (
        share ** (1 / 3) if share > 0.008856 else 7.787 * share + 16 / 116
        for share in (x, _luminance(color), z)
    )
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def _distance(one, other):
    return sum((a - b) ** 2 for a, b in zip(_lab(one), _lab(other), strict=True)) ** 0.5
