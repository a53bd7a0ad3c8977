"""Mail: one message to one person through the mail server that the settings name."""

import smtplib
import ssl
from email.errors import MessageError
from email.header import Header
from email.mime.text import MIMEText
from email.utils import formataddr, formatdate, make_msgid, parseaddr
from urllib.parse import unquote, urlsplit

from server.config import Config

SECONDS = 30
LOCAL = ("localhost", "127.0.0.1", "::1")


class MailFailed(Exception):
    """A message did not go out; the text says why, without an address."""


def is_set_up(config: Config) -> bool:
    """Whether the settings name a mail server and a sender."""
    return bool(config.smtp_url and config.mail_from)


def can_invite(config: Config) -> bool:
    """Whether mails can carry links: never made from the address of a request, which whoever asks can choose."""
    return is_set_up(config) and bool(config.public_url)


def send(config: Config, to: str, subject: str, text: str, language: str) -> None:
    """Hand one message in plain text to the mail server. Raises MailFailed."""
    try:
        # Python's newer EmailMessage loses spaces where it breaks a long subject with Vietnamese letters.
        message = MIMEText(text, "plain", "utf-8")
        message["From"], message["To"] = formataddr(parseaddr(config.mail_from)), to
        message["Subject"] = Header(subject, "utf-8", header_name="Subject").encode()
        message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=_domain(config))
        message["Auto-Submitted"], message["Content-Language"] = "auto-generated", language
        with _connected(config) as server:
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        codes = sorted({code for code, _ in error.recipients.values()})
        raise MailFailed(f"{type(error).__name__} {codes[0]}") from error
    except smtplib.SMTPResponseException as error:
        raise MailFailed(f"{type(error).__name__} {error.smtp_code}") from error
    except (OSError, smtplib.SMTPException, MessageError, ValueError) as error:
        raise MailFailed(type(error).__name__) from error


def _connected(config: Config) -> smtplib.SMTP:
    """The mail server: encrypted from the start with smtps, else as soon as it offers to be."""
    parts, tls = urlsplit(config.smtp_url), ssl.create_default_context()
    host = parts.hostname or ""
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=SECONDS, context=tls)
    else:
        server = smtplib.SMTP(host, parts.port or 587, timeout=SECONDS)
    try:
        _sign_in(server, config, host, tls)
    except BaseException:
        server.close()
        raise
    return server


def _sign_in(server: smtplib.SMTP, config: Config, host: str, tls: ssl.SSLContext) -> None:
    """Raises MailFailed rather than send a password that others on the line could read."""
    parts = urlsplit(config.smtp_url)
    server.ehlo()
    is_private = parts.scheme == "smtps"
    if not is_private and server.has_extn("starttls"):
        server.starttls(context=tls)
        server.ehlo()
        is_private = True
    if not parts.username:
        return
    if not is_private and host not in LOCAL:
        raise MailFailed("no TLS")
    password = unquote(parts.password or "")
    if config.smtp_password_file is not None:
        password = config.smtp_password_file.read_text(encoding="utf-8").strip()
    server.login(unquote(parts.username), password)


def _domain(config: Config) -> str:
    """Of the sender: the name of this machine is nobody's business."""
    return config.mail_from.rpartition("@")[2].strip(" >") or "localhost"
