"""Units in a tree, accounts, and memberships that give roles at a unit."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar, Literal

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from shuping_web.people.language import page_lang
from shuping_web.people.permissions import MAY_HAND_ON, ROLES, Role


def in_order(name: str) -> models.CheckConstraint:
    """Return the constraint that a span of days does not end before it starts."""
    ordered = models.Q(valid_from__isnull=True) | models.Q(valid_to__isnull=True)
    return models.CheckConstraint(condition=ordered | models.Q(valid_to__gte=models.F("valid_from")), name=name)


class Unit(models.Model):
    """A unit of the organisation. ``code`` is its id in the library's folders; units end, they are not removed. Names
    and parent are those of today; what they were stands in ``UnitName`` and ``UnitPlace``.
    """

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

    @property
    def named(self) -> str:
        """The name in the language of the page."""
        return (self.name_en if page_lang() == "en" else "") or self.name


class UnitName(models.Model):
    """What a unit was called between two days (none: since ever, until further notice)."""

    PERSONAL = frozenset[str]()

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("unit", models.F("valid_from").asc(nulls_first=True))
        constraints: ClassVar = [in_order("name_in_order")]

    def __str__(self) -> str:
        return self.name


class UnitPlace(models.Model):
    """Which unit stood above a unit between two days. A unit that ended keeps its last place: its records stay in sight
    of those above.
    """

    PERSONAL = frozenset[str]()

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="places")
    parent = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("unit", models.F("valid_from").asc(nulls_first=True))
        constraints: ClassVar = [in_order("place_in_order")]

    def __str__(self) -> str:
        return f"{self.unit_id} < {self.parent_id}"


class Successor(models.Model):
    """What came of a unit: ``before`` went into ``after`` on ``day``. ``share`` is the part of ``after`` that comes
    from ``before``, as an exact number in text (``1``, ``0.4``, ``2/5``), as in the library's successors.csv. A unit
    that takes others in stands on both sides.
    """

    PERSONAL = frozenset[str]()

    before = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="successors")
    after = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="predecessors")
    day = models.DateField()
    share = models.CharField(max_length=32, default="1")

    class Meta:
        ordering = ("day", "before", "after")
        constraints: ClassVar = [models.UniqueConstraint(fields=("before", "after"), name="one_succession")]

    def __str__(self) -> str:
        return f"{self.before_id} > {self.after_id}"


class UnitPath(models.Model):
    """The closure of the tree over time: every unit with itself (``depth`` 0) and each unit above it, between two days.
    Ask it through ``queries.below``, which looks at the day.
    """

    PERSONAL = frozenset[str]()

    above = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="paths_below")
    below = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="paths_above")
    depth = models.PositiveSmallIntegerField()
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("above", "below", "valid_from"), name="one_path"),
            models.UniqueConstraint(
                fields=("above", "below"), condition=models.Q(valid_from__isnull=True), name="one_first_path"
            ),
        ]

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

    PERSONAL = frozenset({"key", "username", "name", "email", "password", "last_login", "language"})

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    username = models.CharField(_("user name"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"), blank=True)
    is_active = models.BooleanField(default=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

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
    """A role of an account at a unit (none: in the whole organisation), between two days; ``ended_at`` when it was
    taken away. ``stands_for`` is the membership that a deputy stands in for.
    """

    PERSONAL = frozenset({"account", "unit", "role", "valid_from", "valid_to", "ended_at", "stands_for"})

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="memberships")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True)
    role = models.CharField(max_length=32, choices=[(role.value, described.name) for role, described in ROLES.items()])
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    stands_for = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="deputies")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(role__in=[role.value for role in Role]), name="known_role"),
            in_order("membership_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.role}"

    @property
    def can_be_handed_on(self) -> bool:
        """Whether its holder may lend it to a deputy or hand it over."""
        return Role(self.role) in MAY_HAND_ON and self.stands_for_id is None

    def state(self, today: date) -> Literal["now", "coming", "past"]:
        """Tell whether it holds on a day, is to come or is over."""
        if self.ended_at is not None or (self.valid_to is not None and self.valid_to < today):
            return "past"
        return "coming" if self.valid_from is not None and self.valid_from > today else "now"


class StartToken(models.Model):
    """The one-time token with which the first administrator is made; only its hash is kept."""

    PERSONAL = frozenset[str]()

    digest = models.CharField(max_length=64, unique=True)
    used = models.BooleanField(default=False)

    def __str__(self) -> str:
        return "used" if self.used else "open"
