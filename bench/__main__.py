"""python -m bench: measure, and print one table."""

import argparse
import json
import os
import sys
from collections.abc import Iterator

from bench import asking, conversion, intake, listing, nation, report
from bench.figures import Figure, table
from bench.place import server

PROVINCES = ("58", "12")
QUICK_LETTERS = 120
"""Forms sent through the application when time is short; else all of one province."""


def main() -> None:
    """Measure everything and print it; the state of things goes to standard error."""
    asked = _arguments()
    found = []
    for figure in _figures(asked.quick):
        print(f"  {figure.en} …", file=sys.stderr)
        found.append(figure)
    print(
        json.dumps([one.as_json() for one in found], ensure_ascii=False, indent=1)
        if asked.json
        else table(found)
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Đo tốc độ so với mức sàn đo cùng lúc (thời gian CPU, trung vị). | "
        "Measure speed beside floors of the same run (processor time, medians). "
        "With TEST_DATABASE_URL set, taking submissions is measured on that PostgreSQL too.",
    )
    parser.add_argument(
        "--quick", action="store_true", help="ít phép đo hơn | fewer runs: a third of the time"
    )
    parser.add_argument("--json", action="store_true", help="in JSON thay cho bảng | print JSON")
    return parser.parse_args()


def _figures(is_quick: bool) -> Iterator[Figure]:
    runs, limit = (3, QUICK_LETTERS) if is_quick else (7, None)
    loaded = PROVINCES[:1] if is_quick else PROVINCES
    with server() as place:
        samples = list(intake.sample_data(place, loaded))
        yield from intake.through_the_door(place, limit, "SQLite")
        yield from samples
        yield from asking.figures(place, 20 * runs)
        yield from asking.checks(place, 20 * runs)
        yield from asking.token(place, 20 * runs)
        yield from report.figures(place, runs, is_quick)
        yield from listing.figures(place, runs)
    yield from conversion.figures(runs)
    if not is_quick:
        yield from nation.figures()
    if url := os.environ.get("TEST_DATABASE_URL", ""):
        with server(url) as place:
            yield from intake.through_the_door(place, limit, "PostgreSQL")


if __name__ == "__main__":
    main()
