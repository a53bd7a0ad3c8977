"""The forms that feed club tables, and the questions they must go on asking."""

from types import ModuleType

from server.projection import club_founding, club_meeting, member_survey
from server.projection.mapping import RequiredQuestion

FORMS: dict[str, ModuleType] = {
    module.FORM: module for module in (club_founding, club_meeting, member_survey)
}
"""By form ID. Each module has FORM, MAPPINGS, and project(conn, source) → Effects."""


def required_questions() -> tuple[RequiredQuestion, ...]:
    """The questions that forms must go on asking, each with every indicator that needs it: “D02 Tỷ lệ tham dự”."""
    from reports.indicators import REGISTER  # Only publishing asks, and the register takes a while to import.

    found: dict[tuple[str, str, str | None], dict[str, None]] = {}
    for xml_form_id, module in FORMS.items():
        for mapping in module.MAPPINGS:
            for one in mapping.required(xml_form_id):
                place = one.xml_form_id, one.name, one.repeat
                found.setdefault(place, {}).update(dict.fromkeys(one.needed_by))
    names = {code: f"{code} {indicator.name_vi}" for code, indicator in REGISTER.items()}
    return tuple(
        RequiredQuestion(*place, tuple(names.get(code, code) for code in codes))
        for place, codes in found.items()
    )
