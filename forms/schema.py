"""The field list of a form version: what a submission may hold, without running pyxform again."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

Kind = Literal[
    "int", "decimal", "boolean", "date", "datetime", "time", "string", "note",
    "select", "selectmulti", "rank", "geopoint", "geotrace", "geoshape", "binary",
    "group", "repeat", "entity",
]  # fmt: skip
Path = tuple[str, ...]
STRUCTURE = frozenset({"group", "repeat", "entity"})
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a list: its stored name and its label by language."""

    name: str
    label: dict[str, str]


@dataclass(frozen=True, slots=True)
class EntityDeclaration:
    """One entity that a form makes or changes.

    container is the path of the group or repeat that holds `meta/entity`, ()
    for the form itself; repeat is the innermost repeat around it, or None.
    creates and updates say what the form can do, not what a submission did.
    properties are in the order of the questions.
    """

    list_name: str
    container: Path
    repeat: Path | None
    creates: bool
    updates: bool
    properties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One element of the primary instance, in document order.

    path leads from below the root to the element. Groups and repeats are
    fields too (kinds group, repeat), and so is each `meta/entity` (kind
    entity, with its declaration); `questions` gives what can be answered.
    repeat is the path of the innermost repeat around the field, None outside.
    label maps language name to text, "default" when the form has no languages;
    `${name}` stands where an answer is shown. choices is empty when they come
    from a file; choice_list then is the file's name without extension.
    saveto is the entity property this answer becomes.
    A calculation has the kind its bind says, which is string unless the
    workbook gives `bind::type`.
    """

    path: Path
    name: str
    kind: Kind
    repeat: Path | None = None
    label: dict[str, str] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    choice_list: str | None = None
    calculated: bool = False
    saveto: str | None = None
    entity: EntityDeclaration | None = None


def questions(fields: Iterable[Field]) -> tuple[Field, ...]:
    """The fields that hold an answer: no groups, repeats, notes, entities, and nothing of `meta`."""
    return tuple(f for f in fields if f.kind not in STRUCTURE and f.kind != "note" and f.path[0] != "meta")


def repeats(fields: Iterable[Field]) -> tuple[Field, ...]:
    """The repeats of a form, outer before inner."""
    return tuple(f for f in fields if f.kind == "repeat")


def declarations(fields: Iterable[Field]) -> tuple[EntityDeclaration, ...]:
    """The entities a form makes or changes, in document order."""
    return tuple(f.entity for f in fields if f.entity is not None)


def keys(fields: Sequence[Field]) -> dict[Path, str]:
    """The name each answer and each repeat has in `Rows`, by path.

    That is the leaf name; where two answers of the same table, or two repeats,
    share it, each gets its groups before it: `group/name`.
    """
    named: dict[tuple[Path | None, str], list[Path]] = {}
    for f in fields:
        if f.kind in ("group", "entity") or f.path[0] == "meta":
            continue
        table = ("",) if f.kind == "repeat" else f.repeat
        named.setdefault((table, f.name), []).append(f.path)
    result = {}
    for (table, name), paths in named.items():
        if len(paths) == 1:
            result[paths[0]] = name
        else:
            result.update({path: "/".join(_within(path, table)) for path in paths})
    return result


def _within(path: Path, table: Path | None) -> Path:
    """The path below a table; repeats are named from the root."""
    return path[len(table) :] if table and table != ("",) else path


def to_json(fields: Iterable[Field]) -> str:
    """The field list as JSON text, each choice list once."""
    lists: dict[str, list] = {}
    items = []
    for f in fields:
        if f.choices and f.choice_list:
            lists[f.choice_list] = [[choice.name, choice.label] for choice in f.choices]
        items.append(dict(_members(f)))
    return json.dumps(
        {"format": FORMAT, "lists": lists, "fields": items}, ensure_ascii=False, separators=(",", ":")
    )


def _members(f: Field) -> Iterator[tuple[str, object]]:
    yield "path", f.path
    yield "kind", f.kind
    if f.repeat is not None:
        yield "repeat", f.repeat
    if f.label:
        yield "label", f.label
    if f.choice_list:
        yield "choices", f.choice_list
    if f.calculated:
        yield "calculated", True
    if f.saveto:
        yield "saveto", f.saveto
    if f.entity:
        e = f.entity
        yield "entity", [e.list_name, e.container, e.repeat, e.creates, e.updates, e.properties]


@lru_cache(maxsize=128)
def from_json(text: str) -> tuple[Field, ...]:
    """The field list that `to_json` wrote. The same text gives the same tuple, so it costs once.

    Raises ValueError when the text is of another format.
    """
    document = json.loads(text)
    if document.get("format") != FORMAT:
        raise ValueError(f"field list of unknown format {document.get('format')!r}")
    lists = {
        name: tuple(Choice(choice, label) for choice, label in choices)
        for name, choices in document["lists"].items()
    }
    return tuple(_field(item, lists) for item in document["fields"])


def _field(item: dict, lists: dict[str, tuple[Choice, ...]]) -> Field:
    path = tuple(item["path"])
    choice_list = item.get("choices")
    return Field(
        path=path,
        name=path[-1],
        kind=item["kind"],
        repeat=_path(item.get("repeat")),
        label=item.get("label", {}),
        choices=lists.get(choice_list, ()) if choice_list else (),
        choice_list=choice_list,
        calculated=item.get("calculated", False),
        saveto=item.get("saveto"),
        entity=_declaration(item["entity"]) if "entity" in item else None,
    )


def _declaration(item: list) -> EntityDeclaration:
    list_name, container, repeat, creates, updates, properties = item
    return EntityDeclaration(list_name, tuple(container), _path(repeat), creates, updates, tuple(properties))


def _path(names: list[str] | None) -> Path | None:
    return None if names is None else tuple(names)
