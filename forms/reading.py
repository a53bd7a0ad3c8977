"""A submission as somebody reads it: questions with their answers, in their groups and repeats."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made_by

from lxml import etree

from .ready import once
from .schema import Field, Path
from .xml import local, text_of

META = "meta"


@dataclass(frozen=True, slots=True)
class Answer:
    """One question. text: as it stands in the XML; None: blank or not asked. positions: of the repeats around it,
    outermost first, from 1. field None: the form version has no such question."""

    path: Path
    positions: tuple[int, ...]
    field: Field | None
    text: str | None

    @property
    def is_worked_out(self) -> bool:
        """Whether the form found it without asking anybody: nobody reads it but to check."""
        return self.field is not None and not self.field.label


@dataclass(frozen=True, slots=True)
class Part:
    """The form itself (field None), a group, or one instance of a repeat, with its items in the order of the form.
    positions: as in Answer, its own included."""

    path: Path
    positions: tuple[int, ...]
    field: Field | None
    items: list["Part | Answer | Repeat"] = made_by(default_factory=list)

    def answers(self) -> Iterator[Answer]:
        """Every answer in it, those of repeats inside left out."""
        for one in self.items:
            if isinstance(one, Answer):
                yield one
            elif isinstance(one, Part):
                yield from one.answers()


@dataclass(frozen=True, slots=True)
class Repeat:
    """Every instance of a repeat, in the order of the submission; none when nothing was filled in."""

    path: Path
    field: Field
    instances: tuple[Part, ...]


@dataclass(slots=True)
class _Node:
    field: Field | None
    children: dict[str, "_Node"] = made_by(default_factory=dict)


def read(root: etree._Element, fields: Sequence[Field]) -> Part:
    """The submission as a tree, with every question of the form version, and text that it has no question for."""
    return _part(root, _tree(tuple(fields)), (), ())


@once
def _tree(fields: tuple[Field, ...]) -> _Node:
    nodes: dict[Path, _Node] = {(): _Node(None)}
    for one in fields:
        parent = nodes.get(one.path[:-1])
        if parent is not None and one.kind not in ("note", "entity") and META not in one.path:
            nodes[one.path] = parent.children[one.name] = _Node(one)
    return nodes[()]


def _part(element: etree._Element | None, node: _Node, path: Path, positions: tuple[int, ...]) -> Part:
    made = Part(path, positions, node.field)
    there: dict[str, list[etree._Element]] = {}
    for child in () if element is None else element:
        there.setdefault(local(child), []).append(child)
    for name, below in node.children.items():
        made.items.append(_item(there.pop(name, []), below, (*path, name), positions))
    for name, unknown in there.items():
        if name != META:
            texts = (" ".join("".join(map(str, one.itertext())).split()) for one in unknown)
            made.items.extend(Answer((*path, name), positions, None, text) for text in texts if text)
    return made


def _item(
    elements: list[etree._Element], node: _Node, path: Path, positions: tuple[int, ...]
) -> Part | Answer | Repeat:
    assert node.field is not None
    if node.field.kind == "repeat":
        instances = (
            _part(one, node, path, (*positions, number)) for number, one in enumerate(elements, start=1)
        )
        return Repeat(path, node.field, tuple(instances))
    first = next(iter(elements), None)
    if node.field.kind == "group":
        return _part(first, node, path, positions)
    texts = [text for one in elements if (text := text_of(one) or "".join(map(str, one.itertext())).strip())]
    return Answer(path, positions, node.field, " ".join(texts) or None)


def values(part: Part) -> Mapping[str, str]:
    """The answers outside repeats by name: what a label may show in the place of `${name}`."""
    return {one.path[-1]: one.text for one in part.answers() if one.text is not None}
