"""Reading HTML faster than WeasyPrint does must give what WeasyPrint would have read: issued reports are made again
to the byte."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

import pytest
from weasyprint import HTML
from weasyprint.urls import URLFetcher

from reports.pdf.source import BLANK, PLACE, TABLE_PARTS, read

XMLNS = "{http://www.w3.org/2000/xmlns/}xmlns"
TABLE = """<table>
  <colgroup> <col> </colgroup>
  <thead> <tr> <th scope="col">Tỉnh <b>mới</b> </th> </tr> </thead>
  <tbody><tr><td> </td> <td>&nbsp;</td></tr> </tbody>
</table>"""
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" role="img" aria-label="{label}">{inside}</svg>'
)
PLAIN = DRAWING.format(
    label="Dưới 5: &lt;5 &amp; &#34;một&#34;",
    inside='\n<title>a</title><defs><clipPath id="c"/></defs><text x="1">K&#39;Ho</text>\n',
)


@pytest.mark.parametrize(
    ("drawing", "is_set_aside"),
    [
        (PLAIN, True),
        (DRAWING.format(label="hai\ndòng", inside=""), False),
        (DRAWING.format(label="a", inside="<text>1&nbsp;2</text>"), False),
        (DRAWING.format(label="a", inside="<text>&#150;</text>"), False),
        (DRAWING.format(label="a", inside="<!-- <svg> --><text>b</text>"), False),
        (DRAWING.format(label="a", inside="<text>not closed"), False),
        (DRAWING.format(label="a", inside=PLAIN), False),
        (DRAWING.format(label="a", inside='<use xlink:href="#b"/>'), False),
    ],
)
def test_a_document_is_read_as_weasyprint_reads_it(drawing, is_set_aside):
    html = f'<!DOCTYPE html><html lang="vi"><title>x</title><body><figure>{drawing} </figure>{TABLE} {PLAIN}</body>'

    made, theirs = read(html, "", URLFetcher()), HTML(string=html)

    assert list(outline(made.etree_element)) == list(outline(theirs.etree_element))
    assert PLACE not in {name for part in made.etree_element.iter() for name in part.attrib}
    assert (XMLNS not in made.etree_element.find(".//figure")[0].attrib) == is_set_aside
    _, *parts = made.etree_element.find(".//table").iter()
    assert not any(part.tail for part in parts if part.tag != "b")


def outline(root: Element, *, is_table: bool = False) -> Iterator[object]:
    """Everything of a tree that is laid out, in its order."""
    here = root.tag in TABLE_PARTS
    text, tail = root.text or "", root.tail or ""
    yield root.tag
    yield sorted((name, value) for name, value in root.attrib.items() if name != XMLNS)
    yield "" if here and not text.strip(BLANK) else text
    for child in root:
        yield from outline(child, is_table=here)
    yield "" if is_table and not tail.strip(BLANK) else tail
