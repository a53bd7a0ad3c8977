"""Entities against a model: whatever comes in whatever order, the server ends where the rules say it must."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.models import EntityVersion
from server.services.entity.sheet import AUTO_LABEL
from tests.builders_entity import Server, a_uuid, open_server

PROPERTIES = ("species", "height", "health")


@pytest.fixture
def server(session, blobs) -> Server:
    return open_server(session, blobs)


@dataclass(frozen=True)
class Message:
    """What a tablet says. base None: a creation. waits: days that pass before it comes."""

    data: dict[str, str]
    base: int | None = None
    branch: int | None = None
    trunk: int | None = None
    waits: int = 0


@dataclass
class State:
    """One state the model knows."""

    data: dict[str, str]
    branch: int | None = None
    counted: int | None = None
    conflict: str | None = None
    conflicting: list[str] | None = None
    is_made_by_force: bool = False


@dataclass
class Model:
    """The rules for one entity, read from the specification and written down as plainly as they are there."""

    states: list[State] = field(default_factory=list)
    conflict: str | None = None
    waiting: list[tuple[int, int, Message]] = field(default_factory=list)
    day: int = 0
    came: int = 0

    def receive(self, message: Message) -> None:
        self.day += message.waits
        self.came += 1
        if not self.process(message):
            self.waiting.append((self.day, self.came, message))
        self.release()
        self.force()

    def release(self) -> None:
        while True:
            for one in sorted(self.waiting, key=lambda w: (w[2].branch or -1, w[2].base, w[1])):
                if self.process(one[2]):
                    self.waiting.remove(one)
                    break
            else:
                return

    def force(self) -> None:
        while True:
            late = [one for one in self.waiting if self.day - one[0] > 5]
            if not late:
                return
            first = min(late, key=lambda w: (ORDER[w[2].branch], w[2].base, w[1]))
            self.waiting.remove(first)
            self.process(first[2], forced=True)
            self.release()

    def process(self, message: Message, forced: bool = False) -> bool:
        """False: it must wait. What is faulty is dropped, which is True."""
        latest = len(self.states)
        if message.base is None:
            if not self.states:
                self.states.append(State(dict(message.data)))
            elif self.states[0].is_made_by_force:
                self.lay(message, 0)
            return True
        if not self.states:
            if forced:
                self.states.append(
                    State(dict(message.data), message.branch, message.base, is_made_by_force=True)
                )
                return True
            can_wait = message.trunk is None and (message.branch is not None or message.base == 1)
            return not can_wait
        if message.branch is None:
            if message.base <= latest:
                self.lay(message, message.base)
            return True
        if message.trunk is not None and message.trunk > latest:
            return True
        base = self.predecessor(message)
        if base is None and not forced:
            return False
        self.lay(message, latest if base is None else base)
        return True

    def predecessor(self, message: Message) -> int | None:
        if message.base == message.trunk:
            return message.base
        if message.base == 1:
            return 0 if self.states[0].is_made_by_force else 1
        numbers = [
            number
            for number, state in enumerate(self.states, 1)
            if state.branch == message.branch and state.counted == message.base - 1
        ]
        return max(numbers, default=None)

    def lay(self, message: Message, base: int) -> None:
        now = self.states[-1].data
        then = self.states[base - 1].data if base else {}
        conflict, names = None, []
        if base < len(self.states):
            names = sorted(
                name
                for name, value in message.data.items()
                if now.get(name) != then.get(name) and now.get(name) != value
            )
            conflict = "hard" if names else "soft"
        elif message.branch is not None:
            after = self.states[message.trunk or 1 :]
            conflict = "soft" if any(state.branch != message.branch for state in after) else None
        if self.conflict != "hard":
            self.conflict = conflict or self.conflict
        self.states.append(
            State({**now, **message.data}, message.branch, message.base, conflict, names or None)
        )


ORDER = {None: "", **{number: f"{number:08d}-0000-4000-8000-000000000000" for number in range(9)}}
"""A branch's ID by its number: branches are forced in the order of these."""

values = st.dictionaries(st.sampled_from(PROPERTIES), st.sampled_from("abc"), max_size=3)


@st.composite
def stories(draw: st.DrawFn) -> list[Message]:
    """A creation, some branches from it or from later versions, some changes made online; in any order."""
    messages = [Message(draw(values) | {"species": draw(st.sampled_from("abc"))})]
    for branch in range(draw(st.integers(2, 3))):
        trunk = draw(st.sampled_from([None, 1, None, 1, 2, 3, 9]))
        first = trunk or 1
        messages += [
            Message(draw(values), base, branch, trunk)
            for base in range(first, first + draw(st.integers(2, 4)))
            if draw(st.integers(0, 5))
        ]
    messages += [Message(draw(values), draw(st.integers(1, 4))) for _ in range(draw(st.integers(0, 3)))]
    rest = draw(st.permutations(messages[1:]))
    place = draw(st.sampled_from([0, 0, len(rest) // 2, len(rest)]))
    ordered = [*rest[:place], messages[0], *rest[place:]]
    waits = draw(st.lists(st.sampled_from([0, 0, 0, 3, 6]), min_size=len(ordered), max_size=len(ordered)))
    return [replace(one, waits=days) for one, days in zip(ordered, waits, strict=True)]


@settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(story=stories())
def test_any_interleaving_of_branches_ends_as_the_rules_say(server, story):
    tree, model = a_uuid(), Model()

    for message in story:
        server.moment += timedelta(days=message.waits)
        send(server, tree, message)
        model.receive(message)

    versions = server.versions(tree)
    assert [told(one) for one in versions] == [
        (state.data, state.branch, state.counted, state.conflict, state.conflicting) for state in model.states
    ]
    assert server.held(tree) == sorted(message.base for _, _, message in model.waiting)
    row = server.entity(tree)
    assert (row is None) == (not model.states)
    if row is not None:
        assert (row.version, row.data, row.conflict) == (len(versions), versions[-1].data, model.conflict)


def send(server: Server, tree: str, message: Message) -> None:
    if message.base is None:
        server.create(tree, message.data, label=AUTO_LABEL)
    else:
        branch = ORDER[message.branch] or None
        server.send(tree, message.data, base=message.base, branch=branch, trunk=message.trunk)


def told(version: EntityVersion) -> tuple[object, ...]:
    """A version in the model's terms. The label is always the one that a forced creation gets: it never clashes."""
    branch = None if version.branch_id is None else int(version.branch_id[:8])
    return version.data, branch, version.branch_base_version, version.conflict, version.conflicting
