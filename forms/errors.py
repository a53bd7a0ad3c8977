"""What can be wrong with a workbook or a submission, in the reader's words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to say about a workbook, and where it stands.

    sheet, cell ("B7") and row (as Excel counts it, 1 = headers) are None when
    the place is not known; value is the text found there; question is the name
    of the question concerned. vi and en are one sentence each. detail keeps
    the words of pyxform or ODK Validate when ours say less than theirs.
    """

    code: str
    severity: Severity
    sheet: str | None = None
    cell: str | None = None
    row: int | None = None
    value: str | None = None
    question: str | None = None
    vi: str = ""
    en: str = ""
    detail: str = ""


class FormsError(Exception):
    """Base of all errors of this package.

    code is a stable short name; message_vi and message_en are one sentence
    each, fit to be shown as they are.
    """

    code = "forms_error"
    message_vi = "Không đọc được nội dung gửi lên."
    message_en = "What was sent cannot be read."

    def __init__(self, detail: str = "", *, vi: str | None = None, en: str | None = None) -> None:
        self.detail = detail
        self.message_vi = vi or type(self).message_vi
        self.message_en = en or type(self).message_en
        super().__init__(f"{self.message_en} {detail}".strip())


class FormRejected(FormsError):
    """A workbook cannot become a form; findings say why, errors before warnings."""

    code = "form_rejected"
    message_vi = "Biểu mẫu có lỗi, chưa dùng được."
    message_en = "The form has errors and cannot be used yet."

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(sorted(findings, key=lambda finding: finding.severity != "error"))
        super().__init__("; ".join(finding.en for finding in self.findings))


class JavaMissing(FormsError):
    """ODK Validate was asked for, but no Java can be run."""

    code = "java_missing"
    message_vi = "Máy chủ chưa có Java (từ bản 8) nên không chạy được ODK Validate."
    message_en = "ODK Validate cannot run: no Java (8 or later) was found on this server."


class ValidateFailed(FormsError):
    """ODK Validate did not come to an end: it says nothing about the form."""

    code = "validate_failed"
    message_vi = "ODK Validate không chạy xong; hãy thử lại."
    message_en = "ODK Validate did not finish; please try again."


class MalformedXML(FormsError):
    """Not well-formed XML: cut off, or holding characters XML does not allow."""

    code = "malformed_xml"
    message_vi = "Nội dung XML không đúng cú pháp hoặc bị cắt cụt."
    message_en = "The XML is not well-formed, or was cut off."


class XMLTooLarge(FormsError):
    """More bytes than any real submission or form has."""

    code = "xml_too_large"
    message_vi = "Tệp XML quá lớn."
    message_en = "The XML is too large."


class DoctypeRefused(FormsError):
    """A document type declaration, which no ODK client writes and attackers do."""

    code = "doctype_refused"
    message_vi = "XML có khai báo DOCTYPE nên không được nhận."
    message_en = "The XML has a DOCTYPE, which is not accepted."


class TooDeep(FormsError):
    """Elements nested deeper than any form."""

    code = "too_deep"
    message_vi = "XML lồng quá nhiều tầng."
    message_en = "The XML is nested too deeply."


class WrongEncoding(FormsError):
    """Text in another encoding than UTF-8."""

    code = "wrong_encoding"
    message_vi = "XML phải dùng bảng mã UTF-8."
    message_en = "The XML must be encoded as UTF-8."


class MissingFormID(FormsError):
    """The root element has no id attribute, so nobody can tell which form was filled."""

    code = "missing_form_id"
    message_vi = "Thiếu mã biểu mẫu (thuộc tính id) trong bài gửi."
    message_en = "The form id is missing: the root element has no id attribute."


class IDTooLong(FormsError):
    """A form ID, version or instance ID longer than any that is given out; it would fit no column."""

    code = "id_too_long"
    message_vi = "Mã biểu mẫu, phiên bản hoặc mã phiếu dài quá 200 ký tự."
    message_en = "The form id, its version or an instance id has more than 200 characters."


class NotAnXForm(FormsError):
    """XML that is well-formed but is no XForm."""

    code = "not_an_xform"
    message_vi = "Tệp XML này không phải là một biểu mẫu XForm."
    message_en = "This XML is not an XForm."


class PropertyNameRefused(FormsError):
    """An entity property whose name would spoil the list on the phone."""

    code = "property_name_refused"
    message_vi = "Tên thuộc tính của danh sách không hợp lệ."
    message_en = "An entity property has a name that is not allowed."
