"""Answers by question name, turned into the paths the tablet wants.

Tests name questions; in which group a form keeps them is no matter of theirs.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from lxml import etree

KEY = re.compile(r"(?P<name>[\w.-]+?)(?:\[(?P<position>\d+)\])?")


class NoSuchQuestion(KeyError):
    """An answer is for a question that no form on the tablet asks."""


def by_path(forms: Iterable[bytes], answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers, each under every path that its question has in these forms.

    A key is a question's name, `m_sex[2]` for the second instance of the repeat around it, or the name of a
    repeat, whose answer is the number of its instances. Raises NoSuchQuestion for a name in none of the forms.
    """
    known = [_paths(etree.fromstring(form)) for form in forms]
    resolved = {}
    for key, answer in answers.items():
        paths = [path for form in known if (path := _path(form, key))]
        if not paths:
            raise NoSuchQuestion(key)
        resolved |= dict.fromkeys(paths, answer)
    return resolved


def _paths(xform: etree._Element) -> dict[str, tuple[str, str]]:
    """Question name -> its path, and the path of the innermost repeat around it ('' outside of repeats)."""
    repeats = [repeat.get("nodeset") for repeat in xform.iterfind(".//{*}repeat")]
    found = {}
    for node in xform.find(".//{*}instance/{*}data").iterdescendants("{http://www.w3.org/2002/xforms}*"):
        path = _path_of(node)
        around = [repeat for repeat in repeats if path.startswith(f"{repeat}/")]
        found[_name(node)] = (path, max(around, key=len, default=""))
    return found


def _path(paths: Mapping[str, tuple[str, str]], key: str) -> str | None:
    match = KEY.fullmatch(key)
    if match is None or match["name"] not in paths:
        return None
    path, repeat = paths[match["name"]]
    return path if match["position"] is None else f"{repeat}[{match['position']}]{path.removeprefix(repeat)}"


def _path_of(node: etree._Element) -> str:
    names = [_name(element) for element in reversed([node, *node.iterancestors()])]
    return "/" + "/".join(names[names.index("data") :])


def _name(node: etree._Element) -> str:
    return etree.QName(node).localname
