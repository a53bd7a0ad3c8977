"""What the running application holds, for the edges; services get it as arguments."""

from flask import current_app

from server.blobs import BlobStore
from server.config import Config
from server.db import Database
from server.services.tablet import Notes

DATABASE, BLOBS, CONFIG, NOTES = "clb.database", "clb.blobs", "clb.config", "clb.notes"


def database() -> Database:
    """The database of this application."""
    found: Database = current_app.extensions[DATABASE]
    return found


def blobs() -> BlobStore:
    """The stored files of this application."""
    found: BlobStore = current_app.extensions[BLOBS]
    return found


def config() -> Config:
    """The settings of this application."""
    found: Config = current_app.extensions[CONFIG]
    return found


def notes() -> Notes:
    """What this process has noted of tablets."""
    found: Notes = current_app.extensions[NOTES]
    return found
