"""ODK Validate: the real engine's opinion of a form."""

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from shutil import which

from ..errors import Finding, JavaMissing, ValidateFailed
from .workbook import Workbook

TIMEOUT_SECONDS = 100
JAVA_OPTIONS = ["-Djava.awt.headless=true", "-Dfile.encoding=UTF-8", "-Dstderr.encoding=UTF-8", "-Xmx512m"]
NOISE = re.compile(r"\s+at |>> |Result: |The following files failed|\S*\.xml$|\.\.\. \d+ more|Caused by: ")
CLASS = re.compile(r"^(?:[\w$]+\.)+[\w$]+(?:Exception|Error): ?")
XPATH = re.compile(r"/(?:[^\W\d][\w.-]*)(?:/[^\W\d][\w.-]*)+")
JAVA_NAME = re.compile(r"(?:Bad node: )?\borg\.javarosa\.[\w.$]+(?:@[0-9a-f]+)?")

# What a complaint is about: pattern, code, column of the survey sheet, sentences. {question} is its name.
RULES = [
    (
        re.compile(r"Cycle detected"),
        "cycle",
        "calculation",
        "Các công thức gọi vòng lẫn nhau, không tính được: {questions}.",
        "These expressions depend on each other in a circle: {questions}.",
    ),
    (
        re.compile(r"invalid constraint expression"),
        "bad_constraint",
        "constraint",
        "Câu hỏi “{question}” có điều kiện ràng buộc (constraint) viết sai.",
        "The constraint of “{question}” is not a valid expression.",
    ),
    (
        re.compile(r"invalid relevant|Condition expression", re.IGNORECASE),
        "bad_relevant",
        "relevant",
        "Câu hỏi “{question}” có điều kiện hiển thị (relevant) viết sai hoặc gọi danh sách không có.",
        "The relevant of “{question}” is not valid, or uses a list that does not exist.",
    ),
    (
        re.compile(r"Invalid calculate|Recalculate expression|calculate expression", re.IGNORECASE),
        "bad_calculation",
        "calculation",
        "Câu hỏi “{question}” có công thức (calculation) viết sai.",
        "The calculation of “{question}” is not valid.",
    ),
    (
        re.compile(r"Group has no children"),
        "empty_group",
        "name",
        "Nhóm “{question}” không có câu hỏi nào.",
        "The group “{question}” has no questions.",
    ),
]
UNKNOWN = (
    "ODK Validate báo lỗi{at_vi}; xem nguyên văn bên dưới.",
    "ODK Validate reports an error{at_en}; see its words below.",
)


def validate(xml: bytes, workbook: Workbook) -> tuple[Finding, ...]:
    """What ODK Validate says of a form: errors when it is invalid, else warnings.

    Takes about a second and up to 512 MB in a process of its own.
    Raises JavaMissing, ValidateFailed.
    """
    from pyxform.validators.odk_validate import ODK_VALIDATE_PATH

    java = which("java")
    if java is None:
        raise JavaMissing
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "form.xml")
        path.write_bytes(xml)
        done = _run([java, *JAVA_OPTIONS, "-jar", ODK_VALIDATE_PATH, str(path)])
    said = done.stderr.decode("utf-8", "replace")
    if done.returncode not in (0, 1):
        raise ValidateFailed(said[-500:])
    severity = "error" if done.returncode else "warning"
    complaint = _clean(said)
    if done.returncode and not complaint:
        raise ValidateFailed(said[-500:])
    return (_finding(complaint, severity, workbook),) if complaint else ()


def _run(command: list[str]) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603 - the command is ours, the form is in a file
            command,
            capture_output=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
    except (subprocess.TimeoutExpired, OSError) as error:
        raise ValidateFailed(str(error)) from error


def _clean(said: str) -> str:
    """The complaint without Java's trace."""
    lines = []
    for line in said.splitlines():
        if line.strip() and not NOISE.match(line) and "Something broke" not in line:
            lines.append(JAVA_NAME.sub("", CLASS.sub("", line.strip())).strip())
    return "\n".join(dict.fromkeys(lines))


def _finding(complaint: str, severity: str, workbook: Workbook) -> Finding:
    names = list(dict.fromkeys(_names(complaint)))
    code, column, vi, en = "odk_validate", "name", *UNKNOWN
    for pattern, rule_code, rule_column, rule_vi, rule_en in RULES:
        if pattern.search(complaint):
            code, column, vi, en = rule_code, rule_column, rule_vi, rule_en
            break
    survey = workbook.sheet("survey")
    question = next((name for name in names if survey.find("name", name)), None)
    row = survey.find("name", question) if question else None
    words = {
        "question": question or "",
        "questions": ", ".join(names),
        "at_vi": f" ở câu hỏi “{question}”" if question else "",
        "at_en": f" at “{question}”" if question else "",
    }
    return Finding(
        code,
        "error" if severity == "error" else "warning",
        survey.name if row else None,
        workbook.cell("survey", column, row),
        row,
        survey.row(row).get(column) if row else None,
        question,
        vi.format(**words),
        en.format(**words),
        complaint,
    )


def _names(complaint: str) -> Iterator[str]:
    """Question names in a complaint, from paths like /data/group/question."""
    for match in XPATH.finditer(complaint):
        steps = match[0].split("/")
        if steps[1] != "html":
            yield steps[-1].rstrip(".")
