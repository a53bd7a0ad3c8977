"""Circles: questions whose value or visibility hangs on itself, by whatever way."""

from collections.abc import Iterator

from ..errors import Finding
from .expressions import Written
from .say import finding
from .survey import Element, Survey

COMPUTED = ("relevant", "calculation", "required", "read_only")
SHOWN = 6


def check(survey: Survey, written: list[Written]) -> Iterator[Finding]:
    """One error a circle, at its first row. A question also hangs on the relevant of the groups around it."""
    graph = _graph(survey, written)
    places = {(one.element, one.column): one for one in written}
    for members in _circles(graph):
        circle = _way(graph, members, {element for element, column in places if column in COMPUTED})
        first = circle[0]
        one = next(places[first, column] for column in COMPUTED if (first, column) in places)
        names = [*(element.name for element in circle), first.name]
        shown = names if len(names) <= SHOWN else [*names[: SHOWN - 1], "…", first.name]
        yield finding("cycle", one.cell, first.row, circle=" → ".join(shown))


def _graph(survey: Survey, written: list[Written]) -> dict[Element, list[Element]]:
    names = survey.by_name
    graph: dict[Element, list[Element]] = {one: [] for one in survey.elements}
    has_relevant = {one.element for one in written if one.column == "relevant"}
    for one in written:
        is_set_once = one.column == "calculation" and one.element.row.get("trigger")
        if one.column not in COMPUTED or is_set_once:
            continue
        for reference in one.found.references:
            if not (reference.is_saved or reference.is_indexed):
                graph[one.element] += names.get(reference.name, ())[:1]
    for element in survey.elements:
        graph[element] += [group for group in element.above if group in has_relevant]
    return graph


def _circles(graph: dict[Element, list[Element]]) -> Iterator[set[Element]]:
    """Sets of elements that all reach each other: strongly connected components, by two walks (Kosaraju)."""
    backwards: dict[Element, list[Element]] = {one: [] for one in graph}
    for one, others in graph.items():
        for other in others:
            backwards[other].append(one)
    left: list[Element] = []
    seen: set[Element] = set()
    for one in graph:
        left += _reached(one, graph, seen)
    seen = set()
    for one in reversed(left):
        members = set(_reached(one, backwards, seen))
        if len(members) > 1 or (members and one in graph[one]):
            yield members


def _reached(start: Element, graph: dict[Element, list[Element]], seen: set[Element]) -> list[Element]:
    """What can be reached and was not seen yet, each after all that is reached from it."""
    if start in seen:
        return []
    seen.add(start)
    left, work = [], [(start, iter(graph[start]))]
    while work:
        rest = work[-1][1]
        following = next((other for other in rest if other not in seen), None)
        if following is None:
            left.append(work.pop()[0])
        else:
            seen.add(following)
            work.append((following, iter(graph[following])))
    return left


def _way(graph: dict[Element, list[Element]], members: set[Element], computed: set[Element]) -> list[Element]:
    """A way round: from the first element that computes something back to it, each hanging on the next."""
    first = min(members & computed, key=lambda one: one.row.number)
    way, seen = [first], {first}
    before: dict[Element, Element] = {}
    queue = [first]
    while queue:
        one = queue.pop(0)
        if first in graph[one]:
            way = [one]
            while way[0] is not first:
                way.insert(0, before[way[0]])
            return way
        for following in graph[one]:
            if following in members and following not in seen:
                seen.add(following)
                before[following] = one
                queue.append(following)
    return way
