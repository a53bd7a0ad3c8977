"""Every text a report prints has an English one, and none is left over."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

REPORTS = Path(__file__).resolve().parent.parent / "reports"
ENGLISH = REPORTS / "translations" / "en" / "LC_MESSAGES" / "messages.po"
PLACE = re.compile(r"%\(\w+\)s")


@pytest.fixture(scope="module")
def asked() -> set[str]:
    """Every text that a template or a module of the reports asks for."""
    found = extract_from_dir(
        REPORTS,
        method_map=[
            ("**.py", "python"),
            ("**/templates/**.html", "jinja2"),
            ("**/templates/**.svg", "jinja2"),
        ],
        options_map={
            "**/templates/**.html": {"trimmed": "true", "silent": "false"},
            "**/templates/**.svg": {"trimmed": "true", "silent": "false"},
        },
        keywords={"_": None, "n_": (1,)},
    )
    return {text for _, _, text, _, _ in found if isinstance(text, str)}


@pytest.fixture(scope="module")
def english() -> dict[str, str]:
    with ENGLISH.open("rb") as file:
        return {_first(one.id): _shortest(one.string) for one in read_po(file, locale="en") if one.id}


def _first(text: str | tuple[str, ...]) -> str:
    return text if isinstance(text, str) else text[0]


def _shortest(words: str | tuple[str, ...]) -> str:
    """Of singular and plural, the one that is likelier to lack something."""
    return words if isinstance(words, str) else min(words, key=len)


def test_every_text_has_an_english_one_and_none_is_left_over(asked, english):
    assert sorted(asked - {text for text, words in english.items() if words.strip()}) == []
    assert sorted(set(english) - asked) == []


def test_both_languages_have_the_same_places_to_fill(english):
    differing = [
        text for text, words in english.items() if set(PLACE.findall(text)) != set(PLACE.findall(words))
    ]

    assert differing == []
