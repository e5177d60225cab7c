"""How mails leave: what ``EMAIL_URL`` names. Without it no mail is sent; messages stand on the site and on paper."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

FORM = "smtp://user:password@host:587, smtps://user:password@host:465, file:///folder, console:"
SECONDS = 20
"""How long a mail server may take to answer."""
PORTS = {"smtp": 587, "smtps": 465}
BACKEND = "django.core.mail.backends"


@dataclass(frozen=True)
class Mail:
    """How mails leave; the password never shows in a traceback."""

    on: bool
    backend: str
    sender: str = "webmaster@localhost"
    host: str = "localhost"
    port: int = 25
    user: str = ""
    password: str = field(default="", repr=False)
    ssl: bool = False
    starttls: bool = False
    folder: str = ""


def settings_of(url: str, sender: str) -> Mail:
    """Return how mails leave. ``smtp`` begins encryption with STARTTLS, except on the machine itself; ``smtps`` is
    encrypted from the start. Raises ImproperlyConfigured, without showing the password.
    """
    if not url:
        return Mail(False, f"{BACKEND}.dummy.EmailBackend")
    if "@" not in sender:
        raise ImproperlyConfigured(
            "SHUPING_MAIL_FROM 没有设置：写明发件地址 / SHUPING_MAIL_FROM is not set: the address that mails come from"
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _wrong() from None
    if parts.scheme == "console":
        return Mail(True, f"{BACKEND}.console.EmailBackend", sender)
    if parts.scheme == "file" and parts.path:
        return Mail(True, f"{BACKEND}.filebased.EmailBackend", sender, folder=unquote(parts.path))
    if parts.scheme not in PORTS or not parts.hostname:
        raise _wrong()
    return Mail(
        True, f"{BACKEND}.smtp.EmailBackend", sender, host=parts.hostname, port=port or PORTS[parts.scheme],
        user=unquote(parts.username or ""), password=unquote(parts.password or ""), ssl=parts.scheme == "smtps",
        starttls=parts.scheme == "smtp" and parts.hostname not in ("localhost", "127.0.0.1", "::1"),
    )  # fmt: skip


def _wrong() -> ImproperlyConfigured:
    return ImproperlyConfigured(f"EMAIL_URL 应写成 / EMAIL_URL must look like: {FORM}")
