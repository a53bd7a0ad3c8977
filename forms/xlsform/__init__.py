"""From an Excel workbook to a form: the only caller of pyxform."""

from .convert import ConvertedForm, convert, read_xform
from .required import RequiredQuestion

__all__ = ["ConvertedForm", "RequiredQuestion", "convert", "read_xform"]
