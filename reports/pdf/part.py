"""What a PDF is asked for with: known to all who print, before the libraries that print are loaded."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

TEMPLATES = Path(__file__).parent.parent / "templates"
Relationship = Literal["Source", "Data", "Alternative", "Supplement", "Unspecified"]


class RenderProblem(Exception):
    """The page description asks for something that cannot be printed; says what."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A document whose one table is too long to be laid out at once.

    html(start, stop): the whole document with the table's rows from start up to, not including, stop. What stands
    before the table belongs to start 0, what stands after it to stop `count`. It is an annex, whose pages are counted
    from 1 (Nghị định 30/2020/NĐ-CP, Phụ lục I, III.1.đ): its style sheet starts the count, the lots go on with it.
    """

    html: Callable[[int, int], str]
    count: int


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels inside the PDF."""

    name: str
    """Such as bang-so-lieu.xlsx; unique in the document."""
    media_type: str
    content: bytes
    description: str
    relationship: Relationship
    """To the document: Source it was made from, Data behind its tables, …"""
