"""The words of XLSForm: types, columns and functions, taken from pyxform's own tables where it has them."""

import difflib
from collections.abc import Iterable
from functools import cache

from pyxform import aliases
from pyxform.constants import EntityColumns
from pyxform.parsing.sheet_headers import process_header
from pyxform.question import MultipleChoiceQuestion, Option
from pyxform.question_type_dictionary import QUESTION_TYPE_DICT
from pyxform.survey import Survey
from pyxform.xls2json import RE_BEGIN_CONTROL, RE_END_CONTROL, RE_OSM, RE_SELECT

__all__ = [
    "RE_BEGIN_CONTROL",
    "RE_END_CONTROL",
    "RE_OSM",
    "RE_SELECT",
    "closest",
    "column_of",
    "known_columns",
]

SURVEY, CHOICES, SETTINGS, ENTITIES = "survey", "choices", "settings", "entities"
SHEETS = (SURVEY, CHOICES, SETTINGS, ENTITIES, "external_choices", "osm")

OF_BIND = {
    ("bind", "relevant"): "relevant",
    ("bind", "calculate"): "calculation",
    ("bind", "constraint"): "constraint",
    ("bind", "required"): "required",
    ("bind", "readonly"): "read_only",
    ("bind", "jr:constraintMsg"): "constraint_message",
    ("bind", "jr:requiredMsg"): "required_message",
    ("bind", "entities:saveto"): "save_to",
    ("control", "jr:count"): "repeat_count",
    ("control", "appearance"): "appearance",
    **{("media", kind): kind for kind in ("image", "big-image", "audio", "video")},
}
COMMON_NAMES = {
    "list name": "list_name",
    "dataset": "list_name",
    "title": "form_title",
    "id_string": "form_id",
}
TRANSLATED = frozenset(
    (
        "label", "hint", "guidance_hint", "constraint_message", "required_message",
        "image", "big-image", "audio", "video", "form_title",
    )
)  # fmt: skip
MEDIA = ("image", "big-image", "audio", "video")
EXPRESSIONS = (
    "relevant",
    "constraint",
    "calculation",
    "required",
    "read_only",
    "choice_filter",
    "repeat_count",
)
GROUPED = frozenset(("bind", "control", "instance", "body", "media", "attribute", "namespaces"))
MAIN = {
    SURVEY: (
        "type", "name", "label", "hint", "guidance_hint", "relevant", "constraint", "constraint_message", "required",
        "required_message", "calculation", "choice_filter", "appearance", "default", "parameters", "repeat_count",
        "read_only", "trigger", "save_to", "image", "audio", "video",
    ),
    CHOICES: ("list_name", "name", "label", "image", "audio", "video"),
    SETTINGS: (
        "form_title", "form_id", "version", "default_language", "instance_name", "style", "public_key",
        "submission_url", "auto_send", "auto_delete", "client_editable", "allow_choice_duplicates",
    ),
    ENTITIES: ("list_name", "label", "entity_id", "create_if", "update_if", "repeat"),
}  # fmt: skip
"""Columns that a header nobody knows may have been meant for."""
INTERNAL = frozenset(("parent", "children", "extra_data", "actions", "itemset", "query", "choices", "type_"))

SETTING_TYPES = frozenset(aliases.settings_header)
SELECT_COMMANDS = frozenset(aliases.select)
SELECTS = tuple(name for name in aliases.select if " " not in name)
TYPES = frozenset(
    (
        *QUESTION_TYPE_DICT,
        *aliases._type_alias_map,
        *aliases.settings_header,
        "audit",
        "csv-external",
        "xml-external",
    )
)
COMMON_TYPES = (
    "text", "integer", "decimal", "date", "time", "datetime", "note", "calculate", "hidden", "image", "photo",
    "audio", "video", "file", "barcode", "geopoint", "geotrace", "geoshape", "acknowledge", "range", "start", "end",
    "today", "deviceid", "username", "email", "phonenumber", "audit", "background-audio", "start-geopoint",
    "csv-external", "xml-external", "trigger",
)  # fmt: skip
WITHOUT_LABEL = frozenset(
    (
        "calculate", "hidden", "start", "end", "today", "deviceid", "username", "email", "phonenumber", "audit",
        "simserial", "subscriberid", "imei", "start-geopoint", "background-audio", "background-geopoint",
        "csv-external", "xml-external", "q calculate", "add calculate prompt",
    )
)  # fmt: skip

# Functions of ODK's engine (JavaRosa 5, XPathFuncExpr) and the least and most arguments of each; None: any number.
# Source: https://docs.getodk.org/form-operators-functions/ and the engine inside ODK Validate.
FUNCTIONS: dict[str, tuple[int, int | None]] = {
    **dict.fromkeys(("true", "false", "today", "now", "random", "pi", "version", "current"), (0, 0)),
    **dict.fromkeys(
        (
            "not", "boolean", "boolean-from-string", "number", "int", "string", "date", "date-time",
            "decimal-date-time", "decimal-time", "count-selected", "count", "count-non-empty", "sum", "sqrt", "exp",
            "exp10", "log", "log10", "abs", "sin", "cos", "tan", "asin", "acos", "atan", "area", "enclosed-area",
            "property", "once", "instance", "base64-decode", "jr:itext",
        ),
        (1, 1),
    ),
    **dict.fromkeys(
        (
            "format-date", "format-date-time", "selected", "is-selected", "selected-at", "coalesce", "substring-before",
            "substring-after", "contains", "starts-with", "ends-with", "regex", "pow", "atan2", "extract-signed",
            "geofence", "jr:choice-name",
        ),
        (2, 2),
    ),
    **dict.fromkeys(("if", "translate"), (3, 3)),
    **dict.fromkeys(("string-length", "normalize-space", "uuid", "position"), (0, 1)),
    **dict.fromkeys(("max", "min", "join", "distance", "depend", "intersects"), (1, None)),
    **dict.fromkeys(("weighted-checklist", "checklist"), (2, None)),
    **dict.fromkeys(("round", "randomize"), (1, 2)),
    **dict.fromkeys(("substr", "digest"), (2, 3)),
    "concat": (0, None),
    "indexed-repeat": (3, 7),
    "pulldata": (4, 4),
}  # fmt: skip
NODE_TESTS = frozenset(("node", "text", "comment", "processing-instruction"))
INSTEAD = {
    "substring": "substr", "length": "string-length", "len": "string-length", "mid": "substr", "left": "substr",
    "floor": "int", "ceiling": "round", "average": "sum", "avg": "sum", "counta": "count-non-empty",
    "isblank": "string-length", "lower": "translate", "upper": "translate", "lower-case": "translate",
    "upper-case": "translate", "trim": "normalize-space", "countif": "count", "sumif": "sum", "concatenate": "concat",
    "datediff": "decimal-date-time", "year": "format-date", "month": "format-date", "day": "format-date",
    "choice-name": "jr:choice-name", "ifs": "if", "iif": "if",
}  # fmt: skip
NODESETS = frozenset(
    (
        "sum", "count", "count-non-empty", "max", "min", "join", "indexed-repeat", "position", "area", "distance",
        "enclosed-area", "randomize",
    )
)  # fmt: skip
"""Functions that take all answers of a repeat at once."""

APPEARANCES = (
    "multiline", "numbers", "url", "thousands-sep", "bearing", "ex:", "vertical", "no-ticks", "picker", "rating",
    "new", "new-front", "new-rear", "annotate", "draw", "signature", "selfie", "no-calendar", "month-year", "year",
    "coptic", "ethiopian", "bikram-sambat", "islamic", "persian", "myanmar", "buddhist", "placement-map", "maps",
    "front", "hide-input", "printer", "masked", "counter", "minimal", "search", "autocomplete", "quick", "compact",
    "quickcompact", "columns", "columns-pack", "columns-1", "columns-2", "columns-3", "columns-4", "columns-5",
    "no-buttons", "image-map", "likert", "map", "label", "list-nolabel", "list", "table-list", "field-list",
    "horizontal", "horizontal-compact", "textarea", "distress", "streets", "satellite", "topographic", "intent",
)  # fmt: skip

_COLUMNS = {
    SURVEY: (aliases.survey_header, set(MultipleChoiceQuestion.get_slot_names())),
    CHOICES: (aliases.list_header, set(Option.get_slot_names())),
    SETTINGS: (aliases.settings_header, set(Survey.get_slot_names())),
    ENTITIES: (aliases.entities_header, {column.value for column in EntityColumns.value_list()}),
}


def column_of(sheet: str, header: str, uses_double_colon: bool) -> tuple[str, str | None, bool]:
    """What a header stands for: the column's common name, its language, and whether this sheet has such a column.

    Columns of choices are all known: those pyxform has no use for are there for choice filters.
    """
    header_aliases, columns = _COLUMNS.get(sheet, _COLUMNS[CHOICES])
    _, tokens = process_header(header, uses_double_colon, header_aliases, columns)
    base, rest = OF_BIND.get(tokens[:2]), tokens[2:]
    if base is None:
        base, rest = COMMON_NAMES.get(tokens[0], tokens[0]), tokens[1:]
    if base in GROUPED:
        return "::".join(tokens), None, True
    language = "::".join(rest) or None
    is_known = base in known_columns(sheet) or base.startswith(("bind:", "sms_")) or sheet not in _COLUMNS
    return base, language, is_known or sheet == CHOICES


@cache
def known_columns(sheet: str) -> frozenset[str]:
    """The common names of a sheet's columns."""
    if sheet not in _COLUMNS:
        return frozenset()
    header_aliases, columns = _COLUMNS[sheet]
    names = {name for name in (*columns, *header_aliases) if not name.startswith("_")} - INTERNAL
    extra = {
        SURVEY: {
            "disabled",
            "big-image",
            "repeat_count",
            "read_only",
            "calculation",
            "save_to",
            "intent",
            "$given_name",
        },
        CHOICES: {"geometry", "list_name"},
        SETTINGS: {"form_title", "form_id", "name", "add_none_option", "allow_choice_duplicates"},
        ENTITIES: {"list_name"},
    }[sheet]
    return frozenset({COMMON_NAMES.get(name, name) for name in names} | extra)


def closest(word: str, words: Iterable[str], cutoff: float = 0.75) -> str | None:
    """The word that was most likely meant; None when none is near."""
    lowered = {one.lower(): one for one in words}
    found = difflib.get_close_matches(word.lower(), lowered, n=1, cutoff=cutoff)
    return lowered[found[0]] if found else None
