"""The field list of an XForm: its primary instance with what binds and controls say of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lxml import etree

from .schema import Choice, EntityDeclaration, Field, Kind, Path
from .xform import ENTITIES, NO_LANGUAGE, local_path, model_of, primary_instance
from .xml import find, find_all, local, text_of

JAVAROSA = "{http://openrosa.org/javarosa}"
ITEXT = re.compile(r"jr:itext\('(.+)'\)")
INSTANCE = re.compile(r"instance\('([^']+)'\)")
KINDS: dict[str, Kind] = {
    "int": "int", "integer": "int", "decimal": "decimal", "boolean": "boolean", "date": "date",
    "dateTime": "datetime", "time": "time", "geopoint": "geopoint", "geotrace": "geotrace",
    "geoshape": "geoshape", "binary": "binary", "rank": "rank", "select": "selectmulti",
    "select1": "select",
}  # fmt: skip
CONTROL_KINDS: dict[str, Kind] = {"select": "selectmulti", "select1": "select", "rank": "rank"}

Label = dict[str, str]


@dataclass(frozen=True, slots=True)
class _Form:
    """The parts of an XForm, by path, so that the instance can be walked once."""

    binds: dict[Path, etree._Element]
    controls: dict[Path, etree._Element]
    repeats: frozenset[Path]
    texts: dict[str, Label]
    lists: dict[str, tuple[Choice, ...]]


def read_fields(document: etree._Element) -> tuple[Field, ...]:
    """The fields of an XForm in document order, groups, repeats and entities included.

    document is the root element of the XForm. Choices of selects from files
    are not known here and stay empty.
    Raises NotAnXForm.
    """
    model = model_of(document)
    texts = _texts(model)
    body = find(document, "body")
    controls, repeats = _controls(body)
    binds = {local_path(bind.get("nodeset", "")): bind for bind in find_all(model, "bind")}
    form = _Form(binds, controls, repeats, texts, _lists(model, texts))
    return _with_properties(tuple(_walk(form, primary_instance(model), (), None)))


def _walk(form: _Form, element: etree._Element, above: Path, repeat: Path | None) -> Iterator[Field]:
    seen: set[str] = set()
    for child in element:
        name = local(child)
        if name in seen:  # pyxform writes a repeat twice: once as jr:template
            continue
        seen.add(name)
        path = (*above, name)
        if name == "entity" and above[-1:] == ("meta",):
            yield _entity(form, child, path, repeat)
        elif path in form.repeats:
            yield Field(path, name, "repeat", repeat, _label(form, path))
            yield from _walk(form, child, path, path)
        elif len(child):
            if name != "meta":
                yield Field(path, name, "group", repeat, _label(form, path))
            yield from _walk(form, child, path, repeat)
        else:
            yield _question(form, path, repeat)


def _question(form: _Form, path: Path, repeat: Path | None) -> Field:
    bind, control = form.binds.get(path), form.controls.get(path)
    choices, choice_list = _choices(form, control, path)
    return Field(
        path=path,
        name=path[-1],
        kind=_kind(bind, control),
        repeat=repeat,
        label=_label(form, path),
        choices=choices,
        choice_list=choice_list,
        calculated=bind is not None and bind.get("calculate") is not None,
        saveto=None if bind is None else bind.get(f"{ENTITIES}saveto"),
    )


def _kind(bind: etree._Element | None, control: etree._Element | None) -> Kind:
    declared = "" if bind is None else bind.get("type", "").rpartition(":")[2]
    shown = "" if control is None else local(control)
    if shown in CONTROL_KINDS:
        return CONTROL_KINDS[shown]
    if shown == "input" and declared == "string" and bind is not None:
        is_note = bind.get("readonly") == "true()" and bind.get("calculate") is None
        return "note" if is_note else "string"
    return KINDS.get(declared, "binary" if shown == "upload" else "string")


def _entity(form: _Form, element: etree._Element, path: Path, repeat: Path | None) -> Field:
    declaration = EntityDeclaration(
        list_name=element.get("dataset", ""),
        container=path[:-2],
        repeat=repeat,
        creates=_can(form, element, path, "create"),
        updates=_can(form, element, path, "update"),
    )
    return Field(path, "entity", "entity", repeat, entity=declaration)


def _can(form: _Form, element: etree._Element, path: Path, action: str) -> bool:
    """Whether the form may take this action: a constant, or a bind that decides while filling."""
    return bool(element.get(action)) or (*path, f"@{action}") in form.binds


def _with_properties(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """Give each declaration the properties of the questions it is nearest to."""
    containers = {f.entity.container for f in fields if f.entity}
    properties: dict[Path, list[str]] = {}
    for f in fields:
        if f.saveto and (container := _nearest(f.path, containers)) is not None:
            properties.setdefault(container, []).append(f.saveto)
    return tuple(
        replace(f, entity=replace(f.entity, properties=tuple(properties.get(f.entity.container, ()))))
        if f.entity
        else f
        for f in fields
    )


def _nearest(path: Path, containers: set[Path]) -> Path | None:
    return next((path[:end] for end in range(len(path) - 1, -1, -1) if path[:end] in containers), None)


def _controls(body: etree._Element | None) -> tuple[dict[Path, etree._Element], frozenset[Path]]:
    """Controls and groups by the path they show, and the paths of repeats."""
    controls: dict[Path, etree._Element] = {}
    repeats = set()
    for element in body.iter() if body is not None else ():
        name = local(element)
        if name == "repeat":
            repeats.add(local_path(element.get("nodeset", "")))
        elif element.get("ref") and name not in ("label", "hint", "value", "setvalue", "setgeopoint"):
            controls.setdefault(local_path(element.get("ref", "")), element)
    return controls, frozenset(repeats)


def _label(form: _Form, path: Path) -> Label:
    control = form.controls.get(path)
    return {} if control is None else _label_of(form.texts, control)


def _label_of(texts: dict[str, Label], holder: etree._Element) -> Label:
    label = find(holder, "label")
    if label is None:
        return {}
    match = ITEXT.fullmatch(label.get("ref", ""))
    if match:
        return texts.get(match[1], {})
    text = _flat(label)
    return {NO_LANGUAGE: text} if text else {}


def _flat(element: etree._Element) -> str:
    """Text of a label, with `${name}` where an answer is shown."""
    parts = [element.text or ""]
    for child in element:
        if local(child) == "output":
            parts.append("${" + child.get("value", "").strip().rpartition("/")[2] + "}")
        else:
            parts.append("".join(map(str, child.itertext())))
        parts.append(child.tail or "")
    return "".join(parts).strip()


def _texts(model: etree._Element) -> dict[str, Label]:
    """Translations by text ID, then by language; "-" is pyxform's word for none."""
    texts: dict[str, Label] = {}
    itext = find(model, "itext")
    for translation in find_all(itext, "translation") if itext is not None else ():
        language = translation.get("lang", NO_LANGUAGE)
        for entry in find_all(translation, "text"):
            values = [value for value in find_all(entry, "value") if value.get("form") in (None, "long")]
            text = _flat(values[0]) if values else ""
            if text not in ("", "-"):
                texts.setdefault(entry.get("id", ""), {})[language] = text
    return texts


def _lists(model: etree._Element, texts: dict[str, Label]) -> dict[str, tuple[Choice, ...]]:
    """Choice lists written into the XForm, by instance ID."""
    lists = {}
    for instance in find_all(model, "instance"):
        name, root = instance.get("id"), find(instance, "root")
        if name and root is not None and not instance.get("src"):
            lists[name] = tuple(_choice(item, texts) for item in find_all(root, "item"))
    return lists


def _choice(item: etree._Element, texts: dict[str, Label]) -> Choice:
    itext = find(item, "itextId")
    if itext is not None:
        return Choice(text_of(find(item, "name")), texts.get(text_of(itext), {}))
    label = text_of(find(item, "label"))
    return Choice(text_of(find(item, "name")), {NO_LANGUAGE: label} if label else {})


def _choices(
    form: _Form, control: etree._Element | None, path: Path
) -> tuple[tuple[Choice, ...], str | None]:
    """Choices of a question and the name of their list."""
    if control is None or local(control) not in CONTROL_KINDS:
        return (), None
    itemset = find(control, "itemset")
    if itemset is not None:
        match = INSTANCE.search(itemset.get("nodeset", ""))
        name = match[1] if match else None
        return form.lists.get(name or "", ()), name
    items = tuple(
        Choice(text_of(find(item, "value")), _label_of(form.texts, item))
        for item in find_all(control, "item")
    )
    return items, "/".join(path)
