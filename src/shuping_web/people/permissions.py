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
    MANAGE_UNITS = "manage_units"
    SEE_UNITS = "see_units"
    GIVE_ROLES = "give_roles"
    OPEN_CYCLE = "open_cycle"
    FREEZE = "freeze"
    SEE_STANDING = "see_standing"
    SEE_ALL_RECORDS = "see_all_records"
    SEE_OWN_RECORDS = "see_own_records"
    FILE_OWN_RECORDS = "file_own_records"
    CHECK_RECORDS = "check_records"
    STATE_SAMPLING = "state_sampling"
    PROPOSE_CORRECTION = "propose_correction"
    CONFIRM_CORRECTION = "confirm_correction"
    APPROVE_CLAIMS = "approve_claims"
    PROPOSE_DEDUCTION = "propose_deduction"
    READ_LEDGER = "read_ledger"
    SEND_NOTICES = "send_notices"


class Role(StrEnum):
    """A role that a membership gives."""

    ADMINISTRATOR = "administrator"
    SECURITY = "security"
    OFFICE = "office"
    FILER = "filer"
    UNIT_HEAD = "unit_head"
    CHECKER = "checker"
    REVIEWER = "reviewer"
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
        _("Makes accounts and keeps the units; gives no roles, and never sees or changes records."),
        frozenset({Permission.MANAGE_ACCOUNTS, Permission.MANAGE_UNITS, Permission.SEE_UNITS}),
    ),
    Role.SECURITY: Described(
        _("Security administrator"),
        _("Gives roles and takes them away, never to or from themself; makes no accounts and sees no records."),
        frozenset({Permission.GIVE_ROLES, Permission.SEE_UNITS}),
    ),
    Role.OFFICE: Described(
        _("Appraisal office"),
        _("Opens cycles, watches what is filed and checked, freezes, and reads the standing."),
        frozenset(
            {
                *(Permission.OPEN_CYCLE, Permission.FREEZE, Permission.SEE_STANDING, Permission.SEE_ALL_RECORDS),
                *(Permission.SEE_UNITS, Permission.STATE_SAMPLING, Permission.SEND_NOTICES),
                *(Permission.PROPOSE_CORRECTION, Permission.CONFIRM_CORRECTION),
                *(Permission.APPROVE_CLAIMS, Permission.PROPOSE_DEDUCTION),
            }
        ),
    ),
    Role.FILER: Described(
        _("Filer"),
        _("Files the records of the own unit and of the units below it."),
        frozenset({Permission.SEE_OWN_RECORDS, Permission.FILE_OWN_RECORDS, Permission.PROPOSE_CORRECTION}),
    ),
    Role.UNIT_HEAD: Described(
        _("Head of unit"),
        _("Reads what the own unit filed."),
        frozenset({Permission.SEE_OWN_RECORDS}),
    ),
    Role.CHECKER: Described(
        _("Checker"),
        _("Accepts records of other units, or returns them with a reason; never those of the own unit."),
        frozenset(
            {
                *(Permission.SEE_ALL_RECORDS, Permission.CHECK_RECORDS, Permission.CONFIRM_CORRECTION),
                Permission.PROPOSE_DEDUCTION,
            }
        ),
    ),
    Role.REVIEWER: Described(
        _("Reviewer"),
        _("Judges what is put before a panel at a review meeting; sees no records."),
        frozenset(),
    ),
    Role.AUDITOR: Described(
        _("Auditor"),
        _("Reads the record of everything that was done; changes nothing."),
        frozenset({Permission.READ_LEDGER}),
    ),
    Role.OBSERVER: Described(_("Observer"), _("Signs in and sees what is published."), frozenset()),
}

DUTIES = (Role.ADMINISTRATOR, Role.SECURITY, Role.AUDITOR)
"""Three duties that can be given to three people. None of them goes together with handling records."""
HANDLES_RECORDS = (Role.OFFICE, Role.FILER, Role.UNIT_HEAD, Role.CHECKER, Role.REVIEWER)
MAY_HAND_ON = (Role.FILER, Role.UNIT_HEAD, Role.CHECKER)
"""Roles that their holder may lend to a deputy or hand over; others change hands through the security administrator."""


def barred_by(role: Role) -> tuple[Role, ...]:
    """Return the roles that one person cannot have beside this one."""
    if role in DUTIES:
        return HANDLES_RECORDS
    return DUTIES if role in HANDLES_RECORDS else ()
