"""How facts of which there are thousands are held, and what stands for those that were not read."""

from collections.abc import Iterator
from typing import Any

import msgspec


class Row(msgspec.Struct, frozen=True, gc=False):
    """A fact of which a report has tens of thousands, and the country millions: made in a small part of the time that a
    dataclass takes, and not looked at by the collector of reference cycles, which facts cannot make."""


class NotRead(LookupError):
    """A figure asks for what was left out when the facts were read: they have to be read again, in full."""


class Unread:
    """Stands for what was left out when facts were read; whoever looks into it is told so by NotRead."""

    def __getattr__(self, name: str) -> Any:
        raise NotRead(name)

    def __bool__(self) -> bool:
        raise NotRead

    def __len__(self) -> int:
        raise NotRead

    def __iter__(self) -> Iterator[Any]:
        raise NotRead


UNREAD: Any = Unread()
