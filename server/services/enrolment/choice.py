"""What a project chooses otherwise of the settings that tablets get, and its administrator's password."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from server import collect_settings
from server.collect_settings import Value
from server.models import Project
from server.services import audit, project

PASSWORD_LETTERS = "abcdefghkmnpqrstuvwxyz23456789"  # noqa: S105 - what passwords are made of: nothing mistaken for another
PASSWORD_LENGTH = 8

Changes = dict[str, dict[str, Value]]


@dataclass(frozen=True, slots=True)
class Choice:
    """One setting as it counts in a project. name: section and key. is_own: the project chose it."""

    name: str
    value: Value
    is_own: bool


def choices(session: Session, project_id: int, language: str) -> list[Choice]:
    """Every setting that a project can choose, but its password. Raises ProjectNotFound."""
    own = changes(project.get(session, project_id))
    programme = {"general": {"app_language": language}}
    found = []
    for section, settings in collect_settings.SECTIONS.items():
        for key, setting in settings.items():
            if setting.is_fixed or key == "admin_pw":
                continue
            value = programme.get(section, {}).get(key, setting.value)
            is_own = key in own.get(section, {})
            found.append(Choice(f"{section}.{key}", own[section][key] if is_own else value, is_own))
    return found


def change(session: Session, project_id: int, name: str, text: str, by: int) -> Choice:
    """Choose a value for the codes made from now on; tablets that have theirs keep it until they scan anew.

    Raises UnknownSetting, SettingOfTablet, WrongValue, ProjectNotFound.
    """
    section, key = collect_settings.find(name)
    value = collect_settings.read_value(section, key, text)
    found = project.get(session, project_id)
    chosen = changes(found)
    chosen.setdefault(section, {})[key] = value
    _keep(session, found, chosen, by, f"{section}.{key}")
    return Choice(f"{section}.{key}", value, is_own=True)


def reset(session: Session, project_id: int, name: str | None, by: int) -> None:
    """Return to the programme's value of a setting; None: of all. The password stays. Raises as `change`."""
    found = project.get(session, project_id)
    chosen = changes(found)
    if name is None:
        held = chosen.get("admin", {}).get("admin_pw")
        chosen = {} if held is None else {"admin": {"admin_pw": held}}
    else:
        section, key = collect_settings.find(name)
        chosen.get(section, {}).pop(key, None)
    _keep(session, found, chosen, by, name or "*")


def password(session: Session, project_id: int) -> str:
    """What unlocks the settings of the project's tablets; made when it is first needed. Raises ProjectNotFound."""
    found = project.get(session, project_id)
    held = changes(found).get("admin", {}).get("admin_pw")
    return str(held) if held else _make(session, found)


def new_password(session: Session, project_id: int, by: int) -> str:
    """Another password, for the codes made from now on. Raises ProjectNotFound."""
    found = project.get(session, project_id)
    made = _make(session, found)
    audit.log(session, by, "project.collect_settings", "project", project_id, {"key": "admin.admin_pw"})
    return made


def changes(found: Project) -> Changes:
    """What a project chose, by section and key, its password with it."""
    held: Mapping[str, Mapping[str, Value]] = found.collect_settings or {}
    return {section: dict(values) for section, values in held.items()}


def _make(session: Session, found: Project) -> str:
    made = "".join(secrets.choice(PASSWORD_LETTERS) for _ in range(PASSWORD_LENGTH))
    chosen = changes(found)
    chosen.setdefault("admin", {})["admin_pw"] = made
    found.collect_settings = chosen
    session.flush()
    return made


def _keep(session: Session, found: Project, chosen: Changes, by: int, key: str) -> None:
    found.collect_settings = chosen
    session.flush()
    audit.log(session, by, "project.collect_settings", "project", found.id, {"key": key})
