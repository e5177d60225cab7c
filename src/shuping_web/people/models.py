"""Units in a tree, accounts, and memberships that give roles at a unit."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from shuping_web.people.permissions import ROLES, Role


class Unit(models.Model):
    """A unit of the organisation. ``code`` is its id in the library's folders; units end, they are not removed."""

    PERSONAL = frozenset[str]()

    code = models.CharField(_("code"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    kind = models.CharField(_("kind"), max_length=64, db_index=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    attributes = models.JSONField(default=dict)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class UnitPath(models.Model):
    """The closure of the tree: every unit with itself (``depth`` 0) and each unit above it."""

    PERSONAL = frozenset[str]()

    above = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="paths_below")
    below = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="paths_above")
    depth = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=("above", "below"), name="one_path")]

    def __str__(self) -> str:
        return f"{self.above_id} > {self.below_id}"


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts; actions call it."""

    def create_user(self, username: str, password: str | None = None, *, name: str = "") -> Account:
        """Make an account. Raises ValueError without a username."""
        if not username:
            raise ValueError("an account needs a username")
        account = self.model(username=username, name=name)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """Somebody who signs in."""

    PERSONAL = frozenset({"username", "name", "password", "last_login"})

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    username = models.CharField(_("user name"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=120)
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=10, blank=True)

    objects = AccountManager()
    USERNAME_FIELD = "username"

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def label(self) -> str:
        """The id in the ledger."""
        return f"account:{self.key}"

    @property
    def shown(self) -> str:
        """The name in the ledger."""
        return str(self)


class Membership(models.Model):
    """A role of an account at a unit (none: in the whole organisation), between two days."""

    PERSONAL = frozenset({"account", "unit", "role", "valid_from", "valid_to"})

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="memberships")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True)
    role = models.CharField(max_length=32, choices=[(role.value, described.name) for role, described in ROLES.items()])
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(role__in=[role.value for role in Role]), name="known_role"),
            models.UniqueConstraint(fields=("account", "unit", "role"), name="one_membership"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.role}"


class StartToken(models.Model):
    """The one-time token with which the first administrator is made; only its hash is kept."""

    PERSONAL = frozenset[str]()

    digest = models.CharField(max_length=64, unique=True)
    used = models.BooleanField(default=False)

    def __str__(self) -> str:
        return "used" if self.used else "open"
