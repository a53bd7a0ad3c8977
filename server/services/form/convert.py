"""From a workbook to a form that may be published here."""

from dataclasses import astuple
from typing import TYPE_CHECKING

from server import projection

if TYPE_CHECKING:
    from forms.xlsform import ConvertedForm


def convert(workbook: bytes, *, validate: bool) -> tuple["ConvertedForm", str]:
    """Turn an XLSForm workbook into a form, and say where its version stands, such as settings!C2.

    validate runs ODK Validate too, which needs Java. A form that lost a question which the club tables are made from
    is refused. Raises FormRejected with all findings, JavaMissing, ValidateFailed.
    """
    from forms import xlsform  # pyxform takes a third of a second to import, and few processes convert.
    from forms.xlsform.workbook import open_workbook

    required = [xlsform.RequiredQuestion(*astuple(one)) for one in projection.required_questions()]
    converted = xlsform.convert(workbook, validate=validate, required=required)
    cell = open_workbook(workbook).cell("settings", "version", 2)
    return converted, f"settings!{cell or 'version'}"
