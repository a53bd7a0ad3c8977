"""The routes of the application: what builds an address of one is made when it is first asked for."""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]

_made: dict[tuple[object, ...], Builder] = {}


class Route(Rule):
    """A route whose addresses cost nothing until one is built.

    Werkzeug compiles two functions for every route when it is added, which is most of the time that a server takes to
    start; few of them are ever called. Here they are compiled on their first call, once for all applications of the
    process. Should a later Werkzeug name its step otherwise, routes are compiled at once again and all else stays.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Builder:
        trace, converters, defaults = tuple(self._trace), self._converters, self.defaults or {}
        kinds = tuple((name, type(converters[name])) for name in sorted(converters))
        key = (self.rule, trace, kinds, tuple(sorted(defaults.items())), append_unknown)

        def build(route: Route, **values: Any) -> tuple[str, str]:
            if key not in _made:
                _made[key] = super()._compile_builder(append_unknown)
            return _made[key](route, **values)

        return build
