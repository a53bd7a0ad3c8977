"""Stored files: named by their SHA-256, written once, never changed.

A file is whole and on disk before any row names it: temporary file in the same file system, fsync, rename, fsync of
the folder. The same bytes are kept once, whoever sends them.
"""

import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

CHUNK_BYTES = 64 * 1024
ABANDONED_SECONDS = 24 * 3600
"""No line is so slow that a file on its way in grows by nothing in a day."""


@dataclass(frozen=True, slots=True)
class Blob:
    """A stored file: SHA-256 and MD5 in hex, size in bytes."""

    sha256: str
    md5: str
    size: int


class BlobStore:
    """Stored files in a folder of the local disk. Another kind of store offers the same methods."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.incoming = root / "incoming"
        self.incoming.mkdir(parents=True, exist_ok=True)

    def writer(self) -> "BlobWriter":
        """A file to be filled piece by piece, which becomes a blob by `keep` and else leaves nothing."""
        return BlobWriter(self)

    def store(self, content: bytes) -> Blob:
        """Keep bytes that are at hand."""
        with self.writer() as writer:
            writer.write(content)
            return writer.keep()

    def open(self, sha256: str) -> BufferedReader:
        """A stored file for reading. Raises FileNotFoundError."""
        return self._path(sha256).open("rb")

    def has(self, sha256: str) -> bool:
        """Whether the file is there; its bytes are not looked at."""
        return self._path(sha256).is_file()

    def read(self, sha256: str) -> bytes:
        """The whole of a small stored file. Raises FileNotFoundError."""
        return self._path(sha256).read_bytes()

    def sweep(self) -> int:
        """Delete what a process that was killed left half written; how many files. What may still grow stays."""
        before = time.time() - ABANDONED_SECONDS
        old = [path for path in self.incoming.iterdir() if path.stat().st_mtime < before]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def old(self) -> Iterator[str]:
        """SHA-256 of the stored files that were kept so long ago that a row names them, if ever one will."""
        for path in self.root.glob("??/??/*"):
            if self._is_old(path):
                yield path.name

    def discard(self, sha256: str) -> bool:
        """Delete a stored file that no row names; whether it went. One kept within a day stays: a row may yet name it.

        It is taken away first and looked at then: the same bytes may be arriving.
        """
        path, aside = self._path(sha256), self.incoming / sha256
        try:
            if not self._is_old(path):
                return False
            path.replace(aside)
        except FileNotFoundError:
            return False
        if not self._is_old(aside):
            aside.replace(path)
            return False
        aside.unlink()
        return True

    def _is_old(self, path: Path) -> bool:
        return path.stat().st_mtime < time.time() - ABANDONED_SECONDS

    def verify(self, sha256: str) -> bool:
        """Whether the file is there and its bytes still have their name."""
        try:
            with self.open(sha256) as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == sha256
        except FileNotFoundError:
            return False

    def _path(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256[2:4] / sha256


class BlobWriter:
    """One file on its way in; hashes are taken as its pieces pass."""

    def __init__(self, store: BlobStore) -> None:
        self._store = store
        self._sha256 = hashlib.sha256()
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._size = 0
        descriptor, name = tempfile.mkstemp(dir=store.incoming)
        self._path = Path(name)
        self._file = os.fdopen(descriptor, "wb", buffering=CHUNK_BYTES)

    def write(self, piece: bytes) -> None:
        """Add a piece."""
        self._file.write(piece)
        self._sha256.update(piece)
        self._md5.update(piece)
        self._size += len(piece)

    def finish(self) -> None:
        """No more pieces: put it on disk and close it, so that waiting for `keep` costs no open file."""
        if not self._file.closed:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()

    def keep(self) -> Blob:
        """Make it durable under its name. After this, and not before, a row may name it."""
        self.finish()
        blob = Blob(self._sha256.hexdigest(), self._md5.hexdigest(), self._size)
        target = self._store._path(blob.sha256)
        _make_folders(self._store.root, target.parent)
        os.utime(self._path)
        self._path.replace(target)
        _sync_folder(target.parent)
        return blob

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._file.close()  # On a full disk this raises too.
        finally:
            self._path.unlink(missing_ok=True)


def pieces(file: BinaryIO) -> Iterator[bytes]:
    """A file piece by piece, closed at the end."""
    with file:
        while piece := file.read(CHUNK_BYTES):
            yield piece


def _make_folders(root: Path, folder: Path) -> None:
    """Make a folder below root, durably: a new folder must be recorded in the one above it."""
    if folder.is_dir():
        return
    for path in (folder.parent, folder):
        path.mkdir(exist_ok=True)
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
