"""A piece of work that a process of its own can do: it loads no more of the program than that takes."""

from dataclasses import dataclass
from datetime import date

from reports.settings import DEFAULT, Settings
from server.db import Database
from server.services.rollup.kept import Kept
from server.services.rollup.measure import Wanted, worked_out


@dataclass(frozen=True, slots=True)
class Part:
    """Some clubs, each with the numbers of the stretches wanted of it, measured by the settings of a report."""

    wanted: Wanted
    today: date
    clubs: dict[str, list[int]]
    settings: Settings = DEFAULT

    @property
    def figures(self) -> int:
        """How many rows it makes."""
        return sum(map(len, self.clubs.values()))

    def __str__(self) -> str:
        return next(iter(self.clubs), "")


def work_out(database: Database, part: Part) -> list[Kept]:
    """The figures of a part, from one state of the database."""
    with database.reading() as session:
        return worked_out(session, part.wanted, part.today, part.clubs, part.settings)
