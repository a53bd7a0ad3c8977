"""Files with people's answers: only their owner may read them."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from server.cli.shell import fail

FILE_MODE = 0o600
FOLDER_MODE = 0o700


@contextmanager
def whole(out: Path) -> Iterator[BinaryIO]:
    """A file that only its owner reads, and that stands under its name once it is whole, or not at all."""
    if not out.absolute().parent.is_dir():
        fail(f"Không có thư mục “{out.parent}”.", f"There is no folder “{out.parent}”.")
    with tempfile.TemporaryDirectory(dir=out.absolute().parent, prefix=".clb.") as folder:
        part = Path(folder) / "part"
        with open(part, "xb", opener=lambda path, flags: os.open(path, flags, FILE_MODE)) as file:
            yield file
        part.replace(out)


def write(out: Path, content: bytes) -> None:
    """Write a whole file, as `whole`."""
    with whole(out) as file:
        file.write(content)


def make_folder(folder: Path) -> None:
    """Make a folder that only its owner opens; one that is there stays as it is."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
