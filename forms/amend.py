"""A submission with other answers to some questions: a new text that replaces the one it was made from."""

from collections.abc import Mapping

from lxml import etree

from .schema import Path
from .xml import find, find_all, parse


def amend(
    xml: bytes,
    answers: Mapping[Path, str],
    instance_id: str,
    deprecated_id: str,
    labels: Mapping[str, str] | None = None,
) -> bytes:
    """The submission with these answers, "" for none, as an edit: under a new instance ID, naming the one it replaces.

    answers: by the path of the question, which stands in no repeat; groups on the way are made where there are none.
    labels: of the entities that the form itself makes, by list. All else stays as it was sent.
    Raises what `parse` raises, and ValueError for text that XML cannot hold.
    """
    root = parse(xml)
    for path, text in answers.items():
        _set(root, path, text)
    meta = _child(root, "meta")
    _child(meta, "instanceID").text = instance_id
    _child(meta, "deprecatedID").text = deprecated_id
    for entity in find_all(meta, "entity"):
        if (label := (labels or {}).get(entity.get("dataset", ""))) is not None:
            _child(entity, "label").text = label
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _set(root: etree._Element, path: Path, text: str) -> None:
    element = root
    for name in path:
        below = find(element, name)
        if below is None and not text:
            return
        element = _child(element, name) if below is None else below
    element.text = text or None


def _child(parent: etree._Element, name: str) -> etree._Element:
    """The child of that name, made in its parent's namespace where there is none."""
    found = find(parent, name)
    if found is None:
        found = etree.SubElement(parent, etree.QName(etree.QName(parent).namespace, name))
    return found
