"""A digital signature in the PDF of a report: PAdES B-B, with a PKCS#12 certificate, without the network."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from server.services.report.problem import NotSignable

if TYPE_CHECKING:
    from pyhanko.sign.signers import Signer

FIELD = "KySo"


@dataclass(frozen=True, slots=True, repr=False)
class Certificate:
    """A PKCS#12 file with the password that opens it."""

    pkcs12: bytes
    password: bytes


def certificate(pkcs12: Path | None, password_file: Path | None) -> Certificate | None:
    """The certificate that settings name; None when they name none. Raises NotSignable."""
    if pkcs12 is None:
        return None
    try:
        password = password_file.read_bytes().strip() if password_file else b""
        return Certificate(pkcs12.read_bytes(), password)
    except OSError as error:
        raise NotSignable(reason=f"{error.filename}: {error.strerror}") from error


def sign(pdf: bytes, certificate: Certificate, office: str) -> bytes:
    """The PDF with an invisible signature appended: the bytes given stay as they are, in front.

    office: named as the place of signing. Raises NotSignable.
    """
    # Imported here: pyHanko takes half a second, and few offices have a certificate.
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers
    from pyhanko.sign.fields import SigSeedSubFilter

    signer = _signer(certificate)
    wanted = signers.PdfSignatureMetadata(
        field_name=FIELD,
        subfilter=SigSeedSubFilter.PADES,
        md_algorithm="sha256",
        location=office,
        embed_validation_info=False,
    )
    signed = BytesIO()
    signers.PdfSigner(wanted, signer).sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), output=signed)
    return signed.getvalue()


def _signer(certificate: Certificate) -> "Signer":
    from pyhanko.sign.signers import SimpleSigner

    try:
        signer = SimpleSigner.load_pkcs12_data(
            certificate.pkcs12, other_certs=[], passphrase=certificate.password or None
        )
    except ValueError as error:
        raise NotSignable(
            reason="không mở được chứng thư số bằng mật khẩu đã cho · the certificate does not open"
        ) from error
    if signer is None:
        raise NotSignable(reason="tệp chứng thư số thiếu khóa · the certificate holds no key")
    return signer
