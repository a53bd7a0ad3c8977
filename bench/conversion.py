"""Converting a workbook into a form."""

import io
from collections.abc import Iterator

from pyxform.xls2xform import convert as pyxform_convert

from bench.figures import Figure
from bench.measure import median_ms
from forms.xlsform import convert
from server.cli.demo import FORMS, XLSFORMS

GOAL_MS = 400


def figures(runs: int) -> Iterator[Figure]:
    """The largest of the programme's forms, with all that we check and read of it, without ODK Validate."""
    largest = max((XLSFORMS / name for name in FORMS), key=lambda path: path.stat().st_size)
    workbook = largest.read_bytes()
    yield Figure(
        f"Chuyển {largest.name} thành biểu mẫu",
        f"{largest.name} converted, checked, its field list read",
        median_ms(lambda: convert(workbook), runs),
        median_ms(lambda: pyxform_convert(io.BytesIO(workbook), file_type=".xlsx", validate=False), runs),
        "bare pyxform",
        goal=GOAL_MS,
    )
