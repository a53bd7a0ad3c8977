"""The forms that feed club tables, and the questions they must go on asking."""

from types import ModuleType

from server.projection import club_founding, club_meeting, member_survey
from server.projection.mapping import RequiredQuestion

FORMS: dict[str, ModuleType] = {
    module.FORM: module for module in (club_founding, club_meeting, member_survey)
}
"""By form ID. Each module has FORM, MAPPINGS, and project(conn, source) → Effects."""


def required_questions() -> tuple[RequiredQuestion, ...]:
    """The questions that forms must go on asking, each with every indicator that needs it."""
    found: dict[tuple[str, str, str | None], dict[str, None]] = {}
    for xml_form_id, module in FORMS.items():
        for mapping in module.MAPPINGS:
            for one in mapping.required(xml_form_id):
                found.setdefault((one.xml_form_id, one.name, one.repeat), {}).update(
                    dict.fromkeys(one.needed_by)
                )
    return tuple(RequiredQuestion(*place, tuple(needed_by)) for place, needed_by in found.items())
