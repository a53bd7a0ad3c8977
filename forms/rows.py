"""A submission as typed rows: one for the form, one for each instance of each repeat."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from lxml import etree

from .entities import EntityAction, EntityProblem, read_actions
from .ready import once
from .schema import STRUCTURE, Field, Kind, Path, keys
from .schema import repeats as repeats_of
from .values import BadValue, Parser, Unreadable, Value, parser
from .xml import local
from .xml import parse as parse_xml


@dataclass(slots=True)
class Row:
    """One instance of a repeat.

    values has every question of the repeat by its key (see `schema.keys`), None
    when blank or not asked. position counts from 1 within the instance around
    it; parent is the index of that instance in its own list, None when the
    repeat stands in no other. entities are the actions declared inside this
    instance, those of inner repeats left out.
    """

    values: dict[str, Value | None]
    position: int
    parent: int | None = None
    positions: tuple[int, ...] = ()
    entities: tuple[EntityAction, ...] = ()

    @property
    def entity(self) -> EntityAction | None:
        """The action of the repeat itself, else the first of a group inside it; None without any."""
        own = (action for action in self.entities if action.container == action.repeat)
        return next(own, self.entities[0] if self.entities else None)

    def __getitem__(self, key: str) -> Value | None:
        return self.values[key]


@dataclass(slots=True)
class Rows:
    """A submission read with a field list.

    root has every question outside repeats, None when blank or not asked;
    repeats has every repeat of the form by its key, in document order, empty
    when nothing was filled. problems are answers that could not be read: their
    value is None, their text is kept here. entities are all entity actions.
    """

    root: dict[str, Value | None]
    repeats: dict[str, list[Row]]
    problems: list[BadValue] = field(default_factory=list)
    entities: tuple[EntityAction, ...] = ()
    entity_problems: tuple[EntityProblem, ...] = ()


def read_rows(source: bytes | etree._Element, fields: Sequence[Field]) -> Rows:
    """Read the answers of a submission. Never raises because of an answer.

    source is the submission, or its root element when already parsed; fields
    the field list of the form version it was filled with. Text where the field
    list has no question is a problem of reason not_in_form.
    Raises MalformedXML and its kin when given bytes that are no XML.
    """
    root = parse_xml(source) if isinstance(source, bytes) else source
    form = _form(fields)
    rows = Rows(dict(form.root.blank), {key: [] for key in form.repeats.values()})
    _Reader(rows).read(root, form.root, rows.root, (), None)
    if form.has_entities:
        actions = read_actions(root, fields)
        rows.entities, rows.entity_problems = actions.actions, actions.problems
        _attach(rows, form.repeats)
    return rows


@dataclass(slots=True)
class _Node:
    """A place in the form: its kind, its key in Rows, what stands below it.

    blank is what a new row of this table starts with (the form and repeats only).
    """

    path: Path
    kind: Kind
    parse: Parser
    key: str = ""
    children: dict[str, "_Node"] = field(default_factory=dict)
    blank: dict[str, Value | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Form:
    """A field list made ready for reading: nested nodes, and the key of each repeat."""

    root: _Node
    repeats: dict[Path, str]
    has_entities: bool


@once
def _form(fields: tuple[Field, ...]) -> _Form:
    named = keys(fields)
    repeats = {repeat.path: named[repeat.path] for repeat in repeats_of(fields)}
    return _Form(_tree(fields), repeats, any(f.entity is not None for f in fields))


def _tree(fields: Sequence[Field]) -> _Node:
    """The form as nested nodes, `meta` left out: the envelope and the entities have read it."""
    nodes: dict[Path, _Node] = {(): _Node((), "group", parser("group"))}
    named = keys(fields)
    for f in fields:
        parent = nodes.get(f.path[:-1])
        if f.kind == "entity" or parent is None:
            continue
        node = _Node(f.path, f.kind, parser(f.kind), named.get(f.path, f.name))
        nodes[f.path] = parent.children[f.name] = node
        if f.kind not in STRUCTURE:
            nodes[f.repeat or ()].blank[node.key] = None
    return nodes[()]


@dataclass(slots=True)
class _Reader:
    """Walks a submission once beside its form."""

    rows: Rows

    def read(
        self,
        element: etree._Element,
        node: _Node,
        values: dict[str, Value | None],
        positions: tuple[int, ...],
        row: int | None,
    ) -> None:
        """Read the children of a group, a repeat instance (number `row` of its list) or the form."""
        counts: dict[str, int] = {}
        known = node.children
        for child in element:
            below = known.get(child.tag) or known.get(local(child))
            if below is None:
                self.keep_unknown(child, (*node.path, local(child)), positions)
            elif below.kind == "repeat":
                counts[below.key] = counts.get(below.key, 0) + 1
                self.read_instance(child, below, (*positions, counts[below.key]), row)
            elif below.kind == "group":
                self.read(child, below, values, positions, row)
            else:
                self.read_answer(child, below, values, positions)

    def read_instance(
        self, element: etree._Element, node: _Node, positions: tuple[int, ...], parent: int | None
    ) -> None:
        instances = self.rows.repeats[node.key]
        instance = Row(dict(node.blank), positions[-1], parent, positions)
        instances.append(instance)
        self.read(element, node, instance.values, positions, len(instances) - 1)

    def read_answer(
        self,
        element: etree._Element,
        node: _Node,
        values: dict[str, Value | None],
        positions: tuple[int, ...],
    ) -> None:
        if len(element):
            self.keep(element, node.path, "has_children", positions)
        elif text := (element.text or "").strip():
            if values[node.key] is not None:
                self.keep(element, node.path, "given_twice", positions)
                return
            try:
                values[node.key] = node.parse(text)
            except Unreadable as error:
                self.keep(element, node.path, str(error), positions)

    def keep_unknown(self, element: etree._Element, path: Path, positions: tuple[int, ...]) -> None:
        """Keep text that the form has no question for; `meta` is read elsewhere."""
        if path[-1] != "meta":
            self.keep(element, path, "not_in_form", positions)

    def keep(self, element: etree._Element, path: Path, reason: str, positions: tuple[int, ...]) -> None:
        text = "".join(map(str, element.itertext())).strip()
        if text:
            self.rows.problems.append(BadValue(path, text, reason, positions))


def _attach(rows: Rows, names: dict[Path, str]) -> None:
    """Give each entity action to the repeat instance that declares it."""
    by_place = {(path, row.positions): row for path, name in names.items() for row in rows.repeats[name]}
    for action in rows.entities:
        if action.repeat is not None:
            row = by_place[action.repeat, action.positions]
            row.entities = (*row.entities, action)
