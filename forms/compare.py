"""What two texts of one submission say differently, question by question."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from lxml import etree

from .schema import Field, Path
from .xml import local, parse, text_of

META = "meta"
"""Holds what differs in every edit (its own ID and the one it replaces) and entities, which repeat the answers."""


@dataclass(frozen=True, slots=True)
class Change:
    """An answer that differs.

    path is the question's; positions are those of the repeats around it, outermost first, counted from 1 in the newer
    text (in the older one for an instance that is gone). field is None where neither form version has the question.
    before and after are the answers as they stand in the XML; None where there is none.
    """

    path: Path
    positions: tuple[int, ...]
    field: Field | None
    before: str | None
    after: str | None


def compare(
    older: bytes | etree._Element,
    newer: bytes | etree._Element,
    older_fields: Iterable[Field],
    newer_fields: Iterable[Field],
) -> tuple[Change, ...]:
    """The answers that differ between two texts, in the order of the newer one; each is read with its own field list.

    Instances of a repeat that are the same in both are matched wherever they stand, so that one more at the top does
    not change all below it. A blank answer and one that was not asked are the same.
    Raises what `xml.parse` raises when given bytes.
    """
    fields = {f.path: f for f in (*older_fields, *newer_fields)}
    before = parse(older) if isinstance(older, bytes) else older
    after = parse(newer) if isinstance(newer, bytes) else newer
    return tuple(_Comparison(fields).between(before, after, (), ()))


@dataclass(frozen=True, slots=True)
class _Comparison:
    """Walks two texts side by side. fields: of both form versions, the newer one's where they share a path."""

    fields: dict[Path, Field]

    def between(
        self,
        older: etree._Element | None,
        newer: etree._Element | None,
        path: Path,
        positions: tuple[int, ...],
    ) -> Iterator[Change]:
        """What differs below an element, which one of the texts may lack."""
        before, after = _children(older), _children(newer)
        for name in dict.fromkeys((*after, *before)):
            yield from self.of_name((*path, name), before.get(name, []), after.get(name, []), positions)

    def of_name(
        self,
        path: Path,
        before: list[etree._Element],
        after: list[etree._Element],
        positions: tuple[int, ...],
    ) -> Iterator[Change]:
        """What differs between the elements of one name: one in each text, or the instances of a repeat."""
        field = self.fields.get(path)
        if (field is not None and field.kind == "repeat") or max(len(before), len(after)) > 1:
            for old, new, position in _aligned(before, after):
                yield from self.of_one(path, old, new, (*positions, position))
        else:
            old, new = next(iter(before), None), next(iter(after), None)
            yield from self.of_one(path, old, new, positions)

    def of_one(
        self,
        path: Path,
        older: etree._Element | None,
        newer: etree._Element | None,
        positions: tuple[int, ...],
    ) -> Iterator[Change]:
        """What differs in one element: its own text, or what is below it."""
        before, after = _answer(older), _answer(newer)
        if before != after:
            yield Change(path, positions, self.fields.get(path), before, after)
        yield from self.between(older, newer, path, positions)


def _children(element: etree._Element | None) -> dict[str, list[etree._Element]]:
    """The elements below one, by local name, without meta."""
    found: dict[str, list[etree._Element]] = {}
    for child in () if element is None else element:
        if local(child) != META:
            found.setdefault(local(child), []).append(child)
    return found


def _answer(element: etree._Element | None) -> str | None:
    """The text of an element without children; None when it is blank, or has some."""
    return None if element is None or len(element) else text_of(element) or None


def _aligned(
    before: Sequence[etree._Element], after: Sequence[etree._Element]
) -> Iterator[tuple[etree._Element | None, etree._Element | None, int]]:
    """Instances that belong together, each pair with its position; those that are the same are left out."""
    matcher = SequenceMatcher(None, [*map(_content, before)], [*map(_content, after)], autojunk=False)
    for kind, low, high, new_low, new_high in matcher.get_opcodes():
        if kind == "equal":
            continue
        pairs = zip_longest(range(low, high), range(new_low, new_high))
        for old_at, new_at in pairs:
            old = None if old_at is None else before[old_at]
            new = None if new_at is None else after[new_at]
            yield old, new, 1 + (old_at if new_at is None else new_at)


def _content(element: etree._Element) -> tuple[tuple[Path, str], ...]:
    """All answers of an instance, with the way to each."""
    return tuple(_answers(element, ()))


def _answers(element: etree._Element, path: Path) -> Iterator[tuple[Path, str]]:
    if (answer := _answer(element)) is not None:
        yield path, answer
    for name, children in _children(element).items():
        for child in children:
            yield from _answers(child, (*path, name))
