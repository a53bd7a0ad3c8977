"""Why a submission cannot stand in the club tables yet. It is stored all the same; nothing is refused here."""


class ProjectionFault(Exception):
    """A submission does not say what its rows cannot do without.

    `Submission.projection_error` keeps the name of the class and the value, such as `ClubUnknown: 0b6c…`; the pages
    and `clb check` word it from `checks.catalogue`.
    """

    is_contradiction = False
    """Whether it says something that cannot be: then the shared lists do not take its word either."""

    def __init__(self, value: str) -> None:
        self.value = value
        super().__init__(value)

    @property
    def kept(self) -> str:
        """As `Submission.projection_error` has it."""
        return f"{type(self).__name__}: {self.value}"


class ClubUnknown(ProjectionFault):
    """The club's founding form has not arrived; tried again as soon as it does. value: the club's UUID."""


class AnswerMissing(ProjectionFault):
    """A question without which there is no row was left blank. value: its name."""


class ClubIDTaken(ProjectionFault):
    """Another founding form has created the club of this UUID already. value: the UUID."""

    is_contradiction = True


class ClubIDChanged(ProjectionFault):
    """An edited founding form names another UUID than its first version. value: the UUID it had."""

    is_contradiction = True
