"""Forms: published from workbooks, found by ID, served to tablets."""

from server.services.form.convert import convert
from server.services.form.find import (
    ListedForm,
    ServedFile,
    ServedXML,
    current_versions,
    fields,
    fields_of_text,
    file,
    files,
    find,
    find_version_id,
    get,
    listed,
    xml,
)
from server.services.form.publish import Published, find_published, publish, refresh

__all__ = [
    "ListedForm",
    "Published",
    "ServedFile",
    "ServedXML",
    "convert",
    "current_versions",
    "fields",
    "fields_of_text",
    "file",
    "files",
    "find",
    "find_published",
    "find_version_id",
    "get",
    "listed",
    "publish",
    "refresh",
    "xml",
]
