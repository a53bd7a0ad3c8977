"""Settings: read once from the environment, then passed on as values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

MEBIBYTE = 2**20


class BadSetting(ValueError):
    """A setting has a value that cannot be used; the sentence names the setting."""


@dataclass(frozen=True, slots=True)
class Config:
    """What an installation can choose. Every field is the environment variable CLB_<FIELD>, but port is PORT."""

    data: Path = Path("data")
    """Folder of everything that must be backed up: blobs, and the SQLite file unless another database is named."""
    database_url: str = ""
    """SQLAlchemy URL; empty: SQLite in the data folder."""
    public_url: str = ""
    """Where tablets reach the server, without a slash at the end; empty: the address each request came to."""
    report_url: str = ""
    """Where the public finds issued reports, without a slash at the end; empty: public_url. The demo sets it."""
    host: str = "127.0.0.1"
    port: int = 8000
    language: str = "vi"
    """Language of messages to tablets, which do not say theirs."""
    trust_proxy: bool = False
    """Believe X-Forwarded-Proto and X-Forwarded-Host: only behind a proxy that sets them."""
    max_body_bytes: int = 1024 * MEBIBYTE
    """Largest request accepted; above it a tablet can never send that submission, so it is generous."""
    batch_bytes: int = 10 * MEBIBYTE
    """What tablets are told to put into one request: short ones survive bad lines."""
    key_grace_days: int = 90
    """How long a tablet may still send with a key that was revoked or replaced."""
    hotline: str = ""
    """Telephone number printed on cards for whoever needs help; empty: a line to write it on."""
    sign_pkcs12: Path | None = None
    """PKCS#12 file of the certificate that issued reports are signed with; None: they are not signed digitally."""
    sign_password_file: Path | None = None
    """File that holds the password of the certificate; None: it has none."""

    smtp_url: str = ""
    """Mail server: smtp://host:587 or smtps://host:465, with user@ before the host if it asks; empty: no mail."""
    smtp_password_file: Path | None = None
    """File that holds the password for the mail server; None: the one in the URL, if any."""
    mail_from: str = ""
    """Sender of mails, such as clb@so-y-te.example.vn; empty: no mail."""

    totp_roles: tuple[str, ...] = ()
    """Roles whose holders must have a second factor, by their system names; empty: everybody may choose."""

    oidc_issuer: str = ""
    """OpenID Connect: address of the identity provider, as it names itself; empty: passwords only."""
    oidc_client_id: str = ""
    """What this server is called there."""
    oidc_client_secret: str = ""
    """How this server proves there that it is itself."""

    @property
    def database(self) -> str:
        """The URL of the database."""
        return self.database_url or f"sqlite:///{(self.data / 'clb.sqlite').absolute()}"

    @property
    def verify_url(self) -> str:
        """Where the QR codes of issued reports lead; empty: nobody said, and no request does, for paper outlives it."""
        return self.report_url or self.public_url

    @property
    def blobs(self) -> Path:
        """Folder of stored files."""
        return self.data / "blobs"


def read(environment: Mapping[str, str]) -> Config:
    """The settings of this process.

    Raises BadSetting for a value of the wrong kind.
    """
    given = {name: environment.get(f"CLB_{name.upper()}", "").strip() for name in Config.__dataclass_fields__}
    given["port"] = environment.get("PORT", "").strip()
    return replace(Config(), **{name: _value(name, text) for name, text in given.items() if text})


def _value(name: str, text: str) -> Any:
    match name:
        case "data" | "sign_pkcs12" | "sign_password_file" | "smtp_password_file":
            return Path(text)
        case "port" | "max_body_bytes" | "batch_bytes" | "key_grace_days":
            return _number(name, text)
        case "totp_roles":
            return tuple(filter(None, re.split(r"[\s,]+", text)))
        case "trust_proxy":
            return text.lower() in ("1", "true", "yes")
        case "public_url" | "report_url" | "oidc_issuer":
            return _address(name, text)
        case "language" if text not in ("vi", "en"):
            raise BadSetting(f"CLB_LANGUAGE: {text!r} (vi, en)")
        case "smtp_url" if not re.fullmatch(r"smtps?://[^/\s]+/?", text):
            raise BadSetting("CLB_SMTP_URL (smtp://host:587, smtps://user@host:465)")
        case "database_url":
            return _with_driver(text)
    return text


def _address(name: str, text: str) -> str:
    """The start of addresses, without a slash at its end. It is printed for good, so one that leads nowhere is none."""
    if not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", text):
        raise BadSetting(f"CLB_{name.upper()}: {text!r} (https://clb.example.vn)")
    return text.rstrip("/")


def _number(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise BadSetting(f"{'PORT' if name == 'port' else 'CLB_' + name.upper()}: {text!r} (0–9)")
    return int(text)


def _with_driver(url: str) -> str:
    """PostgreSQL addresses as hosts hand them out, with the driver that is installed."""
    scheme, separator, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}" if separator and scheme in ("postgres", "postgresql") else url
