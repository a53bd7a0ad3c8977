"""The dated register of administrative units: what a code meant on a day, and what became of it.

A unit is known by (code, valid_from), written `03388@2016-01-01` in forms; see register/README.md.
"""

from server.services.unit.lookup import (
    BadUnitKey,
    Successor,
    at,
    became,
    children,
    find,
    get,
    get_at,
    key_of,
    lineage,
    parse_key,
    subtree_ids,
    trace,
    was,
)
from server.services.unit.media import write_form_csv
from server.services.unit.register import Loaded, RegisterInvalid, load, rebuild_closure
from server.services.unit.shape import outlines

__all__ = [
    "BadUnitKey",
    "Loaded",
    "RegisterInvalid",
    "Successor",
    "at",
    "became",
    "children",
    "find",
    "get",
    "get_at",
    "key_of",
    "lineage",
    "load",
    "outlines",
    "parse_key",
    "rebuild_closure",
    "subtree_ids",
    "trace",
    "was",
    "write_form_csv",
]
