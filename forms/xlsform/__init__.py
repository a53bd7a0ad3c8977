"""From an Excel workbook to a form: the only caller of pyxform, whose tables of words `forms.lint` reads too."""

from .convert import ConvertedForm, Examined, convert, examine, read_xform
from .required import RequiredQuestion

__all__ = ["ConvertedForm", "Examined", "RequiredQuestion", "convert", "examine", "read_xform"]
