"""The enumerator's guide: the messages it explains are those the server gives, and it is short."""

import importlib
import pkgutil
import re
from pathlib import Path

import server
from server.errors import Problem

DOCS = Path(__file__).parents[1] / "docs"
GUIDE = (DOCS / "huong-dan-dieu-tra-vien.md").read_text(encoding="utf-8")
LETTERS_A_PAGE = 3400
"""Of A4 at 11 points, tables and lists included."""


def sentences() -> list[str]:
    """Everything the server says in Vietnamese when it refuses."""
    for module in pkgutil.walk_packages(server.__path__, "server."):
        if module.name.startswith(("server.errors", "server.services", "server.openrosa")):
            importlib.import_module(module.name)
    kinds, found = [Problem], []
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        found.append(kind.message_vi)
    return found


def test_every_message_the_guide_explains_is_one_the_server_gives():
    table = GUIDE.split("| Máy chủ nói |")[1].split("| ODK Collect tự báo |")[0]
    first_cells = [row.split("|")[1] for row in table.splitlines() if row.startswith("|")]
    quoted = [words for cell in first_cells for words in re.findall(r"“([^”]+)”", cell)]
    said = sentences()

    assert len(quoted) >= 12
    assert [words for words in quoted if not any(words in sentence for sentence in said)] == []


def test_the_guide_is_short_enough_for_four_pages_and_its_pictures_are_there():
    vietnamese = GUIDE.split("# In English")[0]

    assert len(vietnamese) <= 3.5 * LETTERS_A_PAGE
    pictures = re.findall(r"images/[\w.-]+", GUIDE)
    assert len(pictures) == 2
    assert all((DOCS / picture).is_file() for picture in pictures)


def test_the_guide_is_reached_from_the_quick_guide_and_the_first_page():
    for page in (DOCS / "huong-dan-nhanh.md", DOCS.parent / "README.md"):
        assert "huong-dan-dieu-tra-vien.md" in page.read_text(encoding="utf-8")
