"""What makes a file both PDF/A-3a (ISO 19005-3) and PDF/UA-1 (ISO 14289-1): its metadata, colours, attachments.

WeasyPrint writes one of the two at a time. The colour profile is the ICC's sRGB2014, free to use and to pass on, which
comes with WeasyPrint.
"""

import hashlib
from collections.abc import Sequence
from importlib.resources import files

import pydyf
from weasyprint.pdf.metadata import DocumentMetadata

from reports.pdf.file import File
from reports.pdf.part import Attachment

PROFILE = "sRGB2014.icc"
ACCESSIBLE = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
</rdf:RDF>"""
"""PDF/A asks that a property it does not know, such as that of PDF/UA, be described in the file itself."""


def put_metadata(file: File, metadata: DocumentMetadata) -> bytes:
    """XMP that says of which standards the file is. Returns its reference."""
    known = metadata.generate_rdf_metadata("a", 3, "A").replace(b"</rdf:RDF>", ACCESSIBLE)
    number = file.number()
    packet = (
        b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
        + known
        + b'\n</x:xmpmeta>\n<?xpacket end="r"?>'
    )
    file.put_stream(number, packet, b"/Type /Metadata/Subtype /XML", is_compressed=False)
    return b"%d 0 R" % number


def put_output_intent(file: File) -> bytes:
    """Says that colours are meant as sRGB. Returns the dictionary."""
    number = file.number()
    file.put_stream(number, (files("weasyprint.pdf") / PROFILE).read_bytes(), b"/N 3")
    return (
        b"<</Type /OutputIntent/S /GTS_PDFA1/OutputConditionIdentifier (sRGB)/Info (%s)/DestOutputProfile %d 0 R>>"
        % (PROFILE.encode(), number)
    )


def put_attachments(
    file: File, attachments: Sequence[Attachment], modified: bytes
) -> list[tuple[bytes, bytes]]:
    """The files, in the order of their names: (name as PDF text, reference). modified: a PDF date, as PDF text."""
    return [
        (pydyf.String(one.name).data, _put_attachment(file, one, modified))
        for one in sorted(attachments, key=lambda one: pydyf.String(one.name).data)
    ]


def _put_attachment(file: File, attachment: Attachment, modified: bytes) -> bytes:
    content, specification = file.number(), file.number()
    kind = pydyf.name(attachment.media_type)
    digest = hashlib.md5(attachment.content, usedforsecurity=False).hexdigest().encode()
    dates = b"/ModDate %s" % modified if modified else b""
    params = b"<</Size %d/CheckSum <%s>%s>>" % (len(attachment.content), digest, dates)
    file.put_stream(content, attachment.content, b"/Type /EmbeddedFile/Subtype %s/Params %s" % (kind, params))
    name = pydyf.String(attachment.name).data
    plain = pydyf.String(attachment.name.encode("ascii", "replace").decode()).data
    file.put(
        specification,
        b"<</Type /Filespec/F %s/UF %s/EF <</F %d 0 R/UF %d 0 R>>/AFRelationship /%s/Desc %s>>"
        % (
            plain, name, content, content, attachment.relationship.encode(),
            pydyf.String(attachment.description).data,
        ),
    )  # fmt: skip
    return b"%d 0 R" % specification
