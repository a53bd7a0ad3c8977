"""Figures of a report page as links to the clubs they were made from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from markupsafe import Markup

from reports.facts import Unit
from reports.language import MISSING
from reports.period import Period
from reports.privacy import FEW, WITHHELD
from reports.words import mark

MARKS = frozenset(map(mark, (FEW, WITHHELD)))
CLUB_SHEET = "/reports/club/<code>"


@dataclass(frozen=True, slots=True)
class Links:
    """Makes links of the figures of one report. base: the report's address; args: its parameters.

    A figure that is missing, or a mark in place of one, leads nowhere.
    """

    base: str
    args: Mapping[str, str]

    def __call__(self, shown: str, code: str, part: str, *, row: str = "", unit: str = "") -> str:
        """A link to the figure, with an anchor to come back to."""
        if is_no_figure(shown):
            return shown
        link = Markup('<a class="trace" id="{}" href="{}">{}</a>')
        return link.format(anchor(code, part, row, unit), self.to(code, part, row, unit), shown)

    @property
    def to_report(self) -> str:
        """The address of the report's page."""
        return f"{self.base}?{urlencode(self.args)}"

    def to(self, code: str, part: str = "", row: str = "", unit: str = "", club: str = "") -> str:
        """The address of a figure, or of what one club adds to it."""
        place = {name: value for name, value in (("part", part), ("row", row), ("unit", unit)) if value}
        path = f"{self.base}/figure/{code}" + (f"/club/{quote(club)}" if club else "")
        return f"{path}?{urlencode({**self.args, **place})}"

    def club(self, shown: str, club: str, code: str = "") -> str:
        """A link to what a club adds to an indicator of the whole report; its name to the club's sheet, if there is
        one."""
        if shown == MISSING:
            return shown
        return Markup('<a class="trace" href="{}">{}</a>').format(self.sheet(club, code), shown)

    def sheet(self, club: str, code: str = "") -> str:
        """The address of a club's sheet, or without one of its members."""
        if code:
            return self.to(code or "A06", club=club)
        kept = {name: self.args[name] for name in ("period", "geography_as_of") if name in self.args}
        return f"/reports/club/{quote(club)}?{urlencode(kept)}"


@dataclass(frozen=True, slots=True)
class NationLinks:
    """Makes links of the figures of the report of the country: of a province to the same figure of its own report, and
    to the clubs behind it; of the whole country to the list of provinces.

    args: parameters of the report; provinces: of the reports of provinces. A figure that is missing, or a mark in place
    of one, leads nowhere.
    """

    args: Mapping[str, str]
    provinces: Mapping[str, str]
    anchors: set[str] = field(default_factory=set)
    """Those given away: a figure may stand on the page twice, an anchor may not."""

    def __call__(self, shown: str, province: Unit | None, code: str = "", part: str = "unit") -> str:
        """A link to a province's figure, or without a code to its report."""
        if province is None or shown == MISSING or (code and is_no_figure(shown)):
            return shown
        to = self.of_province(province, code, part)
        return Markup('<a class="trace" href="{}">{}</a>').format(to, shown)

    def whole(
        self, shown: str, code: str, part: str = "", *, phase: str = "", span: Period | None = None
    ) -> str:
        """A link to the provinces behind a figure, with an anchor to come back to."""
        if is_no_figure(shown):
            return shown
        within = span.text if span else ""
        to = self.to(code, part, phase, within)
        name = anchor(code, part, phase, within)
        if name in self.anchors:
            return Markup('<a class="trace" href="{}">{}</a>').format(to, shown)
        self.anchors.add(name)
        return Markup('<a class="trace" id="{}" href="{}">{}</a>').format(name, to, shown)

    @property
    def to_report(self) -> str:
        """The address of the report's page."""
        return f"/reports/nation?{urlencode(self.args)}"

    def to(self, code: str, part: str = "", phase: str = "", span: str = "", order: str = "") -> str:
        """The address of a figure of the country."""
        place = {"part": part, "of": phase, "span": span, "order": order}
        given = {name: value for name, value in place.items() if value}
        return f"/reports/nation/figure/{code}?{urlencode({**self.args, **given})}"

    def of_province(self, province: Unit, code: str = "", part: str = "") -> str:
        """The address of a province's figure, or without a code of its report."""
        links = Links(f"/reports/province/{quote(province.code, safe='')}", self.provinces)
        return links.to(code, part) if code else links.to_report


def is_no_figure(shown: str) -> bool:
    """Whether a cell has nothing to lead from: a figure is missing, or a mark stands in its place."""
    return shown == MISSING or isinstance(shown, Markup) or shown in MARKS


def anchor(code: str, part: str, row: str, unit: str) -> str:
    """The id of a figure on its report's page."""
    return "-".join(["f", *(one for one in (code, part, row, unit) if one)])
