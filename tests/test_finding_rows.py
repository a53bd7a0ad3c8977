"""How many findings of one submission are kept."""

from types import SimpleNamespace

from server.projection.checks import finding
from server.projection.checks.finding import Found


def test_a_submission_keeps_a_few_hundred_findings_of_one_check():
    source = SimpleNamespace(submission_id=1)
    wrong = [Found("bad_value", f"measures[{n}]/sys", "x", {"reason": "not_a_number"}) for n in range(1000)]
    swapped = [Found("gps_swapped", "gps", "109 11 0 5")]

    rows = finding.rows(source, None, [*wrong, *swapped])

    assert [row["code"] for row in rows] == ["bad_value"] * finding.MOST + ["gps_swapped"]


def test_what_a_later_submission_may_make_known_is_all_kept():
    source = SimpleNamespace(submission_id=1)
    unknown = [Found("unknown_member", f"present[{n}]", str(n)) for n in range(1000)]

    assert len(finding.rows(source, "club", unknown)) == 1000
