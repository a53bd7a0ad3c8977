"""Routes: making the application compiles none of them, and the addresses they build are Werkzeug's own."""

from uuid import UUID

import pytest
from werkzeug.routing import AnyConverter, BaseConverter, Map, Rule

from server import create_app, routing
from server.config import Config

VALUE_OF = {
    "IntegerConverter": 7,
    "PathConverter": "ảnh/1.jpg",
    "UnicodeConverter": "Thôn 1",
    "UUIDConverter": UUID("6f0c2a1e-1111-4c7b-9f7e-0123456789ab"),
}
LONGER = {"page": "2"}


@pytest.fixture
def app(tmp_path):
    return create_app(Config(data=tmp_path))


def values(rule: Rule) -> dict[str, object]:
    """Something for each part of an address that is asked for."""
    return {name: value_for(converter) for name, converter in rule._converters.items()}


def value_for(converter: BaseConverter) -> object:
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return VALUE_OF[type(converter).__name__]


def test_making_an_application_compiles_no_route(app, tmp_path, monkeypatch):
    monkeypatch.setattr(routing, "_made", {})

    another = create_app(Config(data=tmp_path / "another"))

    assert len(list(another.url_map.iter_rules())) > 100
    assert routing._made == {}


def test_a_route_is_compiled_once_for_all_applications(app, tmp_path, monkeypatch):
    monkeypatch.setattr(routing, "_made", {})
    another = create_app(Config(data=tmp_path / "another"))

    for made in (app, another):
        with made.test_request_context():
            assert made.url_for("web.verify", token="abc") == "/r/abc"

    assert [rule for rule, *_ in routing._made] == ["/r/<token>"]


def test_every_route_builds_the_address_that_werkzeug_builds(app):
    for rule in app.url_map.iter_rules():
        assert isinstance(rule, routing.Route)
        plain = Rule(rule.rule, **rule.get_empty_kwargs())
        Map([plain], merge_slashes=False)

        for asked in (values(rule), values(rule) | LONGER):
            assert rule.build(asked) == plain.build(asked)
            assert rule.build(asked, append_unknown=False) == plain.build(asked, append_unknown=False)
