"""CLB's server: the only package with input and output."""

import os
from typing import TYPE_CHECKING

from server.memory import settle as settle_memory

if TYPE_CHECKING:
    from flask import Flask

    from server.config import Config
    from server.db import Database

__all__ = ["create_app", "settle_memory"]


def create_app(config: "Config | None" = None, database: "Database | None" = None) -> "Flask":
    """The whole application: one Flask app, one database, one store of files.

    config: None takes it from the environment.
    """
    # Imported here, because every import of a part of the server runs this file, and most need no doors.
    from flask import Flask
    from werkzeug.middleware.proxy_fix import ProxyFix

    from server import context, edge, log, openrosa, web
    from server.blobs import BlobStore
    from server.config import read
    from server.db import Database
    from server.routing import Route
    from server.services.tablet import Notes

    config = config or read(os.environ)
    app = Flask(__name__, static_folder=None)
    app.url_rule_class = Route
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False  # Flask's own answer is HTML, whatever door was asked.
    app.url_map.merge_slashes = False  # Collect may ask for //submission, and a redirect would lose the body.
    app.extensions[context.CONFIG] = config
    app.extensions[context.DATABASE] = database or Database(config.database)
    app.extensions[context.BLOBS] = BlobStore(config.blobs)
    app.extensions[context.NOTES] = Notes()
    log.configure()
    edge.prepare(app)
    openrosa.prepare(app)
    web.prepare(app)
    if config.trust_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_proto=1, x_host=1)  # type: ignore[method-assign]
    return app
