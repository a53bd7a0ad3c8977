"""The door for ODK Collect: form list, forms, manifests, media, entity lists, submissions.

One module for what is fetched and one for what is sent; importing them puts their routes on the blueprint.
"""

from flask import Flask

from server.openrosa import draft, files, forms, keyless, submissions  # noqa: F401 - they add routes
from server.openrosa.door import bp


def prepare(app: Flask) -> None:
    """Give the application the addresses that tablets ask."""
    app.register_blueprint(bp)
    app.register_blueprint(draft.bp)
    app.register_blueprint(keyless.bp)
