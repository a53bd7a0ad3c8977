"""A text of a submission laid out as a document: sections with lines, repeats as tables, what is blank folded away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from forms.audit_figures import Figures
from forms.reading import Answer, Part, Repeat, values
from forms.values import GeoPoint
from server.projection.checks.spoken import Pair
from server.services.submission.answer import Names, label, place, say

PICTURES = (".jpg", ".jpeg", ".png", ".webp")


@dataclass(frozen=True, slots=True)
class File:
    """A file an answer names. id: of its row; size: bytes, 0 for one that came empty, None while it is awaited."""

    id: int | None
    name: str
    size: int | None

    @property
    def is_picture(self) -> bool:
        """Whether its name is that of a picture that can be shown."""
        return bool(self.size) and self.name.casefold().endswith(PICTURES)


@dataclass(frozen=True, slots=True)
class Line:
    """A question with its answer. name: as in the form; seconds: how long it was on the screen, None: not logged."""

    name: str
    asked: Pair
    said: Pair
    file: File | None = None
    point: GeoPoint | None = None
    seconds: int | None = None
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """A repeat: a row for each instance; a cell is None where it has no answer. is_worked_out: the form made it."""

    title: Pair
    columns: tuple[Pair, ...]
    rows: tuple[tuple[Line | None, ...], ...]
    is_worked_out: bool


@dataclass(slots=True)
class Section:
    """The form, a group, or one instance of a repeat that holds others. title: None for the form itself and for groups
    without a label. blank: questions without an answer; worked_out: what the form found by itself. level: 1 for those
    below the form."""

    title: Pair | None
    level: int
    lines: list[Line] = field(default_factory=list)
    blank: list[Pair] = field(default_factory=list)
    worked_out: list[Line] = field(default_factory=list)
    parts: list["Section | Table"] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing in it was answered."""
        return not self.lines and all(isinstance(one, Section) and one.is_empty for one in self.parts)


@dataclass(frozen=True, slots=True)
class Maker:
    """What answers are worded with. said: answers by name, for labels that show them; seconds: by node of the log."""

    known: Names
    files: Mapping[str, File]
    said: Mapping[str, str]
    seconds: Mapping[str, float]
    root: str

    def document(self, form: Part) -> Section:
        """The whole submission."""
        made = Section(None, 0)
        self._fill(made, form)
        return made

    def _fill(self, into: Section, part: Part) -> None:
        for one in part.items:
            if isinstance(one, Answer):
                self._answer(into, one)
            elif isinstance(one, Repeat):
                self._repeat(into, one)
            else:
                below = Section(self._title(one), into.level + 1)
                self._fill(below, one)
                _take(into, below)

    def _answer(self, into: Section, one: Answer) -> None:
        if one.is_worked_out:
            if one.text is not None:
                into.worked_out.append(self.line(one))
        elif one.text is None:
            into.blank.append(self._asked(one))
        else:
            into.lines.append(self.line(one))

    def _repeat(self, into: Section, one: Repeat) -> None:
        if not one.instances:
            into.blank.append(label(one.field, one.path[-1], self.said))
            return
        if any(_holds_repeat(instance) for instance in one.instances):
            for number, instance in enumerate(one.instances, start=1):
                vi, en = label(one.field, one.path[-1], self.said)
                below = Section((f"{vi} ({number})", f"{en} ({number})"), into.level + 1)
                self._fill(below, instance)
                into.parts.append(below)
        else:
            into.parts.append(self._table(one))

    def _table(self, one: Repeat) -> Table:
        rows = [{answer.path: answer for answer in instance.answers()} for instance in one.instances]
        paths = dict.fromkeys(path for row in rows for path in row)
        asked = [path for path in paths if any(_is_asked(row.get(path)) for row in rows)]
        shown = asked or [path for path in paths if any(_has_text(row.get(path)) for row in rows)]
        first = {path: next(row[path] for row in rows if path in row) for path in shown}
        return Table(
            label(one.field, one.path[-1], self.said),
            tuple(self._asked(first[path]) for path in shown),
            tuple(tuple(self._cell(row.get(path)) for path in shown) for row in rows),
            is_worked_out=not asked,
        )

    def _cell(self, one: Answer | None) -> Line | None:
        return self.line(one) if one is not None and one.text is not None else None

    def line(self, one: Answer) -> Line:
        """An answer with its question."""
        is_file = one.field is not None and one.field.kind == "binary" and one.text is not None
        seconds = self.seconds.get(self._node(one))
        return Line(
            name=one.path[-1],
            asked=self._asked(one),
            said=say(one.field, one.text, self.known),
            file=self.files.get(one.text or "", File(None, one.text or "", None)) if is_file else None,
            point=place(one.field, one.text),
            seconds=round(seconds) if seconds is not None else None,
            is_known=one.field is not None,
        )

    def _asked(self, one: Answer) -> Pair:
        return label(one.field, one.path[-1], self.said)

    def _title(self, part: Part) -> Pair | None:
        return label(part.field, "", self.said) if part.field is not None and part.field.label else None

    def _node(self, one: Answer) -> str:
        return "/".join(("", self.root, *one.path))


def _take(into: Section, below: Section) -> None:
    """Put a group into the section around it; one without a title, or without an answer, leaves no heading."""
    if below.title is not None and not below.is_empty:
        into.parts.append(below)
        return
    for mine, its in ((into.lines, below.lines), (into.worked_out, below.worked_out)):
        mine.extend(its)
    into.blank.extend(below.blank)
    into.parts.extend(below.parts)


def _holds_repeat(part: Part) -> bool:
    return any(
        isinstance(one, Repeat) or (isinstance(one, Part) and _holds_repeat(one)) for one in part.items
    )


def _is_asked(one: Answer | None) -> bool:
    return one is not None and one.text is not None and not one.is_worked_out


def _has_text(one: Answer | None) -> bool:
    return one is not None and one.text is not None


def make(
    form: Part,
    known: Names,
    files: Sequence[File],
    root: str,
    figures: Figures | None,
) -> Section:
    """A text as a document. root: name of its first element, as the log of its filling has it; figures: of that log."""
    seconds = {one.node: one.seconds for one in figures.visited} if figures else {}
    return Maker(known, {file.name: file for file in files}, values(form), seconds, root).document(form)
