"""Who is asking, and what they may do.

A door finds out who is asking (by key, password or cookie) and calls `enter`; every view carries a rule, the verb
it needs. Rights come from roles given on the site, on a project or on one form.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import g, request

from server.errors import NoRights
from server.services.actor import Identity

PUBLIC = "public"
"""The rule of a view that anybody may see."""
SIGNED_IN = "signed_in"
"""The rule of a view for everybody who is known, such as one's own password."""

View = TypeVar("View", bound=Callable[..., Any])


def enter(who: Identity) -> None:
    """Make somebody the one who is asking, for the rest of this request."""
    g.identity = who


def current() -> Identity:
    """Who is asking. Raises NoRights when nobody is known."""
    who: Identity | None = g.get("identity")
    if who is None:
        raise NoRights
    return who


def require(verb: str, project_id: int | None = None) -> None:
    """Raises NoRights, in the words meant for whoever is asking, unless they were given the verb."""
    who = current()
    if not who.may(verb, project_id):
        raise who.refusal or NoRights


def rule(verb: str) -> Callable[[View], View]:
    """Mark a view with the verb it needs (or PUBLIC, or SIGNED_IN), which is asked for before the view runs.

    A view that needs more than one calls `require` for the others.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if verb == SIGNED_IN:
                current()
            elif verb != PUBLIC:
                require(verb, (request.view_args or {}).get("project_id"))
            return view(*args, **kwargs)

        guarded.rule = verb  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return mark
