"""What must hold for all pages at once: their words, their rules, their colours."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from server import auth, create_app
from server.config import Config
from server.openrosa import draft

WEB = Path(__file__).resolve().parent.parent / "server" / "web"
VIETNAMESE = WEB.parent / "translations" / "vi" / "LC_MESSAGES" / "messages.po"
PLACE = re.compile(r"%\(\w+\)s")


@pytest.fixture(scope="module")
def asked() -> set[str]:
    """Every text that a template or a module of the pages asks for."""
    found = extract_from_dir(
        WEB,
        method_map=[("**.py", "python"), ("**/templates/**.html", "jinja2")],
        options_map={"**/templates/**.html": {"trimmed": "true", "silent": "false"}},
        keywords={"_": None, "words": None},
    )
    return {text for _, _, text, _, _ in found if isinstance(text, str)}


@pytest.fixture(scope="module")
def vietnamese() -> dict[str, str]:
    with VIETNAMESE.open("rb") as file:
        return {str(one.id): str(one.string) for one in read_po(file, locale="vi") if one.id}


def test_every_word_has_a_vietnamese_one_and_none_is_left_over(asked, vietnamese):
    assert {"Sign in", "Province report", "There is nothing at this address."} <= asked
    assert sorted(asked - {text for text, words in vietnamese.items() if words.strip()}) == []
    assert sorted(set(vietnamese) - asked) == []


def test_both_languages_have_the_same_places_to_fill(vietnamese):
    differing = [
        text for text, words in vietnamese.items() if set(PLACE.findall(text)) != set(PLACE.findall(words))
    ]

    assert differing == []


def test_templates_say_nothing_outside_the_catalogue():
    spoken = re.compile(r"[^\W\d_]{3,}")
    untranslated = []
    for template in sorted(WEB.rglob("*.html")):
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", " ", template.read_text(), flags=re.DOTALL)
        untranslated += [f"{template.name}: {word}" for word in spoken.findall(text) if word != "CLB"]

    assert untranslated == []


def test_every_route_says_who_may_use_it(tmp_path):
    app = create_app(Config(data=tmp_path))

    unruled = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if not isinstance(getattr(app.view_functions[rule.endpoint], "rule", None), str)
    ]
    public = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if app.view_functions[rule.endpoint].rule == auth.PUBLIC and not rule.endpoint.startswith("keyless.")
    }
    tried = {rule.removeprefix(draft.DRAFT) for rule in public if rule.startswith("/v1/test/<token>/")}

    assert unruled == []
    assert tried == {
        ".xml",
        "/formList",
        "//formList",
        "/manifest",
        "/attachments/<path:name>",
        "/submission",
        "//submission",
    }
    public -= {draft.DRAFT + rule for rule in tried}
    assert public == {
        "/healthz",
        "/",
        "/r/<token>",
        "/invitation",
        "/invitation/<code>",
        "/session/forgot",
        "/session/code",
        "/session/oidc",
        "/session/oidc/return",
        "/session",
        "/session/new",
        "/session/end",
        "/static/<path:name>",
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        *[(text, ground) for text in ("ink", "soft", "accent") for ground in ("paper", "card", "tint")],
        ("on-accent", "accent"),
        ("on-accent", "accent-dark"),
        *pairwise(["bad", "bad-tint"]),
        *pairwise(["warn", "warn-tint"]),
        *pairwise(["good", "good-tint"]),
    ],
)
def test_letters_stand_out_from_their_ground(scheme, text, ground):
    colours = _colours()[scheme]

    lighter, darker = sorted((_luminance(colours[text]), _luminance(colours[ground])), reverse=True)

    assert (lighter + 0.05) / (darker + 0.05) >= 4.5  # WCAG 2.2, 1.4.3 (AA)


def _colours() -> dict[str, dict[str, str]]:
    blocks = re.findall(r":root \{(.*?)\}", (WEB / "static" / "clb.css").read_text(), re.DOTALL)
    light, dark = (dict(re.findall(r"--([\w-]+): (#\w{6});", block)) for block in blocks[:2])
    return {"light": light, "dark": dark}


def _luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
