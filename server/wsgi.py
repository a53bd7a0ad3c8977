"""What a WSGI server imports: server.wsgi:app."""

from server import create_app, settle_memory

app = create_app()
settle_memory()
