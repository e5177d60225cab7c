"""Codes that people type and tokens that links carry: made, read, and turned into what is kept of them."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime

import pyotp
from django.utils.crypto import salted_hmac

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: no letter that is taken for a figure."""
MISREAD = str.maketrans({"o": "0", "i": "1", "l": "1", "-": None, " ": None})
LETTERS = 12
"""60 bits: past guessing, with five tries a quarter of an hour and only a keyed hash kept."""
ISSUER = "Shuping"


def new_code() -> str:
    """Return a random code to print, as ``xxxx-xxxx-xxxx``."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LETTERS))
    return "-".join(letters[at : at + 4] for at in range(0, LETTERS, 4))


def new_token() -> str:
    """Return a random token for a link (192 bits)."""
    return secrets.token_urlsafe(24)


def read(code: str) -> str:
    """Return a code as it was meant: any case, with or without hyphens, ``O`` for zero, ``l`` and ``I`` for one."""
    return code.strip().lower().translate(MISREAD)


def kept(purpose: str, code: str) -> str:
    """Return what is kept of a code or token: a hash under the site's key, so that the database alone tells nothing."""
    return salted_hmac(f"shuping.sign_in.{purpose}", code, algorithm="sha256").hexdigest()


def new_nonce() -> str:
    """Return a random number from which, with the site's key, the secret of a second factor follows."""
    return secrets.token_hex(20)


def secret_of(label: str, nonce: str) -> str:
    """Return the secret of an account's second factor, in base 32. It is nowhere kept: it follows from the site's key
    and the nonce, and a stolen database gives no codes.
    """
    raw = salted_hmac("shuping.sign_in.second_factor", f"{label}:{nonce}", algorithm="sha256").digest()[:20]
    return base64.b32encode(raw).decode("ascii")


def address(secret: str, username: str) -> str:
    """Return the ``otpauth:`` address that an authenticator app scans."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER)


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """Return the number of the half minute whose code this is (RFC 6238): the present one, the one before or the one
    after, for clocks that are a little off. None where it is none of them.
    """
    typed = "".join(code.split())
    totp = pyotp.TOTP(secret)
    now = totp.timecode(at)
    found = None
    for step in (now - 1, now, now + 1):  # all of them, always: how long it takes tells nothing
        if pyotp.utils.strings_equal(typed, totp.generate_otp(step)):
            found = step
    return found
