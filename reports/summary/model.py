"""Everything the one-page summary prints: a choice from a province report, in the words of one language."""

from dataclasses import dataclass

from reports.province import ProvinceReport, TargetRow


@dataclass(frozen=True, slots=True)
class Headline:
    """One of the six numbers on top. code: of the indicator; value: as printed; label: what it is; note: what it is
    measured by."""

    code: str
    value: str
    label: str
    note: str


@dataclass(frozen=True, slots=True)
class Summary:
    """A province and period on one page."""

    report: ProvinceReport
    headlines: tuple[Headline, ...]
    targets: tuple[TargetRow, ...]
    """Rows of table 1 with a goal, of the newest phase of the period."""
    left_out: int
    """Rows with a goal that the page has no room for."""
    achievements: tuple[str, ...]
    problems: tuple[str, ...]
    tasks: tuple[str, ...]
    """At most three each; fewer where the data gives no more."""

    @property
    def is_empty(self) -> bool:
        """Whether no club is known."""
        return self.report.scope.is_empty
