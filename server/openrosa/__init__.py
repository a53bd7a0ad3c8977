"""The door for ODK Collect: form list, forms, manifests, media, entity lists, submissions."""

from server.openrosa.views import bp

__all__ = ["bp"]
