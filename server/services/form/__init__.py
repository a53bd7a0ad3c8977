"""Forms: published from workbooks, found by ID, served to tablets."""

from server.services.form.find import (
    ListedForm,
    ServedFile,
    ServedXML,
    current_versions,
    fields,
    file,
    files,
    find,
    find_version_id,
    get,
    listed,
    xml,
)
from server.services.form.publish import Published, find_published, publish

__all__ = [
    "ListedForm",
    "Published",
    "ServedFile",
    "ServedXML",
    "current_versions",
    "fields",
    "file",
    "files",
    "find",
    "find_published",
    "find_version_id",
    "get",
    "listed",
    "publish",
    "xml",
]
