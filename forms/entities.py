"""Entity actions of a submission: rows of shared lists that it makes or changes.

Nothing here raises on what a phone sent: a faulty action becomes a problem,
for a person to look at, and the submission is kept all the same.
Source: https://getodk.github.io/xforms-spec/entities (versions 2022.1 to 2025.1)
"""

import re
import unicodedata
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from .ready import Branch, branches, once
from .schema import EntityDeclaration, Field, Path, declarations
from .xml import find, find_all, find_any, local, parse, text_of

LIST_NAME = re.compile(r"(?!__)[^\W\d][\w:-]*|:[\w:-]*")
PROPERTY_NAME = re.compile(r"(?!__)[^\W\d][\w.-]*")
RESERVED_PROPERTIES = frozenset({"name", "label"})
ON = frozenset({"1", "true"})
MAX_ACTIONS = 10_000
"""No form of a village comes near; a hostile one with more would keep everybody else's waiting."""


@dataclass(frozen=True, slots=True)
class EntityAction:
    """One entity to create or update.

    uuid is lower case, without `uuid:`. create and update may both be on:
    update when the entity is known, else create. Versions are None when not
    given. label is None when not given, which an update may do. data has the
    properties that were sent, "" for those sent empty; absent ones are to stay
    as they are. container is the group or repeat that declares it, repeat the
    innermost repeat around that, positions those of the repeats, outermost
    first, counted from 1.
    """

    list_name: str
    uuid: str
    create: bool
    update: bool
    base_version: int | None
    trunk_version: int | None
    branch_id: str | None
    label: str | None
    data: dict[str, str]
    container: Path
    repeat: Path | None
    positions: tuple[int, ...]

    @property
    def position(self) -> int | None:
        """Position in the innermost repeat, counted from 1; None outside repeats."""
        return self.positions[-1] if self.positions else None


@dataclass(frozen=True, slots=True)
class EntityProblem:
    """Why an action cannot be taken.

    code is one of bad_uuid, missing_label, bad_base_version, bad_trunk_version,
    bad_branch_id, trunk_without_branch, missing_base_version, undeclared,
    undeclared_create, undeclared_update, wrong_list, given_twice (in one place;
    only the first counts), too_many (more than MAX_ACTIONS; those beyond are not
    read). text is what was found.
    """

    code: str
    list_name: str
    text: str
    container: Path
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Actions:
    """What a submission does to entity lists: good actions in document order, and what is wrong."""

    actions: tuple[EntityAction, ...]
    problems: tuple[EntityProblem, ...]


def is_list_name(name: str) -> bool:
    """Whether an entity list may have this name: letter, `_` or `:` first, no `.`, not `__…`."""
    return LIST_NAME.fullmatch(name) is not None


def is_property_name(name: str) -> bool:
    """Whether a property may have this name: letter or `_` first, not `__…`, not name or label."""
    return PROPERTY_NAME.fullmatch(name) is not None and name.lower() not in RESERVED_PROPERTIES


def read_actions(source: bytes | etree._Element, fields: Iterable[Field]) -> Actions:
    """The entity actions of one submission.

    fields is the field list of the form version it was filled with; an entity
    that this version does not declare is a problem, not an action.
    Raises MalformedXML and its kin when given bytes that are no XML.
    """
    form = _form(fields)
    root = parse(source) if isinstance(source, bytes) else source
    actions: list[EntityAction] = []
    problems: list[EntityProblem] = []
    read: set[etree._Element] = set()  # Each place is read through once, or a hostile text takes hours.
    for found in _entities(root, form.repeats):
        if not (found.is_on("create") or found.is_on("update")):
            continue
        if len(actions) + len(problems) >= MAX_ACTIONS:
            problems.append(found.problem("too_many", str(MAX_ACTIONS)))
            break
        declaration = form.declared.get(found.container)
        if declaration is None or found.parent in read:
            problems.append(found.problem("given_twice" if declaration else "undeclared"))
            continue
        read.add(found.parent)
        faults = [found.problem(code, text) for code, text in _faults(found, declaration)]
        problems.extend(faults)
        if not faults:
            data = dict(_data(found.parent, form.savetos[found.container]))
            actions.append(_action(found, declaration, data))
    return Actions(tuple(actions), tuple(problems))


@dataclass(frozen=True, slots=True)
class _Form:
    """What a form declares, by container; savetos is the way to the questions that fill its entity's properties."""

    declared: dict[Path, EntityDeclaration]
    savetos: dict[Path, Branch]
    repeats: frozenset[Path]


@once
def _form(fields: tuple[Field, ...]) -> _Form:
    declared = {declaration.container: declaration for declaration in declarations(fields)}
    ends: dict[Path, dict[Path, str]] = {container: {} for container in declared}
    for f in fields:
        around = [f.path[:depth] for depth in range(len(f.path)) if f.path[:depth] in declared]
        if f.saveto and around:  # The innermost group or repeat that declares an entity.
            ends[around[-1]][f.path[len(around[-1]) :]] = f.saveto
    savetos = {container: branches(ways) for container, ways in ends.items()}
    return _Form(declared, savetos, frozenset(f.path for f in fields if f.kind == "repeat"))


@dataclass(frozen=True, slots=True)
class _Found:
    """A `meta/entity` in a submission, the element around its `meta`, and where that is."""

    entity: etree._Element
    parent: etree._Element
    container: Path
    positions: tuple[int, ...]

    def is_on(self, action: str) -> bool:
        return self.entity.get(action, "").strip() in ON

    def text(self, attribute: str) -> str:
        return self.entity.get(attribute, "").strip()

    @property
    def label(self) -> str:
        return _nfc(text_of(find(self.entity, "label")))

    def problem(self, code: str, text: str = "") -> EntityProblem:
        return EntityProblem(code, self.text("dataset"), text, self.container, self.positions)


def _entities(root: etree._Element, repeats: frozenset[Path]) -> Iterator[_Found]:
    """Every `meta/entity`, depth first in document order."""
    numbers: Numbers = {}
    for entity in root.iter("{*}entity"):
        meta = entity.getparent()
        parent = meta.getparent() if meta is not None else None
        if meta is None or parent is None or local(meta) != "meta":
            continue
        line = [parent, *parent.iterancestors()][-2::-1]
        container = tuple(map(local, line))
        inside = [one for depth, one in enumerate(line, 1) if container[:depth] in repeats]
        if "meta" not in container:
            yield _Found(entity, parent, container, tuple(_position(one, numbers) for one in inside))


Numbers = dict[tuple[etree._Element, str], dict[etree._Element, int]]
"""Positions of repeat instances, by the element around them and their name."""


def _position(instance: etree._Element, numbers: Numbers) -> int:
    """Where a repeat instance stands among those of its name, counted from 1. numbers: those counted before."""
    parent, name = instance.getparent(), local(instance)
    assert parent is not None
    if (parent, name) not in numbers:
        numbers[parent, name] = {one: number for number, one in enumerate(find_all(parent, name), 1)}
    return numbers[parent, name][instance]


def _data(element: etree._Element, ways: Branch) -> Iterator[tuple[str, str]]:
    """Properties below an element, leaving out groups and repeats with an entity of their own."""
    for child in find_any(element, ways):
        way = ways[local(child)]
        if isinstance(way, str):
            yield way, _nfc(child.text or "")
        else:
            yield from _data(child, way)


def _faults(found: _Found, declaration: EntityDeclaration) -> Iterator[tuple[str, str]]:
    create, update = found.is_on("create"), found.is_on("update")
    if found.text("dataset") != declaration.list_name:
        yield "wrong_list", found.text("dataset")
    if create and not declaration.creates:
        yield "undeclared_create", ""
    if update and not declaration.updates:
        yield "undeclared_update", ""
    if read_uuid(found.text("id")) is None:
        yield "bad_uuid", found.text("id")
    if create and not update and not found.label:
        yield "missing_label", ""
    if update:
        yield from _version_faults(found, create)


def _version_faults(found: _Found, create: bool) -> Iterator[tuple[str, str]]:
    base, trunk, branch = found.text("baseVersion"), found.text("trunkVersion"), found.text("branchId")
    if not base and not create:
        yield "missing_base_version", ""
    if base and _version(base) is None:
        yield "bad_base_version", base
    if trunk and _version(trunk) is None:
        yield "bad_trunk_version", trunk
    if trunk and not branch:
        yield "trunk_without_branch", trunk
    if branch and read_uuid(branch) is None:
        yield "bad_branch_id", branch


def _action(found: _Found, declaration: EntityDeclaration, data: dict[str, str]) -> EntityAction:
    return EntityAction(
        list_name=declaration.list_name,
        uuid=read_uuid(found.text("id")) or "",
        create=found.is_on("create"),
        update=found.is_on("update"),
        base_version=_version(found.text("baseVersion")),
        trunk_version=_version(found.text("trunkVersion")),
        branch_id=read_uuid(found.text("branchId")),
        label=found.label or None,
        data=data,
        container=found.container,
        repeat=declaration.repeat,
        positions=found.positions,
    )


def read_uuid(text: str) -> str | None:
    """A version 4 UUID in lower case, `uuid:` taken off; None when it is none."""
    text = text.strip().lower().removeprefix("uuid:")
    try:
        parsed = uuid.UUID(text)
    except ValueError:
        return None
    return text if parsed.version == 4 and str(parsed) == text else None


def _version(text: str) -> int | None:
    is_number = text.isascii() and text.isdigit() and len(text) < 20
    return int(text) if is_number and 0 < int(text) < 2**31 else None


def _nfc(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)
