"""Shuping 述评: appraise an organisation's units by their work, from records to explained standings."""

from shuping.version import __version__

__all__ = ["__version__"]
