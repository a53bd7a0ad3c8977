"""Answers → submission XML, in the order and nesting of a form's field list."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

from forms.schema import EntityDeclaration, Field, Path

Answer = str | int | Decimal | date | datetime | None | Sequence[str]
Answers = Mapping[str, object]
"""Leaf name → answer; name of a repeat → list of such mappings; "entity:LIST" → EntityAct."""

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'


@dataclass(frozen=True)
class EntityAct:
    """What one submission does to one entity. base_version None: it creates it."""

    id: str
    label: str | None
    base_version: int | None = None


@dataclass(frozen=True)
class Node:
    """An element of the form: a question, or a group or repeat with what is inside."""

    name: str
    kind: str
    children: tuple["Node", ...] = ()
    entity: EntityDeclaration | None = None


def tree(fields: Iterable[Field]) -> tuple[Node, ...]:
    """The field list as a tree, in document order; meta blocks hold nothing but entities."""
    return _level([f for f in fields if f.kind != "note"], ())


def _level(fields: list[Field], above: Path) -> tuple[Node, ...]:
    depth = len(above)
    nodes: list[Node] = []
    seen: set[str] = set()
    for f in fields:
        if f.path[:depth] != above or len(f.path) <= depth or f.path[depth] in seen:
            continue
        name = f.path[depth]
        seen.add(name)
        if name == "meta":
            inside = [g for g in fields if g.kind == "entity" and g.path[: depth + 1] == (*above, "meta")]
            nodes += [Node("meta", "entity", (), g.entity) for g in inside]
        elif len(f.path) > depth + 1 or f.kind in ("group", "repeat"):
            below = [g for g in fields if g.path[: depth + 1] == (*above, name)]
            kind = (
                "repeat" if any(g.kind == "repeat" and len(g.path) == depth + 1 for g in below) else "group"
            )
            nodes.append(Node(name, kind, _level(below, (*above, name))))
        else:
            nodes.append(Node(name, f.kind))
    return tuple(nodes)


def write(
    nodes: tuple[Node, ...],
    form_id: str,
    version: str,
    answers: Answers,
    instance_id: str,
    instance_name: str,
) -> bytes:
    """One submission; nodes as `tree` gives them. What is not answered is left out, as what is not relevant is."""
    body: list[str] = []
    entities: list[str] = []
    for node in nodes:
        if node.kind == "entity":
            _entity(node, answers, entities)
        else:
            _element(node, answers, body)
    meta = f"<meta>{''.join(entities)}<instanceID>{instance_id}</instanceID>"
    name = f"<instanceName>{escape(instance_name)}</instanceName></meta>"
    root = f"<data id={quoteattr(form_id)} version={quoteattr(version)}"
    space = ' xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms"'
    return f"{DECLARATION}{root}{space}>{''.join(body)}{meta}{name}</data>".encode()


def _element(node: Node, answers: Answers, out: list[str]) -> None:
    if node.kind == "repeat":
        for instance in _instances(answers, node.name):
            out.append(f"<{node.name}>")
            for child in node.children:
                _element(child, instance, out)
            out.append(f"</{node.name}>")
    elif node.kind == "group":
        inside: list[str] = []
        for child in node.children:
            _element(child, answers, inside)
        if inside:
            out += [f"<{node.name}>", *inside, f"</{node.name}>"]
    elif node.kind == "entity":
        acts: list[str] = []
        _entity(node, answers, acts)
        if acts:
            out += ["<meta>", *acts, "</meta>"]
    elif (text := _text(answers.get(node.name))) is not None:
        out.append(f"<{node.name}>{escape(text)}</{node.name}>")


def _instances(answers: Answers, name: str) -> Sequence[Answers]:
    given = answers.get(name) or ()
    assert isinstance(given, Sequence)
    return given


def _entity(node: Node, answers: Answers, out: list[str]) -> None:
    assert node.entity is not None
    act = answers.get(f"entity:{node.entity.list_name}")
    if not isinstance(act, EntityAct):
        return
    label = f"<label>{escape(act.label)}</label>" if act.label else ""
    how = 'create="1"' if act.base_version is None else f'update="1" baseVersion="{act.base_version}"'
    out.append(f'<entity dataset="{node.entity.list_name}" {how} id="{act.id}">{label}</entity>')


def _text(value: object) -> str | None:
    if value is None or value == "" or (isinstance(value, list | tuple) and not value):
        return None
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return " ".join(value)
    return str(value)
