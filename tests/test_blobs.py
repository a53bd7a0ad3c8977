"""Stored files: whole and durable under their name, or not there at all."""

import hashlib
import os
import time

import pytest

from server.blobs import BlobStore

CONTENT = "Biên bản họp tháng 3".encode()


def files(store):
    return sorted(path for path in store.root.rglob("*") if path.is_file())


def test_a_file_is_known_by_its_hash_and_read_back_as_it_was(blobs):
    blob = blobs.store(CONTENT)

    assert blob.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert blob.md5 == hashlib.md5(CONTENT).hexdigest()
    assert blob.size == len(CONTENT)
    assert blobs.read(blob.sha256) == CONTENT
    assert files(blobs) == [blobs.root / blob.sha256[:2] / blob.sha256[2:4] / blob.sha256]


def test_the_same_bytes_are_kept_once(blobs):
    assert blobs.store(CONTENT) == blobs.store(CONTENT)
    assert len(files(blobs)) == 1


def test_pieces_make_the_same_file_as_the_whole(blobs):
    with blobs.writer() as writer:
        for start in range(0, len(CONTENT), 5):
            writer.write(CONTENT[start : start + 5])
        blob = writer.keep()

    assert blob == blobs.store(CONTENT)


def test_a_file_that_is_not_kept_leaves_nothing(blobs):
    def write_and_be_cut(writer):
        writer.write(CONTENT)
        raise ConnectionError

    with pytest.raises(ConnectionError), blobs.writer() as writer:
        write_and_be_cut(writer)

    assert files(blobs) == []


def test_what_a_killed_process_left_half_written_is_swept_once_it_is_a_day_old(blobs):
    for name, hours in (("left", 25), ("growing", 23)):
        path = blobs.incoming / name
        path.write_bytes(CONTENT)
        os.utime(path, (time.time() - hours * 3600,) * 2)
    kept = blobs.store(CONTENT)

    assert blobs.sweep() == 1

    assert [path.name for path in blobs.incoming.iterdir()] == ["growing"]
    assert blobs.verify(kept.sha256)


def test_a_file_is_on_disk_before_it_has_its_name(blobs, monkeypatch):
    done = []
    real_sync, real_replace = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda descriptor: (done.append("fsync"), real_sync(descriptor)))
    monkeypatch.setattr(os, "replace", lambda *paths: (done.append("rename"), real_replace(*paths)))

    blobs.store(CONTENT)

    assert done[0] == "fsync"
    assert done[-2:] == ["rename", "fsync"]


def test_damage_and_loss_are_found(blobs):
    blob = blobs.store(CONTENT)
    assert blobs.verify(blob.sha256)

    path = blobs.root / blob.sha256[:2] / blob.sha256[2:4] / blob.sha256
    path.write_bytes(CONTENT[:-1])
    assert not blobs.verify(blob.sha256)

    path.unlink()
    assert not blobs.verify(blob.sha256)
    with pytest.raises(FileNotFoundError):
        blobs.open(blob.sha256)


def test_an_empty_file_is_a_file(blobs):
    blob = blobs.store(b"")

    assert (blob.size, blobs.read(blob.sha256)) == (0, b"")


def test_a_store_can_be_opened_again(blobs):
    blob = blobs.store(CONTENT)

    assert BlobStore(blobs.root).read(blob.sha256) == CONTENT
