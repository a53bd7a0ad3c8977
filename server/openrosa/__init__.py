"""The door for ODK Collect: form list, forms, manifests, media, entity lists, submissions.

One module for what is fetched and one for what is sent; importing them puts their routes on the blueprint.
"""

from server.openrosa import forms, submissions  # noqa: F401 - they add routes
from server.openrosa.door import bp

__all__ = ["bp"]
