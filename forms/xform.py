"""Facts of an XForm that a server needs before it lists the form."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from .errors import MissingFormID, NotAnXForm
from .xml import find, find_all, parse, text_of

NO_LANGUAGE = "default"  # what pyxform writes for texts without a language
ENTITIES = "{http://www.opendatakit.org/xforms/entities}"
SEARCH = re.compile(r"\bsearch\(\s*'(?P<list>[^']+)'")
MEDIA_URL = re.compile(r"jr://(?:images|audio|video|file-csv|file)/(?P<name>[^'\"<>]+)")


@dataclass(frozen=True, slots=True)
class Facts:
    """What an XForm says of itself.

    version is "" when it has none. media are the names of files it refers to,
    in order, each once, entity lists as `name.csv` among them.
    entities_version is None without entities. submission_url is where it wants
    to be sent, when not to the server it came from.
    """

    xml_form_id: str
    version: str
    title: str
    encrypted: bool
    entities_version: str | None
    media: tuple[str, ...]
    client_editable: bool
    submission_url: str | None


def read_facts(xml: bytes) -> Facts:
    """Read the facts of an XForm.

    Raises MalformedXML and its kin, NotAnXForm, MissingFormID.
    Source: https://getodk.github.io/xforms-spec/
    """
    document = parse(xml)
    model = model_of(document)
    root = primary_instance(model)
    xml_form_id = root.get("id", "")
    if not xml_form_id.strip():
        raise MissingFormID
    submission = find(model, "submission")
    return Facts(
        xml_form_id=xml_form_id,
        version=root.get("version", ""),
        title=title_of(document),
        encrypted=bool(_attribute(submission, "base64RsaPublicKey")),
        entities_version=model.get(f"{ENTITIES}entities-version"),
        media=media_of(document),
        client_editable=_attribute(submission, "client-editable") == "true",
        submission_url=_attribute(submission, "action") or None,
    )


def title_of(document: etree._Element) -> str:
    """The text of `h:head/h:title`, "" when there is none."""
    head = find(document, "head")
    return "" if head is None else text_of(find(head, "title"))


def model_of(document: etree._Element) -> etree._Element:
    """The model of an XForm. Raises NotAnXForm."""
    head = find(document, "head")
    model = None if head is None else find(head, "model")
    if model is None:
        raise NotAnXForm
    return model


def primary_instance(model: etree._Element) -> etree._Element:
    """The root element of the first instance: what a submission will look like. Raises NotAnXForm."""
    instance = find(model, "instance")
    if instance is None or len(instance) == 0:
        raise NotAnXForm
    return instance[0]


def media_of(document: etree._Element) -> tuple[str, ...]:
    """Names of the files an XForm refers to, in NFC, each once; the last-saved instance is none."""
    return tuple(dict.fromkeys(unicodedata.normalize("NFC", name) for name in _references(document)))


def _references(document: etree._Element) -> Iterator[str]:
    for element in document.iter():
        for text in (element.text, element.get("src"), element.get("default")):
            if text and "jr://" in text:
                yield from (match["name"].strip() for match in MEDIA_URL.finditer(text))
        appearance = element.get("appearance")
        if appearance and (match := SEARCH.search(appearance)):
            yield f"{match['list']}.csv"


def _attribute(element: etree._Element | None, name: str) -> str:
    """An attribute by local name, "" when absent: `odk:client-editable` and `client-editable` alike."""
    if element is None:
        return ""
    found = (value for key, value in element.items() if str(key).rpartition("}")[2] == name)
    return str(next(found, ""))


def languages_of(model: etree._Element) -> tuple[tuple[str, ...], str | None]:
    """The languages of an XForm in its order, and the default one; none and None without languages."""
    itext = find(model, "itext")
    if itext is None:
        return (), None
    translations = find_all(itext, "translation")
    names = tuple(name for t in translations if (name := t.get("lang", "")) not in ("", NO_LANGUAGE))
    default = next((t.get("lang") for t in translations if t.get("default") is not None), None)
    return names, default if default in names else (names[0] if names else None)


def local_path(xpath: str) -> tuple[str, ...]:
    """The element names of an absolute path, root left out: `/data/g/q` → ("g", "q")."""
    return tuple(step.rpartition(":")[2] for step in xpath.strip().split("/")[2:])
