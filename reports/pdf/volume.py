"""Parts bound into one file: pages, tags, bookmarks and fonts of all of them.

WeasyPrint makes each part as numbered objects in memory. They are written at once under new numbers, those that the
pages and the tags lead to and no others; what all parts share (catalogue, tree of tags, fonts) is written at the end.
"""

from collections import deque
from collections.abc import Sequence
from typing import Any, BinaryIO

import pydyf
from weasyprint import DEFAULT_OPTIONS, Document
from weasyprint.anchors import make_page_bookmark_tree
from weasyprint.matrix import Matrix
from weasyprint.pdf import generate_pdf
from weasyprint.pdf.fonts import build_fonts_dictionary
from weasyprint.pdf.metadata import DocumentMetadata

from reports.pdf import archive
from reports.pdf.file import File, as_written
from reports.pdf.layout import complete
from reports.pdf.part import Attachment
from reports.pdf.tags import POINTS_A_PIXEL, found, set_right

OPTIONS = {**DEFAULT_OPTIONS, "pdf_tags": True, "pdf_version": "1.7", "custom_metadata": True}


class SharedFonts(dict[Any, Any]):
    """The fonts of all parts. While a part is made it shows none, so that WeasyPrint embeds them once, at the end."""

    def values(self) -> Any:
        return ()


class Volume:
    """One PDF file that takes in part after part."""

    def __init__(self, out: BinaryIO) -> None:
        self._file = File(out)
        self._fonts = SharedFonts()
        self._catalog, self._pages, self._tags, self._document, self._font_list = (
            self._file.number() for _ in range(5)
        )
        self._page_numbers: list[int] = []
        self._elements: list[bytes] = []
        self._parents: list[bytes] = []
        self._parent_count = 0
        self._anchors: list[tuple[bytes, bytes]] = []
        self._bookmarks: list[Any] = []
        self._levels: list[int] = []
        self._branches: list[Any] = [self._bookmarks]
        self._level = 0
        self._metadata: DocumentMetadata | None = None
        self._info = pydyf.Dictionary()

    @property
    def page_count(self) -> int:
        """Pages taken in so far."""
        return len(self._page_numbers)

    def add(self, document: Document) -> None:
        """Write one part. Its tags come after those of the parts before."""
        document.fonts = self._fonts
        with complete():
            pdf = generate_pdf(document, None, 1, **OPTIONS)
        set_right(document, pdf)
        self._mark_pages(document)
        if self._metadata is None:
            self._metadata, self._info = document.metadata, pdf.info
        self._write_part(pdf)

    def _mark_pages(self, document: Document) -> None:
        """Add the part's bookmarks, below those of the parts before where their levels say so."""
        for number, page in enumerate(document.pages, self.page_count):
            turned = Matrix(a=POINTS_A_PIXEL, d=-POINTS_A_PIXEL, f=page.height * POINTS_A_PIXEL)
            self._level = make_page_bookmark_tree(
                page, self._levels, self._branches, self._level, number, turned
            )

    def _write_part(self, pdf: pydyf.PDF) -> None:
        tree = found(pdf, pdf.catalog["StructTreeRoot"])
        trunk = found(pdf, tree["K"][0])
        first = found(pdf, pdf.page_references[0])
        fonts = int(found(pdf, first["Resources"])["Font"].split()[0])
        shared = {
            pdf.pages.number: self._pages,
            tree.number: self._tags,
            trunk.number: self._document,
            fonts: self._font_list,
        }
        writing = _Part(self._file, pdf, shared, self._parent_count)
        self._page_numbers += [writing.at(int(reference.split()[0])) for reference in pdf.page_references]
        self._elements += [as_written(kid, writing.at) for kid in trunk["K"]]
        names = pdf.catalog.get("Names", {}).get("Dests", {}).get("Names", [])
        self._anchors += [
            (name.data, as_written(target, writing.at))
            for name, target in zip(names[::2], names[1::2], strict=True)
        ]
        writing.drain()
        self._put_parents(found(pdf, tree["ParentTree"])["Nums"], writing)

    def _put_parents(self, numbers: list[Any], part: "_Part") -> None:
        """Which element each piece of the part's content belongs to: a leaf of the parent tree."""
        first = self._parent_count
        self._parent_count += len(numbers) // 2
        entries = b" ".join(
            b"%d %s" % (key, as_written(value, part.at))
            for key, value in enumerate(numbers[1::2], first)
        )  # fmt: skip
        self._parents.append(
            self._put(b"<</Limits [%d %d]/Nums [%s]>>" % (first, self._parent_count - 1, entries))
        )

    def close(self, attachments: Sequence[Attachment]) -> None:
        """Write what all parts share. Raises ValueError when no part was taken in."""
        if self._metadata is None:
            raise ValueError("a file needs at least one part")
        self._put_fonts()
        self._put_tags()
        kids = b" ".join(b"%d 0 R" % number for number in self._page_numbers)
        self._file.put(self._pages, b"<</Type /Pages/Count %d/Kids [%s]>>" % (self.page_count, kids))
        self._file.put(
            self._catalog, b"<<" + b"".join(self._catalog_entries(self._metadata, attachments)) + b">>"
        )
        info = self._put(as_written(self._info, _no_reference))
        self._file.close(self._catalog, int(info.split()[0]))

    def _catalog_entries(self, metadata: DocumentMetadata, attachments: Sequence[Attachment]) -> list[bytes]:
        entries = [
            b"/Type /Catalog/Pages %d 0 R/StructTreeRoot %d 0 R" % (self._pages, self._tags),
            b"/MarkInfo <</Marked true>>/ViewerPreferences <</DisplayDocTitle true>>",
            b"/Lang %s" % pydyf.String(metadata.lang or "").data,
            b"/Metadata %s" % archive.put_metadata(self._file, metadata),
            b"/OutputIntents [%s]" % archive.put_output_intent(self._file),
        ]
        if self._bookmarks:
            entries.append(b"/Outlines %s" % self._put_bookmarks())
        names = []
        if self._anchors:
            names.append(b"/Dests <</Names [%s]>>" % _name_tree(self._anchors))
        if attachments:
            modified = as_written(self._info.get("ModDate", b""), _no_reference)
            held = archive.put_attachments(self._file, attachments, modified)
            names.append(b"/EmbeddedFiles <</Names [%s]>>" % _name_tree(held))
            entries.append(b"/AF [%s]" % b" ".join(reference for _, reference in held))
        if names:
            entries.append(b"/Names <<%s>>" % b"".join(names))
        return entries

    def _put_fonts(self) -> None:
        pdf = pydyf.PDF()
        fonts = build_fonts_dictionary(pdf, dict(self._fonts), True, True, OPTIONS)
        writing = _Part(self._file, pdf, {}, 0)
        self._file.put(self._font_list, as_written(fonts, writing.at))
        writing.drain()

    def _put_tags(self) -> None:
        parents = self._put(b"<</Kids [%s]>>" % b" ".join(self._parents))
        self._file.put(
            self._tags,
            b"<</Type /StructTreeRoot/K [%d 0 R]/ParentTree %s/ParentTreeNextKey %d>>"
            % (self._document, parents, self._parent_count),
        )
        self._file.put(
            self._document,
            b"<</Type /StructElem/S /Document/P %d 0 R/K [%s]>>" % (self._tags, b" ".join(self._elements)),
        )

    def _put_bookmarks(self) -> bytes:
        root = self._file.number()
        first, last, count = self._put_branch(self._bookmarks, root)
        self._file.put(root, b"<</Type /Outlines/First %d 0 R/Last %d 0 R/Count %d>>" % (first, last, count))
        return b"%d 0 R" % root

    def _put_branch(self, branch: list[Any], parent: int) -> tuple[int, int, int]:
        """Bookmarks side by side: the numbers of the first and the last, and how many with all below them."""
        numbers = [self._file.number() for _ in branch]
        total = len(branch)
        for place, (title, (page, x, y), below, _) in enumerate(branch):
            target = b"[%d 0 R /XYZ %d %d 0]" % (self._page_numbers[page], round(x), round(y))
            data = b"/Title %s/Parent %d 0 R/Dest %s" % (pydyf.String(title).data, parent, target)
            if place:
                data += b"/Prev %d 0 R" % numbers[place - 1]
            if place + 1 < len(numbers):
                data += b"/Next %d 0 R" % numbers[place + 1]
            if below:
                first, last, count = self._put_branch(below, numbers[place])
                data += b"/First %d 0 R/Last %d 0 R/Count %d" % (first, last, count)
                total += count
            self._file.put(numbers[place], b"<<" + data + b">>")
        return numbers[0], numbers[-1], total

    def _put(self, data: bytes) -> bytes:
        number = self._file.number()
        self._file.put(number, data)
        return b"%d 0 R" % number


class _Part:
    """The objects of one part on their way into the file."""

    def __init__(self, file: File, pdf: pydyf.PDF, numbers: dict[int, int], parents_before: int) -> None:
        self._file = file
        self._pdf = pdf
        self._numbers = numbers
        self._parents_before = parents_before
        self._waiting: deque[int] = deque()

    def at(self, number: int) -> int:
        """The number in the file; an object asked for the first time will be written."""
        known = self._numbers.get(number)
        if known is None:
            known = self._numbers[number] = self._file.number()
            self._waiting.append(number)
        return known

    def drain(self) -> None:
        """Write what was asked for, and what that asks for."""
        while self._waiting:
            number = self._waiting.popleft()
            self._write(self._numbers[number], self._pdf.objects[number])
            self._pdf.objects[number] = None

    def _write(self, number: int, made: pydyf.Object) -> None:
        if isinstance(made, pydyf.Stream):
            content = b"\n".join(
                [item if type(item) is bytes else as_written(item, self.at) for item in made.stream]
            )
            made.extra.pop("Interpolate", None)  # PDF/A lets no reader smooth a picture as it likes.
            entries = as_written(pydyf.Dictionary(made.extra), self.at)[2:-2]
            self._file.put_stream(number, content, entries, is_compressed="Filter" not in made.extra)
            return
        if isinstance(made, dict):
            for key in ("StructParent", "StructParents"):
                if key in made:
                    made[key] += self._parents_before
        self._file.put(number, as_written(made, self.at))


def _name_tree(pairs: Sequence[tuple[bytes, bytes]]) -> bytes:
    return b" ".join(name + b" " + value for name, value in sorted(pairs))


def _no_reference(number: int) -> int:
    raise ValueError(f"object {number} is named where none can be")
