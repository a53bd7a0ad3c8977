"""What a WSGI server imports: server.wsgi:app."""

from server import create_app

app = create_app()
