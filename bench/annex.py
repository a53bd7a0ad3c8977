"""python -m bench.annex CLUBS: print a list of so many clubs, and say what memory it took: before, and at most (MB).

Run in a process of its own: the most that a process ever held is not forgotten.
"""

import sys
from datetime import date
from pathlib import Path

from reports import fonts, pdf, render
from reports.facts import Geography, Unit
from reports.issuing import IssuingBody
from reports.province import ClubRow, Header

DAY = date(2020, 12, 31)
KILOBYTES = 1024
STATUS = Path("/proc/self/status")
PROVINCE = Unit(1, "58", DAY, None, "p", "tinh", "Ninh Thuận", "Tỉnh Ninh Thuận", None)
HEAD = Header(IssuingBody(DAY, "", "Sở Y tế", "BC-SYT", "GIÁM ĐỐC", ()), "Ninh Thuận")
PAGE = """<!DOCTYPE html><html lang="vi"><head><title>Phụ lục I</title></head>
<body>{% include "parts/annex_clubs.html" %}</body></html>"""


def rows(count: int) -> pdf.Rows:
    """Phụ lục I of as many clubs, made up."""
    template = render.environment("vi").from_string(PAGE)
    scope = {"geography": Geography(DAY, PROVINCE, None, (), (), {})}

    def html(start: int, stop: int) -> str:
        report = {"header": HEAD, "clubs": [_club(n + 1) for n in range(start, stop)], "failing_counts": ()}
        return template.render(
            report=report, scope=scope, made_on=DAY, is_first=start == 0, trace=render.PLAIN_TRACE
        )

    return pdf.Rows(html, count)


def _club(number: int) -> ClubRow:
    return ClubRow(
        number=number,
        code=f"LTH-{number:06}",
        name=f"CLB Liên thế hệ tự giúp nhau thôn {number}",
        village=f"Thôn {number}",
        place_old="Xã Phước Hải, huyện Ninh Phước",
        place_new=None,
        unit=None,
        founding_date=date(2017, 1 + number % 12, 1 + number % 28),
        decision_no=f"{number}/QĐ-UBND",
        chair="Nguyễn Thị Hường",
        members=50 + number % 20,
        fund=25_000_000 + 1000 * number,
        outstanding=12_500_000,
        grade="average",
        failing=("a3", "m2") if number % 3 else (),
    )


def main() -> None:
    """Print two numbers."""
    stylesheet = (pdf.TEMPLATES / "report.css").read_text(encoding="utf-8")
    family = fonts.find("")
    pdf.joined([rows(1)], stylesheet, family)
    before = _most()
    pdf.joined([rows(int(sys.argv[1]))], stylesheet, family)
    print(before, _most())


def _most() -> int:
    """Of this process alone: what getrusage tells may be that of the process that started it."""
    (line,) = [line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) // KILOBYTES


if __name__ == "__main__":
    main()
