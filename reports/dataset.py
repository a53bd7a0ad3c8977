"""The facts of some clubs together, indexed by club."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from datetime import date
from operator import attrgetter
from typing import Any, TypeVar

from reports.facts import Club, ContextFact, Loan, Meeting, Member, Supervision, Survey, Target, Training

MONTH = attrgetter("month")
OfClub = TypeVar("OfClub", Member, Meeting, Loan, Survey, Training)
Answer = TypeVar("Answer")


class Dataset:
    """Everything known about some clubs, indexed by club; `only` gives a slice of it.

    Clubs that were rejected stay out of every figure. Meetings of a club are sorted by month; a club and month occur
    once. cut_off: the day to which reports were taken in.
    """

    def __init__(
        self,
        clubs: Iterable[Club],
        members: Iterable[Member] = (),
        meetings: Iterable[Meeting] = (),
        loans: Iterable[Loan] = (),
        trainings: Iterable[Training] = (),
        targets: Iterable[Target] = (),
        context: Iterable[ContextFact] = (),
        cut_off: date = date.max,
        surveys: Iterable[Survey] = (),
    ) -> None:
        self.clubs = tuple(c for c in clubs if c.counts)
        self.trainings = tuple(trainings)
        self.targets = tuple(targets)
        self.context = tuple(context)
        self.cut_off = cut_off
        self._memo: dict[tuple[Hashable, ...], Any] = {}
        self._members = _by_club(members)
        self._meetings = {k: sorted(v, key=MONTH) for k, v in _by_club(meetings).items()}
        self._loans = _by_club(loans)
        self._surveys = _by_club(surveys)
        self._trainings = _by_club(t for t in self.trainings if t.club_id)

    def only(self, keep: Callable[[Club], bool]) -> "Dataset":
        """The same facts for some of the clubs. Trainings that name no club stay with the whole."""
        return self._with(tuple(c for c in self.clubs if keep(c)))

    def alone(self, club: Club) -> "Dataset":
        """The same facts for one of the clubs."""
        return self._with((club,))

    def _with(self, clubs: tuple[Club, ...]) -> "Dataset":
        part = object.__new__(Dataset)
        part.clubs = clubs
        part.trainings = tuple(t for t in self.trainings if t.club_id)
        part.targets, part.context, part.cut_off = self.targets, self.context, self.cut_off
        part._members, part._meetings = self._members, self._meetings
        part._loans, part._trainings = self._loans, self._trainings
        part._surveys = self._surveys
        part._memo = self._memo
        return part

    @property
    def has_sample(self) -> bool:
        """Whether any of the clubs is made up for showing."""
        return any(c.is_sample for c in self.clubs)

    def surveyed(self, surveys: Iterable[Survey]) -> "Dataset":
        """The same facts with some of the interviews only, such as those of one round."""
        part = self.only(lambda club: True)
        part.trainings = self.trainings
        part._surveys = _by_club(surveys)
        return part

    def remember(self, key: tuple[Hashable, ...], compute: Callable[[], Answer]) -> Answer:
        """The answer to a question about one club, computed once for this dataset and all slices of it."""
        if key not in self._memo:
            self._memo[key] = compute()
        answer: Answer = self._memo[key]
        return answer

    def members_of(self, club_id: str) -> list[Member]:
        """Everybody ever on the club's list."""
        return self._members.get(club_id, [])

    def meetings_of(self, club_id: str) -> list[Meeting]:
        """Monthly reports of a club, oldest first."""
        return self._meetings.get(club_id, [])

    def loans_of(self, club_id: str) -> list[Loan]:
        """Every loan a club ever gave."""
        return self._loans.get(club_id, [])

    def surveys_of(self, club_id: str) -> list[Survey]:
        """Interviews with members of a club, refusals too, in order of the day they were held."""
        return self._surveys.get(club_id, [])

    def trainings_of(self, club_id: str) -> list[Training]:
        """Trainings recorded for this very club."""
        return self._trainings.get(club_id, [])

    def supervisions_of(self, club_id: str) -> list[Supervision]:
        """Visits that the club's monthly reports tell of."""
        return [
            Supervision(club_id, m.day, m.supervision_levels)
            for m in self.meetings_of(club_id)
            if m.supervised
        ]


def _by_club(rows: Iterable[OfClub]) -> dict[str, list[OfClub]]:
    index: dict[str, list[OfClub]] = defaultdict(list)
    for row in rows:
        index[row.club_id or ""].append(row)
    return dict(index)
