"""What may be done, and who may: one enum, roles with a sentence of explanation each. What is not granted is denied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    """Something a person may do. ``OWN`` ones hold for the units of the membership and those below."""

    MANAGE_ACCOUNTS = "manage_accounts"
    OPEN_CYCLE = "open_cycle"
    FREEZE = "freeze"
    SEE_STANDING = "see_standing"
    SEE_ALL_RECORDS = "see_all_records"
    SEE_OWN_RECORDS = "see_own_records"
    FILE_OWN_RECORDS = "file_own_records"
    CHECK_RECORDS = "check_records"
    READ_LEDGER = "read_ledger"


class Role(StrEnum):
    """A role that a membership gives."""

    ADMINISTRATOR = "administrator"
    OFFICE = "office"
    FILER = "filer"
    UNIT_HEAD = "unit_head"
    CHECKER = "checker"
    AUDITOR = "auditor"
    OBSERVER = "observer"


@dataclass(frozen=True)
class Described:
    """A role's name, a sentence that explains it, and its permissions."""

    name: Promise
    explanation: Promise
    permissions: frozenset[Permission]


ROLES: Mapping[Role, Described] = {
    Role.ADMINISTRATOR: Described(
        _("Administrator"),
        _("Makes accounts and gives roles; never sees or changes records."),
        frozenset({Permission.MANAGE_ACCOUNTS}),
    ),
    Role.OFFICE: Described(
        _("Appraisal office"),
        _("Opens cycles, watches what is filed and checked, freezes, and reads the standing."),
        frozenset({Permission.OPEN_CYCLE, Permission.FREEZE, Permission.SEE_STANDING, Permission.SEE_ALL_RECORDS}),
    ),
    Role.FILER: Described(
        _("Filer"),
        _("Files the records of the own unit and of the units below it."),
        frozenset({Permission.SEE_OWN_RECORDS, Permission.FILE_OWN_RECORDS}),
    ),
    Role.UNIT_HEAD: Described(
        _("Head of unit"),
        _("Reads what the own unit filed."),
        frozenset({Permission.SEE_OWN_RECORDS}),
    ),
    Role.CHECKER: Described(
        _("Checker"),
        _("Accepts records of other units, or returns them with a reason; never those of the own unit."),
        frozenset({Permission.SEE_ALL_RECORDS, Permission.CHECK_RECORDS}),
    ),
    Role.AUDITOR: Described(
        _("Auditor"),
        _("Reads the record of everything that was done; changes nothing."),
        frozenset({Permission.READ_LEDGER}),
    ),
    Role.OBSERVER: Described(_("Observer"), _("Signs in and sees what is published."), frozenset()),
}
