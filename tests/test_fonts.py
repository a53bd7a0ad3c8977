"""One font family with every Vietnamese letter, or no report."""

import shutil
from pathlib import Path

import pytest
from fontTools import subset
from fontTools.ttLib import TTFont

from reports import fonts


def test_the_installed_family_holds_every_vietnamese_letter():
    family = fonts.find()

    assert family.version.startswith("2.")
    assert len(family.faces) == 4
    assert family.css().count("@font-face") == 4


def test_a_family_that_lacks_vietnamese_letters_is_refused(tmp_path: Path):
    for _, _, file in fonts.find().faces:
        shutil.copy(file, tmp_path)
    regular = tmp_path / "LiberationSerif-Regular.ttf"
    font = TTFont(regular)
    cut = subset.Subsetter()
    cut.populate(unicodes=[letter for letter in font.getBestCmap() if letter < 0x1EA0])
    cut.subset(font)
    font.save(regular)

    with pytest.raises(fonts.FontProblem, match="thiếu chữ"):
        fonts.find(str(tmp_path))


def test_a_folder_without_the_family_says_what_to_install(tmp_path: Path):
    with pytest.raises(fonts.FontProblem, match="apt-get install fonts-liberation2"):
        fonts.find(str(tmp_path))
