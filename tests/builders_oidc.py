"""A small identity provider that speaks OpenID Connect for real, on this machine: code flow, PKCE, signed tokens."""

import base64
import hashlib
import json
import secrets
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, CLIENT_SECRET = "clb", "known-to-both"


class Provider(ThreadingHTTPServer):
    """Vouches for whoever `person` says. claims: what its tokens say differently; None leaves one out."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.key = RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})
        self.signing_key, self.algorithm = self.key, "RS256"
        self.person = {"sub": "7", "email": "Lan@clb.example", "email_verified": True}
        self.claims, self.asked = {}, {}

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def authorise(self, query: dict) -> str:
        """The person says yes: where their browser goes with the code."""
        assert (query["client_id"], query["response_type"]) == (CLIENT_ID, "code")
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.asked[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form: dict, authorization: str) -> dict | None:
        """Tokens for a code, once, for the client that asked; None for anybody else."""
        expected = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        asked = self.asked.pop(form.get("code"), None)
        if (
            asked is None
            or authorization != f"Basic {expected}"
            or form["redirect_uri"] != asked["redirect_uri"]
        ):
            return None
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest())
        if challenge.decode().rstrip("=") != asked["code_challenge"]:
            return None
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        said = {
            name: value for name, value in (claims | self.person | self.claims).items() if value is not None
        }
        signed = jwt.encode(
            {"alg": self.algorithm, "kid": "1"}, said, self.signing_key, algorithms=[self.algorithm]
        )
        return {"access_token": "a", "token_type": "Bearer", "expires_in": 300, "id_token": signed}


class Answers(BaseHTTPRequestHandler):
    """The addresses of the provider."""

    server: Provider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        match parts.path:
            case "/.well-known/openid-configuration":
                at = self.server.issuer
                self.say({"issuer": at, "jwks_uri": f"{at}/keys", "userinfo_endpoint": f"{at}/me",
                          "authorization_endpoint": f"{at}/authorise", "token_endpoint": f"{at}/token"})  # fmt: skip
            case "/keys":
                self.say({"keys": [self.server.key.as_dict(private=False)]})
            case "/me":
                self.say(self.server.person)
            case "/authorise":
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                self.send_response(303)
                self.send_header("Location", self.server.authorise(query))
                self.end_headers()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        found = self.server.token(form, self.headers.get("Authorization", ""))
        self.say(found or {"error": "invalid_grant"}, 200 if found else 400)

    def say(self, content: dict, status: int = 200) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@contextmanager
def a_provider():
    with Provider() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
