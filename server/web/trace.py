"""Figures of a report page as links to the clubs they were made from."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from markupsafe import Markup

from reports.facts import Unit
from reports.language import MISSING

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
        if shown == MISSING or isinstance(shown, Markup):
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
class ProvinceLinks:
    """Makes links of the figures of provinces in the report of the country: each leads to the same figure of the
    province's own report, and to the clubs behind it. args: parameters of those reports."""

    args: Mapping[str, str]

    def __call__(self, shown: str, province: Unit | None, code: str = "", part: str = "unit") -> str:
        """A link to the figure, or without a code to the province's report; a missing figure leads nowhere."""
        if province is None or shown == MISSING or (code and isinstance(shown, Markup)):
            return shown
        links = Links(f"/reports/province/{quote(province.code, safe='')}", self.args)
        to = links.to(code, part) if code else links.to_report
        return Markup('<a class="trace" href="{}">{}</a>').format(to, shown)


def anchor(code: str, part: str, row: str, unit: str) -> str:
    """The id of a figure on its report's page."""
    return "-".join(["f", *(one for one in (code, part, row, unit) if one)])
