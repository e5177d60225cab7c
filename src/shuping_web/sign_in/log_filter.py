"""Tokens of invitations stay out of logs."""

from __future__ import annotations

import logging
import re

TOKEN = re.compile(r"(/invitation/)[^/\s?]+")


class NoTokens(logging.Filter):
    """Put ``...`` where the token of an invitation stood, in the message and in its arguments."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _without(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(_without(one) for one in record.args)
        return True


def _without(value: object) -> object:
    return TOKEN.sub(r"\1...", value) if isinstance(value, str) else value
