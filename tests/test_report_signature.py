"""A digital signature in an issued report: it validates, covers the whole file, and breaks with one byte."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import NameOID
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from server.services.report import sign
from server.services.report.problem import NotSignable
from server.services.report.sign import Certificate
from tests.builders_paper import Clerk, a_world

PASSWORD = b"mot hai ba"


@pytest.fixture(scope="module")
def made() -> tuple[bytes, x509.Certificate]:
    """A PKCS#12 file of this test's own, and the certificate in it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Sở Y tế (thử)")])
    begun = datetime.now(UTC) - timedelta(days=1)
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(begun)
        .not_valid_after(begun + timedelta(days=30))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    packed = serialize_key_and_certificates(b"clb", key, certificate, None, BestAvailableEncryption(PASSWORD))
    return packed, certificate


def status(pdf: bytes, certificate: x509.Certificate):
    """What a validator that trusts this certificate says of the only signature."""
    (root,) = load_certs_from_pemder_data(certificate.public_bytes(Encoding.DER))
    trusted = ValidationContext(trust_roots=[root], allow_fetching=False)
    (signature,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    return signature, validate_pdf_signature(signature, trusted)


@pytest.mark.database
def test_the_signed_copy_validates_and_stands_beside_the_unsigned(database, blobs, units, made):
    packed, certificate = made
    a_world(database, units)
    clerk = Clerk(database, blobs)
    report_id = clerk.draft()
    clerk.check(report_id)

    clerk.record(*clerk.ready(report_id, Certificate(packed, PASSWORD)))

    row = clerk.get(report_id).row
    signed, unsigned = blobs.read(row.signed_sha256), blobs.read(row.pdf_sha256)
    assert signed.startswith(unsigned)
    signature, told = status(signed, certificate)
    assert (told.bottom_line, told.intact, told.coverage.name) == (True, True, "ENTIRE_FILE")
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert signature.sig_object["/Location"] == "Sở Lao động - Thương binh và Xã hội"

    altered = signed.replace(b"/Producer", b"/Producet", 1)
    assert not status(altered, certificate)[1].intact


def test_a_wrong_password_is_told_without_it(made):
    with pytest.raises(NotSignable) as refused:
        sign.sign(b"%PDF", Certificate(made[0], b"sai"), "Sở Y tế")

    assert "CLB_SIGN_PASSWORD_FILE" in refused.value.message("vi")
    assert "sai" not in refused.value.message("en").split()
    assert "sai" not in repr(Certificate(made[0], b"sai"))


def test_settings_name_the_certificate_and_the_file_of_its_password(tmp_path, made):
    (tmp_path / "so.p12").write_bytes(made[0])
    (tmp_path / "mat-khau").write_bytes(PASSWORD + b"\n")

    assert sign.certificate(None, None) is None
    assert sign.certificate(tmp_path / "so.p12", tmp_path / "mat-khau") == Certificate(made[0], PASSWORD)
    with pytest.raises(NotSignable, match="No such file"):
        sign.certificate(tmp_path / "khong-co.p12", None)
