"""What changed between two texts of a form, in words and row by row."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Literal

from lxml import etree

from .schema import Field
from .xform import local_path, model_of, primary_instance, read_facts
from .xml import find_all, parse

Kind = Literal["form", "added", "gone", "renamed", "moved", "type", "label", "choices", "logic"]
LOGIC = {
    "relevant": "relevant",
    "constraint": "constraint",
    "calculate": "calculation",
    "required": "required",
}
ALIKE = 0.82
"""How much two labels must have in common for a question to count as renamed."""
SOMEWHAT = 0.6
"""How much labels and names must, when neither is enough alone, or the choices are the same."""
SHOWN = 6
REFERENCE = re.compile(r"\$\{([^}]+)\}")
TYPES = {
    "int": ("số nguyên", "whole number"),
    "decimal": ("số thập phân", "decimal number"),
    "boolean": ("có/không", "yes or no"),
    "date": ("ngày", "date"),
    "datetime": ("ngày giờ", "date and time"),
    "time": ("giờ", "time"),
    "string": ("chữ", "text"),
    "note": ("ghi chú", "note"),
    "select": ("chọn một", "one choice"),
    "selectmulti": ("chọn nhiều", "several choices"),
    "rank": ("xếp hạng", "ranking"),
    "geopoint": ("tọa độ", "place"),
    "geotrace": ("đường", "line"),
    "geoshape": ("vùng", "area"),
    "binary": ("tệp", "file"),
    "group": ("nhóm", "group"),
    "repeat": ("nhóm lặp", "repeat"),
    "entity": ("dòng của danh sách", "row of a list"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that changed.

    name is the question's in the older text, or in the newer one when it was added; "" for the form itself. repeat is
    the repeat it stood in, None outside. before and after are what the table shows, "" for nothing. is_loss: answers
    already given lose something by it. vi and en are one sentence each.
    """

    kind: Kind
    name: str
    repeat: str | None
    before: str
    after: str
    is_loss: bool
    vi: str
    en: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two texts: its fields by path below the root, and the logic of each."""

    fields: dict[tuple[str, ...], Field]
    logic: dict[tuple[str, ...], dict[str, str]]


def differences(
    older: bytes, newer: bytes, older_fields: Iterable[Field], newer_fields: Iterable[Field]
) -> tuple[Difference, ...]:
    """What changed, in the order of the newer text; what is gone comes where it stood.

    older, newer: the XForms; each with its own field list. A question that is gone and one that came, of the same type
    and with nearly the same label, are one that was renamed. Raises what `xml.parse` raises.
    """
    old, new = _side(older, older_fields), _side(newer, newer_fields)
    pairs = dict(_pairs(old, new))
    found = [*_form(older, newer)]
    came = {after: before for before, after in pairs.items()}
    renamed = {before[-1]: after[-1] for before, after in pairs.items() if before[-1] != after[-1]}
    for path, field in new.fields.items():
        if path in came:
            found += _changes(old, new, came[path], path, renamed)
        else:
            found.append(_added(field))
    places = {path: number for number, path in enumerate(old.fields)}
    gone = [path for path in old.fields if path not in pairs]
    found += [_gone(old.fields[path]) for path in sorted(gone, key=places.__getitem__)]
    return (*found, *_choices(old, new, pairs))


def _side(xml: bytes, fields: Iterable[Field]) -> _Side:
    kept = {f.path: f for f in fields if f.kind != "entity" and f.path[0] != "meta"}
    return _Side(kept, {path: rules for path, rules in _logic(parse(xml)).items() if path in kept})


def _logic(document: etree._Element) -> dict[tuple[str, ...], dict[str, str]]:
    """The expressions of each question, as an admin writes them: `${name}` for paths."""
    model = model_of(document)
    root = str(primary_instance(model).tag).rpartition("}")[2]
    calls = re.compile(rf"\s*(?:/{re.escape(root)}(?:/[\w.-]+)*?|(?:\.\./)+)/?([\w-][\w.-]*)(?![\w./-])\s*")
    found = {}
    for bind in find_all(model, "bind"):
        rules = {name: bind.get(name, "") for name in LOGIC if bind.get(name)}
        found[local_path(bind.get("nodeset", ""))] = {
            LOGIC[name]: " ".join(calls.sub(r"${\1}", text).split()) for name, text in rules.items()
        }
    return found


def _pairs(old: _Side, new: _Side) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Which element of the newer text goes on being which of the older one."""
    same = old.fields.keys() & new.fields.keys()
    yield from ((path, path) for path in same)
    gone = [path for path in old.fields if path not in same]
    came = [path for path in new.fields if path not in same]
    for path in [*gone]:  # The same name in another group: moved.
        there = [other for other in came if other[-1] == path[-1]]
        if len(there) == 1 and sum(other[-1] == path[-1] for other in gone) == 1:
            gone.remove(path)
            came.remove(there[0])
            yield path, there[0]
    for path in gone:
        scored = [(_likeness(old.fields[path], new.fields[other]), other) for other in came]
        best = max(scored, default=(0.0, ()))
        if best[0] > 0:
            came.remove(best[1])
            yield path, best[1]


def _likeness(old: Field, new: Field) -> float:
    """How sure it is that a question was renamed, from 0 (it was not) to 1."""
    if old.kind != new.kind or old.kind in ("group", "note") or _repeat(old) != _repeat(new):
        return 0.0
    names = SequenceMatcher(None, old.name, new.name, autojunk=False).ratio()
    labels = max(
        (_alike(old.label[one], new.label[one]) for one in old.label.keys() & new.label.keys()), default=0.0
    )
    both_somewhat = labels >= SOMEWHAT and names >= SOMEWHAT
    if labels >= ALIKE or both_somewhat or (not labels and names >= ALIKE):
        return (labels + names) / 2
    has_same_choices = bool(old.choices) and {c.name for c in old.choices} == {c.name for c in new.choices}
    return names / 2 if has_same_choices and names >= SOMEWHAT else 0.0


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one.lower(), other.lower(), autojunk=False).ratio()


def _repeat(field: Field) -> str | None:
    return field.repeat[-1] if field.repeat else None


def _form(older: bytes, newer: bytes) -> Iterator[Difference]:
    """Version, title, and files."""
    old, new = read_facts(older), read_facts(newer)
    words = (
        ("phiên bản", "version", old.version, new.version),
        ("tên biểu mẫu", "title", old.title, new.title),
        ("tệp kèm theo", "files", ", ".join(old.media), ", ".join(new.media)),
    )
    for vi, en, before, after in words:
        if before != after:
            yield Difference(
                "form", "", None, before, after, False,
                f"Đổi {vi}: “{before or '–'}” → “{after or '–'}”.",
                f"The {en} changed: “{before or '–'}” → “{after or '–'}”.",
            )  # fmt: skip


def _added(field: Field) -> Difference:
    vi, en = TYPES[field.kind]
    shown = f" – {_first(field.label)}" if _first(field.label) else ""
    return Difference(
        "added", field.name, _repeat(field), "", _first(field.label), False,
        f"Thêm “{field.name}” ({vi}){shown}.",
        f"“{field.name}” ({en}) was added{shown}.",
    )  # fmt: skip


def _gone(field: Field) -> Difference:
    vi, en = TYPES[field.kind]
    is_loss = field.kind not in ("note", "group")
    return Difference(
        "gone", field.name, _repeat(field), _first(field.label), "", is_loss,
        f"Bỏ “{field.name}” ({vi}): máy không hỏi nữa, câu trả lời cũ vẫn giữ.",
        f"“{field.name}” ({en}) is gone: it is not asked any more, answers already given are kept.",
    )  # fmt: skip


def _changes(
    old: _Side, new: _Side, before: tuple[str, ...], after: tuple[str, ...], renamed: Mapping[str, str]
) -> Iterator[Difference]:
    """What changed of an element that is in both texts."""
    was, now = old.fields[before], new.fields[after]
    base = Difference("label", was.name, _repeat(was), "", "", False, "", "")
    if was.name != now.name:
        yield replace(
            base, kind="renamed", before=was.name, after=now.name, is_loss=True,
            vi=f"“{was.name}” có lẽ đổi tên thành “{now.name}”: số liệu cũ và mới sẽ nằm ở hai cột khác nhau.",
            en=f"“{was.name}” was probably renamed to “{now.name}”: older and newer answers will stand in two columns.",
        )  # fmt: skip
    elif before != after:
        yield _moved(base, was, now)
    if was.kind != now.kind:
        yield _type(base, was, now)
    if _called(_text(was), renamed) != _text(now):
        yield replace(
            base, before=_text(was), after=_text(now),
            vi=f"Đổi câu chữ của “{now.name}”.", en=f"The wording of “{now.name}” changed.",
        )  # fmt: skip
    yield from _rules(base, old.logic.get(before, {}), new.logic.get(after, {}), renamed)


def _text(field: Field) -> str:
    return " / ".join(field.label.values())


def _moved(base: Difference, was: Field, now: Field) -> Difference:
    before, after = "/".join(was.path[:-1]) or "–", "/".join(now.path[:-1]) or "–"
    is_loss = was.repeat != now.repeat
    table_vi = ", sang bảng khác: số liệu cũ và mới không còn cùng một bảng" if is_loss else ""
    table_en = ", into another table: older and newer answers no longer stand together" if is_loss else ""
    return replace(
        base, kind="moved", before=before, after=after, is_loss=is_loss,
        vi=f"Chuyển “{now.name}” từ nhóm “{before}” sang “{after}”{table_vi}.",
        en=f"“{now.name}” moved from “{before}” to “{after}”{table_en}.",
    )  # fmt: skip


def _type(base: Difference, was: Field, now: Field) -> Difference:
    before, after = TYPES[was.kind], TYPES[now.kind]
    return replace(
        base, kind="type", before=" / ".join(before), after=" / ".join(after), is_loss=True,
        vi=f"“{now.name}” đổi loại từ {before[0]} sang {after[0]}: câu trả lời cũ có thể không đọc được như mới.",
        en=f"“{now.name}” changed from {before[1]} to {after[1]}: older answers may not read like newer ones.",
    )  # fmt: skip


def _rules(
    base: Difference, was: Mapping[str, str], now: Mapping[str, str], renamed: Mapping[str, str]
) -> Iterator[Difference]:
    """Logic that changed; a question called by its new name is no change."""
    for column in LOGIC.values():
        before, after = was.get(column, ""), now.get(column, "")
        if _called(before, renamed) != after:
            yield replace(
                base, kind="logic", before=before, after=after,
                vi=f"Đổi {column} của “{base.name}”: “{before or '–'}” → “{after or '–'}”.",
                en=f"{column} of “{base.name}” changed: “{before or '–'}” → “{after or '–'}”.",
            )  # fmt: skip


def _called(text: str, renamed: Mapping[str, str]) -> str:
    """A text in which questions are called by their new names."""
    return REFERENCE.sub(lambda match: f"${{{renamed.get(match[1], match[1])}}}", text)


def _choices(
    old: _Side, new: _Side, pairs: Mapping[tuple[str, ...], tuple[str, ...]]
) -> Iterator[Difference]:
    """Choices that came, went or have another label, once a list."""
    seen: set[tuple[str | None, str | None]] = set()
    for before, after in pairs.items():
        was, now = old.fields[before], new.fields[after]
        if not (was.choices or now.choices) or (was.choice_list, now.choice_list) in seen:
            continue
        seen.add((was.choice_list, now.choice_list))
        had, has = {c.name: c.label for c in was.choices}, {c.name: c.label for c in now.choices}
        if was.choices and now.choices:
            users = [f.name for f in old.fields.values() if f.choices and f.choice_list == was.choice_list]
            for one in _of_list(now.choice_list or now.name, was.name, had, has):
                yield replace(
                    one, repeat=_repeat(was), also=tuple(name for name in users if name != was.name)
                )


def _of_list(
    name: str, question: str, had: Mapping[str, Mapping[str, str]], has: Mapping[str, Mapping[str, str]]
) -> Iterator[Difference]:
    base = Difference("choices", question, None, "", "", False, "", "")
    if gone := [one for one in had if one not in has]:
        yield replace(
            base, before=_some(gone), is_loss=True,
            vi=f"Danh sách “{name}” bỏ lựa chọn: {_some(gone)}.",
            en=f"The list “{name}” lost the choices: {_some(gone)}.",
        )  # fmt: skip
    if came := [one for one in has if one not in had]:
        yield replace(
            base, after=_some(came),
            vi=f"Danh sách “{name}” thêm lựa chọn: {_some(came)}.",
            en=f"The list “{name}” gained the choices: {_some(came)}.",
        )  # fmt: skip
    if other := [one for one in has if one in had and had[one] != has[one]]:
        yield replace(
            base, kind="label", before=_some(_first(had[one]) for one in other),
            after=_some(_first(has[one]) for one in other),
            vi=f"Danh sách “{name}” đổi nhãn của: {_some(other)}.",
            en=f"The list “{name}” changed the labels of: {_some(other)}.",
        )  # fmt: skip


def _some(texts: Iterable[str]) -> str:
    every = [*texts]
    return ", ".join(every[:SHOWN]) + (", …" if len(every) > SHOWN else "")


def _first(label: Mapping[str, str]) -> str:
    return next(iter(label.values()), "")
