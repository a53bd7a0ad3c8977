"""Names for files that tablets and forms named, fit for any folder of any system."""

import re
import unicodedata

FORBIDDEN = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*]')
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
NAME_BYTES = 200
"""File systems take 255; a number may come before or behind."""
SUFFIX_BYTES = 20


def safe_name(name: str) -> str:
    """A file name that every system can hold: Vietnamese letters stay, path marks and command signs go.

    A long one is cut, but keeps what tells its kind.
    """
    name = FORBIDDEN.sub("_", unicodedata.normalize("NFC", name)).strip(" .") or "_"
    if RESERVED.match(name):
        name = f"_{name}"
    stem, dot, suffix = name.rpartition(".")
    if len(name.encode()) <= NAME_BYTES:
        return name
    return (
        f"{_cut(stem, NAME_BYTES - SUFFIX_BYTES)}.{_cut(suffix, SUFFIX_BYTES - 1)}"
        if dot
        else _cut(name, NAME_BYTES)
    )


def free_name(name: str, taken: set[str]) -> str:
    """A name no other file of the folder has; some systems know no difference between Ảnh.JPG and ảnh.jpg.

    taken: the names so far, to which this one is added.
    """
    stem, dot, suffix = name.rpartition(".")
    number, free = 1, name
    while free.casefold() in taken:
        number += 1
        free = f"{stem}~{number}{dot}{suffix}" if dot else f"{name}~{number}"
    taken.add(free.casefold())
    return free


def _cut(text: str, size: int) -> str:
    """As many whole letters as fit into some bytes."""
    return text.encode()[:size].decode(errors="ignore")
