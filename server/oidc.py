"""Signing in through another office's identity provider: OpenID Connect, code flow with PKCE, by Authlib.

Only what the provider signs is believed: issuer, audience, time and nonce of its token are checked, and its signature.
Source: https://openid.net/specs/openid-connect-core-1_0.html
"""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from server.config import Config

SECONDS = 10
ASKING, PATIENCE_SECONDS = BoundedSemaphore(8), 2
"""Anybody may begin to sign in: while the provider is slow, few wait for it, so that tablets still find a thread."""
LEEWAY_SECONDS = 60
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
"""Signatures with a public key; with “none” or a shared secret anybody who knows the client could sign."""
SCOPE = "openid email"
LOCAL = ("localhost", "127.0.0.1", "::1")


class ProviderFailed(Exception):
    """The provider could not be asked, or its answer cannot be believed; the text says why, without an address."""


@dataclass(frozen=True, slots=True)
class Known:
    """Whom the provider vouches for. is_verified: whether the address is known to be theirs."""

    email: str
    is_verified: bool


def is_set_up(config: Config) -> bool:
    """Whether the settings name a provider and what this server is called there."""
    return bool(config.oidc_issuer and config.oidc_client_id and config.oidc_client_secret)


def ask(config: Config, word: str, return_to: str) -> str:
    """The provider's address to send a browser to.

    word: random, kept by that browser alone; all that the answer must match follows from it. Raises ProviderFailed.
    """
    try:
        with _one_of_few(), _client(config, return_to) as client:
            address, _ = client.create_authorization_url(
                _metadata(config)["authorization_endpoint"],
                state=derived(word, "state"),
                nonce=derived(word, "nonce"),
                code_verifier=derived(word, "verifier"),
            )
    except (requests.RequestException, AuthlibBaseError, KeyError, ValueError) as error:
        raise ProviderFailed(type(error).__name__) from error
    return str(address)


def answer(config: Config, word: str, return_to: str, code: str) -> Known:
    """Whom a code stands for, which the provider gave the browser that has this word. Raises ProviderFailed."""
    try:
        with _one_of_few(), _client(config, return_to) as client:
            metadata = _metadata(config)
            token = client.fetch_token(
                metadata["token_endpoint"],
                code=code,
                code_verifier=derived(word, "verifier"),
                timeout=SECONDS,
            )
            claims = _claims(config, metadata, token["id_token"], derived(word, "nonce"))
            if "email" not in claims:
                claims |= _userinfo(client, metadata, claims["sub"])
    except (requests.RequestException, AuthlibBaseError, JoseError, KeyError, TypeError, ValueError) as error:
        raise ProviderFailed(type(error).__name__) from error
    return Known(str(claims.get("email", "")), claims.get("email_verified") is True)


def derived(word: str, about: str) -> str:
    """One of the random texts of a sign-in, from the word of its browser."""
    digest = hmac.digest(word.encode(), about.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


@contextmanager
def _one_of_few() -> Iterator[None]:
    """Raises ProviderFailed when too many wait for the provider already."""
    if not ASKING.acquire(timeout=PATIENCE_SECONDS):
        raise ProviderFailed("too many wait")
    try:
        yield
    finally:
        ASKING.release()


def _client(config: Config, return_to: str) -> OAuth2Session:
    return OAuth2Session(
        config.oidc_client_id,
        config.oidc_client_secret,
        scope=SCOPE,
        redirect_uri=return_to,
        code_challenge_method="S256",
        default_timeout=SECONDS,
    )


def _metadata(config: Config) -> dict[str, Any]:
    """What the provider says of itself. Raises ValueError when it says it is another, or is not reached by https."""
    found = _get(f"{config.oidc_issuer}/.well-known/openid-configuration")
    if found["issuer"].rstrip("/") != config.oidc_issuer:
        raise ValueError("issuer")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        _check_private(found[name])
    return found


def _claims(config: Config, metadata: dict[str, Any], token: str, nonce: str) -> dict[str, Any]:
    """What a token says, once everything about it is as it must be. Raises JoseError, ValueError."""
    keys = KeySet.import_key_set(_get(metadata["jwks_uri"]))  # type: ignore[arg-type]
    claims = dict(jwt.decode(token, keys, algorithms=ALGORITHMS).claims)
    jwt.JWTClaimsRegistry(
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": metadata["issuer"]},
        aud={"essential": True, "value": config.oidc_client_id},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
        nonce={"essential": True, "value": nonce},
    ).validate(claims)
    if claims.get("azp", config.oidc_client_id) != config.oidc_client_id:
        raise ValueError("azp")
    return claims


def _userinfo(client: OAuth2Session, metadata: dict[str, Any], subject: str) -> dict[str, Any]:
    """Address and whether it is verified, where the token leaves them out. Raises ValueError for another person's."""
    _check_private(metadata["userinfo_endpoint"])
    answered = client.get(metadata["userinfo_endpoint"], timeout=SECONDS)
    answered.raise_for_status()
    found = answered.json()
    if found["sub"] != subject:
        raise ValueError("sub")
    return {name: found[name] for name in ("email", "email_verified") if name in found}


def _get(address: str) -> dict[str, Any]:
    _check_private(address)
    answered = requests.get(address, timeout=SECONDS, allow_redirects=False)
    answered.raise_for_status()
    found = answered.json()
    if not isinstance(found, dict):
        raise ValueError("no object")
    return found


def _check_private(address: str) -> None:
    """Raises ValueError for an address that others on the line could listen to."""
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in LOCAL:
        raise ValueError("no https")
