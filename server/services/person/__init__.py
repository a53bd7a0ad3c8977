"""People who sign in: who they are, what they may do where, and who may change that."""

from server.services.person.act import (
    PersonRefused,
    add_role,
    add_unit,
    disable,
    enable,
    end_factor,
    end_role,
    end_sessions,
    end_unit,
    rename,
    unlock,
)
from server.services.person.look import Act, Detail, Held, Signed, detail, held
from server.services.person.people import STATES, Listed, Wanted, count, listed, units
from server.services.person.place import Place
from server.services.person.right import (
    LastAdministrator,
    Offer,
    PersonAbove,
    PersonNotFound,
    may_manage,
    offered,
    require,
)
from server.services.sought import plain, sought

__all__ = [
    "STATES",
    "Act",
    "Detail",
    "Held",
    "LastAdministrator",
    "Listed",
    "Offer",
    "PersonAbove",
    "PersonNotFound",
    "PersonRefused",
    "Place",
    "Signed",
    "Wanted",
    "add_role",
    "add_unit",
    "count",
    "detail",
    "disable",
    "enable",
    "end_factor",
    "end_role",
    "end_sessions",
    "end_unit",
    "held",
    "listed",
    "may_manage",
    "offered",
    "plain",
    "rename",
    "require",
    "sought",
    "units",
    "unlock",
]
